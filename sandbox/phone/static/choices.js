// What a diner may tap below a message: buttons, or a list that opens as a sheet. It sends nothing itself.

import { element, icon } from "./looks.js";

const byId = (id) => document.getElementById(id);

// `onTap(option)` hears of the one that was tapped; `choices` are {kind, button, options: [{id, title, description}]}.
export function choicesBelow(choices, onTap) {
  const made = choices.kind === "list" ? [opener(choices, onTap)] : choices.options.map((option) => reply(option, onTap));
  const group = element("div", "choices", ...made);
  group.dataset.testid = "choices";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Choices");
  return group;
}

function reply(option, onTap) {
  const button = tappable(icon("i-reply"), option.title);
  button.addEventListener("click", () => onTap(option));
  return button;
}

function opener(choices, onTap) {
  const button = tappable(icon("i-list"), choices.button);
  button.setAttribute("aria-haspopup", "dialog");
  button.addEventListener("click", () => openSheet(choices, onTap));
  return button;
}

function tappable(...parts) {
  const button = element("button", "choice", ...parts);
  button.type = "button";
  return button;
}

// As in WhatsApp one picks first and sends then.
function openSheet({ button, options }, onTap) {
  const sheet = byId("list-sheet");
  byId("list-title").textContent = button;
  byId("list-options").replaceChildren(...options.map(row));
  byId("list-send").disabled = true;
  byId("list-form").onchange = () => (byId("list-send").disabled = false);
  byId("list-form").onsubmit = (event) => {
    event.preventDefault();
    sheet.close();
    const picked = new FormData(event.target).get("option");
    const option = options.find(({ id }) => id === picked);
    if (option) onTap(option);
  };
  sheet.showModal();
}

function row({ id, title, description }) {
  const radio = element("input");
  Object.assign(radio, { type: "radio", name: "option", value: id });
  const words = element("span", "list-words", element("strong", "", title));
  if (description) words.append(element("span", "list-more", description));
  return element("label", "list-row", words, radio);
}
