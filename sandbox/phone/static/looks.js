// Small pieces that several parts of the phone draw the same way: elements, icons, ticks, avatars, numbers, times.

const AVATAR_HUES = 6;
const HASH_PRIME = 9973;
const DAY_MS = 86_400_000;

const TICKS = {
  queued: ["i-clock", "Sending"],
  sending: ["i-clock", "Sending"],
  sent: ["i-sent", "Sent"],
  delivered: ["i-double", "Delivered"],
  read: ["i-double", "Read"],
  failed: ["i-failed", "Not sent"],
  undelivered: ["i-failed", "Not delivered"],
};

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, className = "", ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "use"));
  svg.firstChild.setAttribute("href", `#${name}`);
  return svg;
}

// The tick stays one element whose label changes, so that a screen reader's log does not read out every step.
export function setTick(svg, status) {
  const [name, label] = TICKS[status] || TICKS.sending;
  svg.setAttribute("class", `tick ${status}`);
  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.firstChild.setAttribute("href", `#${name}`);
}

export function paintAvatar(avatar, name, address) {
  const words = name.trim().split(/\s+/).map((word) => word.replace(/^[^\p{L}\p{N}]+/u, "") || word);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  avatar.textContent = ends.map((word) => [...word][0] || "?").join("").toUpperCase();
  const sum = [...address].reduce((before, character) => (before * 31 + character.codePointAt(0)) % HASH_PRIME, 7);
  avatar.dataset.hue = sum % AVATAR_HUES;
}

export function phoneNumber(address) {
  return address.replace(/^whatsapp:/, "");
}

export function timeOf(at) {
  return new Date(at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function dayOf(at) {
  const day = new Date(at * 1000);
  const daysAgo = Math.round((midnight(new Date()) - midnight(day)) / DAY_MS);
  if (daysAgo <= 0) return "Today";
  if (daysAgo === 1) return "Yesterday";
  if (daysAgo < 7) return day.toLocaleDateString([], { weekday: "long" });
  return day.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
}

export function dayOrTime(at) {
  const day = dayOf(at);
  return day === "Today" ? timeOf(at) : day;
}

// In local time: a chat's days are those of the person who looks at it.
function midnight(day) {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}
