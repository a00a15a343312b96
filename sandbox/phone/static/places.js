// The dialog that shares a location: a place of the list, or any point. It asks no satellite where one is.

import { element } from "./looks.js";
import { place } from "./sending.js";

const PLACES = {
  Rwanda: [
    ["Near the restaurant in Kigali", -1.9372, 30.1003, "Nyarutarama Tennis Club", "KG 9 Avenue, Kigali"],
    ["Kigali Convention Centre", -1.9546, 30.0939, "Kigali Convention Centre", "KG 2 Roundabout, Kigali"],
    ["Musanze, two hours away", -1.4998, 29.635, "Musanze", "Northern Province"],
  ],
  Malta: [
    ["Near the restaurant in Valletta", 35.8959, 14.5087, "City Gate", "Valletta"],
    ["Mdina", 35.8869, 14.4025, "Mdina Gate", "Mdina"],
    ["Victoria, on the other island", 36.0443, 14.2394, "Victoria", "Gozo"],
  ],
};
const FIELDS = ["latitude", "longitude", "label", "address"];

const byId = (id) => document.getElementById(id);
const field = (name) => byId(`place-${name}`);

export class PlaceDialog {
  #dialog = byId("place-dialog");

  constructor(onSend) {
    this.onSend = onSend;
    const groups = Object.entries(PLACES).map(([country, places]) => group(country, places));
    field("choice").append(...groups, new Option("Another point", "other"));
    field("choice").addEventListener("change", () => this.#fill());
    byId("place-form").addEventListener("submit", (event) => this.#submit(event));
  }

  open() {
    this.#fill();
    this.#dialog.showModal();
  }

  // The fields stay open to what one wants to try: a point without a name, one that is nowhere.
  #fill() {
    const [country, nth] = field("choice").value.split(" ");
    const [, ...told] = PLACES[country]?.[nth] || ["", "", "", "", ""];
    FIELDS.forEach((name, at) => (field(name).value = told[at]));
  }

  #submit(event) {
    event.preventDefault();
    this.#dialog.close();
    const [latitude, longitude] = FIELDS.slice(0, 2).map((name) => Number(field(name).value));
    this.onSend(place({ latitude, longitude, label: field("label").value.trim(), address: field("address").value.trim() }));
  }
}

function group(country, places) {
  const made = element("optgroup", "", ...places.map(([name], nth) => new Option(name, `${country} ${nth}`)));
  made.label = country;
  return made;
}
