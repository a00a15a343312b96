// Who writes: the menu that switches the diner, and the dialog that adds one. It keeps no messages and asks no server.

import { element, icon, paintAvatar, phoneNumber } from "./looks.js";

const byId = (id) => document.getElementById(id);

export class DinerSwitch {
  #switch = byId("diner-switch");
  #menu = byId("diner-menu");
  #dialog = byId("new-diner");
  #name = byId("new-diner-name");
  #error = byId("new-diner-error");

  // `onPick(address)` switches; `onAdd(name)` adds a diner and rejects with the reason if it cannot.
  constructor(onPick, onAdd) {
    this.onPick = onPick;
    this.onAdd = onAdd;
    this.#switch.addEventListener("click", () => this.#toggle(this.#menu.hidden));
    this.#switch.addEventListener("keydown", (event) => this.#openByKey(event));
    this.#menu.addEventListener("keydown", (event) => this.#walk(event));
    document.addEventListener("pointerdown", (event) => this.#closeIfOutside(event.target));
    this.#menu.addEventListener("focusout", (event) => this.#closeIfOutside(event.relatedTarget || this.#menu));
    byId("new-diner-form").addEventListener("submit", (event) => this.#add(event));
    byId("new-diner-cancel").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#switch.focus());
  }

  show(diners, current) {
    const diner = diners.find(({ address }) => address === current);
    if (diner) {
      byId("diner-name").textContent = diner.name;
      paintAvatar(byId("diner-avatar"), diner.name, diner.address);
    }
    this.#menu.replaceChildren(...diners.map((one) => this.#option(one, one.address === current)), this.#newOption());
  }

  #option({ address, name }, checked) {
    const avatar = element("span", "avatar small");
    avatar.setAttribute("aria-hidden", "true");
    paintAvatar(avatar, name, address);
    const number = element("span", "option-number", phoneNumber(address));
    const who = element("span", "option-who", element("span", "option-name", name), number);
    const option = menuItem("menuitemradio", "diner-option", avatar, who, ...(checked ? [icon("i-check")] : []));
    option.setAttribute("aria-checked", String(checked));
    option.dataset.address = address;
    option.addEventListener("click", () => {
      this.#toggle(false);
      this.#switch.focus();
      this.onPick(address);
    });
    return option;
  }

  #newOption() {
    const mark = element("span", "avatar small plus", icon("i-plus"));
    const option = menuItem("menuitem", "new-diner", mark, element("span", "option-who", "New diner"));
    option.addEventListener("click", () => this.#ask());
    return option;
  }

  #toggle(open) {
    this.#menu.hidden = !open;
    this.#switch.setAttribute("aria-expanded", String(open));
    if (open) (this.#menu.querySelector("[aria-checked=true]") || this.#menu.firstElementChild)?.focus();
  }

  #openByKey(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.#toggle(true);
  }

  #walk(event) {
    const options = [...this.#menu.children];
    const at = options.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      options.at(next % options.length).focus();
    } else if (event.key === "Escape") {
      this.#toggle(false);
      this.#switch.focus();
    }
  }

  #closeIfOutside(target) {
    const inside = this.#menu.contains(target) || this.#switch.contains(target);
    if (!this.#menu.hidden && !inside) this.#toggle(false);
  }

  #ask() {
    this.#toggle(false);
    this.#name.value = "";
    this.#error.textContent = "";
    this.#dialog.showModal();
    this.#name.focus();
  }

  async #add(event) {
    event.preventDefault();
    try {
      await this.onAdd(this.#name.value.trim());
      this.#dialog.close();
    } catch (error) {
      this.#error.textContent = error.message;
    }
  }
}

function menuItem(role, testid, ...children) {
  const item = element("button", "diner-option", ...children);
  item.type = "button";
  item.tabIndex = -1;
  item.setAttribute("role", role);
  item.dataset.testid = testid;
  return item;
}
