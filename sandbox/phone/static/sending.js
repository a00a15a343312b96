// What a diner sends, made ready: `request` is what the sandbox is asked for, `shown` what stands in the chat until it answers.

const LONGEST_SIDE_PX = 1600;
const JPEG_QUALITY = 0.85;

export const words = (body, more = {}) => ({ body, request: {}, shown: { kind: "text" }, ...more });

// As the app does it: a picture is made smaller and becomes a JPEG, whatever it was.
export async function picture(file, caption = "") {
  const blob = await smaller(file);
  return { body: caption, request: { media: await packed(blob, file.name) }, shown: { kind: "image", media: [local(blob)] } };
}

export async function document(file, caption = "") {
  const kind = /^(audio|video)\//.exec(file.type)?.[1] || "document";
  return { body: caption, request: { media: await packed(file, file.name) }, shown: { kind, media: [local(file, file.name)] } };
}

export async function voiceNote(blob) {
  return { body: "", request: { voice: await packed(blob) }, shown: { kind: "audio", media: [local(blob)] } };
}

// The practice voice says the words; until it has, there is nothing to play.
export function wordsSaid(said) {
  return { body: "", request: { voice: { words: said } }, shown: { kind: "audio", media: [] } };
}

export async function sticker(address) {
  const blob = await (await fetch(address)).blob();
  return { body: "", request: { sticker: await packed(blob) }, shown: { kind: "sticker", media: [local(blob)] } };
}

export function place(location) {
  return { body: "", request: { location }, shown: { kind: "location", location } };
}

export function contact(person) {
  const media = [{ url: null, content_type: "text/vcard", ...person }];
  return { body: "", request: { contact: person }, shown: { kind: "contacts", media } };
}

// It answers the message that it stands below.
export function tap({ id, title }, message) {
  const kind = message.choices.kind === "list" ? "interactive" : "button";
  return { body: title, request: { tap: { id } }, shown: { kind }, reply_to: message.id };
}

async function smaller(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name || "This file"} is no picture that this browser can read.`);
  }
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.max(1, bitmap.width * scale), Math.max(1, bitmap.height * scale));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#ffffff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: JPEG_QUALITY });
}

async function packed(blob, name = "") {
  return { content_type: blob.type, base64: await base64(blob), name };
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Error("This file can't be read."));
    reader.readAsDataURL(blob);
  });
}

function local(blob, name = "") {
  return { url: URL.createObjectURL(blob), content_type: blob.type, name, bytes: blob.size };
}
