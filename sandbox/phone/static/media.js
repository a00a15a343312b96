// What stands in a bubble beside its words: pictures, voice notes, films, documents, contacts, places. Nothing is fetched from outside.

import { fetchWords } from "./api.js";
import { element, icon, paintAvatar } from "./looks.js";
import { voiceNote } from "./player.js";
import { plainText } from "./render.js";

// Twilio's and WhatsApp's: a larger recording is shown as a file, not as a voice note.
const VOICE_NOTE_BYTES = 512 * 1024;
const MAP = "https://www.google.com/maps/search/?api=1&query=";
const NAMES = {
  image: "📷 Photo",
  sticker: "Sticker",
  audio: "🎤 Voice note",
  video: "🎥 Video",
  document: "📄 Document",
  contacts: "👤 Contact",
  location: "📍 Location",
  deleted: "You deleted this message",
};

// In a line: for the list of chats, for a quote.
export function inWords({ kind, media, location }) {
  if (kind === "document" && media?.[0]?.name) return `📄 ${media[0].name}`;
  if (kind === "contacts" && media?.[0]?.name) return `👤 ${media[0].name}`;
  if (location?.label) return `📍 ${location.label}`;
  return NAMES[kind] || (media?.length ? "📎 Attachment" : "");
}

export function mediaElement(medium, { kind, body }) {
  const type = medium.content_type || "";
  if (type === "text/vcard") return contactCard(medium);
  const address = safeAddress(medium.url);
  if (!address) return element("span", "attachment missing", "This file did not arrive.");
  if (kind === "sticker") return sticker(address);
  if (type.startsWith("image/")) return picture(address, body);
  if (type.startsWith("audio/")) return sound(medium, address);
  if (type.startsWith("video/")) return film(address);
  return attachment(address, medium);
}

export function placeCard({ latitude, longitude, label, address }) {
  const map = element("span", "place-map", icon("i-pin"));
  map.setAttribute("aria-hidden", "true");
  const name = element("strong", "", label || "Location");
  const more = element("span", "place-more", address || `${latitude}, ${longitude}`);
  const link = newTab(element("a", "place", map, name, more), `${MAP}${latitude},${longitude}`);
  link.setAttribute("aria-label", `Location: ${[label, address || `${latitude}, ${longitude}`].filter(Boolean).join(", ")}. Open the map`);
  return link;
}

// A picture that cannot be shown stays reachable as a link.
function picture(address, caption) {
  const image = element("img");
  image.alt = ["Photo", plainText((caption || "").split("\n")[0])].filter(Boolean).join(": ");
  image.src = address;
  const link = newTab(element("a", "photo", image), address);
  image.addEventListener("error", () => link.replaceWith(newTab(element("a", "attachment", "Photo"), address)));
  return link;
}

function sticker(address) {
  const image = element("img", "sticker");
  image.alt = "Sticker";
  image.src = address;
  return image;
}

function sound({ bytes, content_type: type }, address) {
  const isNote = type.startsWith("audio/ogg") || type.startsWith("audio/webm") || type.startsWith("audio/mp4");
  const player = element("div", "", voiceNote(address));
  if (type.startsWith("audio/ogg") && !address.startsWith("blob:")) player.append(wordsBelow(address));
  if (isNote && bytes <= VOICE_NOTE_BYTES) return player;
  return element("div", "sound-file", element("span", "file-more", `Audio file, ${size(bytes)}`), player);
}

// The practice voice is no speech: who wants to know what it says may read it.
function wordsBelow(address) {
  const button = element("button", "words-button", "Show the words");
  button.type = "button";
  button.addEventListener("click", async () => {
    button.disabled = true;
    const said = await fetchWords(address).catch(() => null);
    const told = said === null ? "Practice: only the practice voice can be read, not a person's." : `Practice voice: “${said}”`;
    button.replaceWith(element("p", "words-said", told));
  });
  return button;
}

function film(address) {
  const player = element("video");
  player.controls = true;
  player.preload = "metadata";
  player.src = address;
  return player;
}

function contactCard({ name, number }) {
  const avatar = element("span", "avatar small");
  avatar.setAttribute("aria-hidden", "true");
  paintAvatar(avatar, name || "?", number || name || "?");
  const who = element("span", "card-who", element("strong", "", name || "Contact"), element("span", "file-more", number || ""));
  const card = element("div", "card", avatar, who);
  card.setAttribute("role", "group");
  card.setAttribute("aria-label", `Contact: ${[name, number].filter(Boolean).join(", ")}`);
  return card;
}

function attachment(address, { name, content_type: type, bytes }) {
  const kind = (type || "").split("/").at(-1).slice(0, 12).toUpperCase();
  const more = element("span", "file-more", [kind, size(bytes)].filter(Boolean).join(" · "));
  const what = element("span", "card-who", element("strong", "", name || "Document"), more);
  return newTab(element("a", "attachment", icon("i-file"), what), address);
}

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function newTab(link, address) {
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function safeAddress(url) {
  const address = url && URL.canParse(url, location.href) ? new URL(url, location.href) : null;
  return address && /^(https?|blob):$/.test(address.protocol) ? address.href : null;
}
