// The + beside the field: its menu, the choosers and the dialogs behind it. What was chosen goes to `onSend`, ready to be sent.

import { element } from "./looks.js";
import { PlaceDialog } from "./places.js";
import { contact, document as documentOf, picture, sticker, wordsSaid } from "./sending.js";

const STICKERS = [
  ["coffee", "A cup of coffee, smiling"],
  ["thumbs-up", "A thumb up"],
  ["hungry", "A hungry plate"],
  ["murakoze", "Murakoze, with a heart"],
];

const byId = (id) => document.getElementById(id);

export class Attach {
  #menu = byId("attach-menu");
  #photos = byId("photo-dialog");
  #chosen = [];

  // `onSend(sending)` sends; `onTrouble(text)` says what is wrong.
  constructor(onSend, onTrouble) {
    Object.assign(this, { onSend, onTrouble });
    this.places = new PlaceDialog(onSend);
    const opened = { photo: () => byId("photo-file").click(), document: () => byId("document-file").click() };
    Object.assign(opened, { location: () => this.places.open(), contact: () => byId("contact-dialog").showModal() });
    opened.words = () => byId("words-dialog").showModal();
    opened.sticker = () => byId("sticker-dialog").showModal();
    for (const [name, open] of Object.entries(opened)) this.#on(`attach-${name}`, open);
    this.#menu.addEventListener("toggle", (event) => this.#opened(event.newState === "open"));
    this.#menu.addEventListener("keydown", (event) => this.#walk(event));
    byId("photo-file").addEventListener("change", (event) => this.#preview(taken(event.target)));
    byId("document-file").addEventListener("change", (event) => this.#sendAll(taken(event.target), documentOf));
    byId("photo-form").addEventListener("submit", (event) => this.#sendPhotos(event));
    byId("contact-form").addEventListener("submit", (event) => this.#sendContact(event));
    byId("words-form").addEventListener("submit", (event) => this.#sendWords(event));
    byId("stickers").append(...STICKERS.map(([name, label]) => this.#sticker(name, label)));
    for (const cancel of document.querySelectorAll("[data-closes]")) {
      cancel.addEventListener("click", () => cancel.closest("dialog").close());
    }
  }

  #on(id, open) {
    byId(id).addEventListener("click", () => {
      this.#menu.hidePopover();
      open();
    });
  }

  #opened(open) {
    byId("attach").setAttribute("aria-expanded", String(open));
    if (open) this.#menu.querySelector("button").focus();
  }

  #walk(event) {
    const items = [...this.#menu.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    items.at(next % items.length).focus();
  }

  // Several pictures are several messages, as in the app; the caption is the first one's.
  #preview(files) {
    this.#chosen = files;
    if (!files.length) return;
    byId("photo-previews").replaceChildren(...files.map(preview));
    byId("photo-caption").value = "";
    this.#photos.showModal();
    byId("photo-caption").focus();
  }

  #sendPhotos(event) {
    event.preventDefault();
    this.#photos.close();
    let caption = byId("photo-caption").value.trim();
    this.#sendAll(this.#chosen, async (file) => {
      const made = await (file.type.startsWith("image/") ? picture : documentOf)(file, caption);
      caption = "";
      return made;
    });
  }

  async #sendAll(files, made) {
    for (const file of files) {
      try {
        this.onSend(await made(file));
      } catch (error) {
        this.onTrouble(error.message);
      }
    }
  }

  #sendContact(event) {
    event.preventDefault();
    const [name, number] = ["contact-name", "contact-number"].map((id) => byId(id).value.trim());
    byId("contact-dialog").close();
    event.target.reset();
    this.onSend(contact({ name, number }));
  }

  #sendWords(event) {
    event.preventDefault();
    const said = byId("words-text").value.trim();
    byId("words-dialog").close();
    byId("words-text").value = "";
    if (said) this.onSend(wordsSaid(said));
  }

  #sticker(name, label) {
    const address = `/phone/static/stickers/${name}.webp`;
    const image = element("img");
    image.src = address;
    image.alt = label;
    image.loading = "lazy";
    const button = element("button", "sticker-choice", image);
    button.type = "button";
    button.addEventListener("click", async () => {
      byId("sticker-dialog").close();
      this.onSend(await sticker(address));
    });
    return button;
  }
}

function taken(input) {
  const files = [...input.files];
  // Else the same file, chosen again, would be no change.
  input.value = "";
  return files;
}

function preview(file) {
  const shown = element(file.type.startsWith("image/") ? "img" : "video");
  shown.src = URL.createObjectURL(file);
  if (shown.localName === "img") shown.alt = file.name;
  return shown;
}
