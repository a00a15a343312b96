// The phone's only door to the sandbox: one function for each request. It never touches the page and keeps no state.

// A loopback answer takes milliseconds, a large file a second; after this long the sandbox is stopped or stuck.
const TIMEOUT_MS = 8000;

export const fetchWorld = () => call("GET", "/phone/api/world");

export const addDiner = (name) => call("POST", "/phone/api/diners", { name });

// `message` has a body, or one of the other kinds; see sending.js.
export const sendMessage = (from, to, message) => call("POST", "/phone/api/messages", { from, to, ...message });

// `isOpen`: whether the restaurant may write as it likes, as for 24 hours from the diner's last message on.
export const setWindow = (from, to, isOpen) => call("POST", "/phone/api/window", { from, to, is_open: isOpen });

// What the practice voice says in the voice note at this address; null where it is a person's.
export const fetchWords = async (address) => (await call("GET", `${address}/words`)).words;

export function fetchUpdates({ from, to, since, open }) {
  const query = new URLSearchParams({ since, from, to });
  if (open) query.set("open", "1");
  return call("GET", `/phone/api/updates?${query}`);
}

// `by`: "whatsapp" or "telephone".
export const ring = async (from, to, by) => (await call("POST", "/phone/api/calls", { from, to, by })).id;

// `what` is sound, words, keys or end.
export const tellCall = (id, what, body = {}) => call("POST", `/phone/api/calls/${id}/${what}`, body);

// Each line of what the caller hears and of what becomes of the call, as it comes. Who leaves off has hung up.
export async function* heard(id, signal) {
  const response = await fetch(`/phone/api/calls/${id}/heard`, { cache: "no-store", signal });
  if (!response.ok) throw new ApiError(`The sandbox answered ${response.status}.`, response.status);
  let rest = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) yield JSON.parse(line);
  }
}

// `status` is the HTTP status, 0 when there was no answer; `offline` tells the caller to wait and ask again.
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
    this.offline = status === 0 || status >= 500;
  }
}

async function call(method, path, body) {
  const request = { method, cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (body) {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(body);
  }
  let response;
  let answer;
  try {
    response = await fetch(path, request);
    answer = response.status === 204 ? null : await response.json();
  } catch {
    const reason = response ? `The sandbox answered ${response.status} without a reason.` : "No connection.";
    throw new ApiError(reason, response?.status || 0);
  }
  if (!response.ok) throw new ApiError(answer?.error || `The sandbox answered ${response.status}.`, response.status);
  return answer;
}
