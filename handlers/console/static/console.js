/* What htmx leaves open: sentences of ours as toasts, and menus that close. */

const SHOWN_MS = 6000;
const toasts = document.getElementById("toasts");

function toast(sentence, isBad) {
  const shown = document.createElement("p");
  shown.className = isBad ? "toast bad" : "toast";
  shown.textContent = sentence;
  toasts.append(shown);
  fade(shown);
}

function fade(shown) {
  setTimeout(() => shown.remove(), SHOWN_MS);
}

for (const each of toasts.children) fade(each);
document.addEventListener("pointerdown", () => toasts.replaceChildren());

/* The server's `flash`, in the answer to a request of htmx's. */
document.body.addEventListener("toast", (event) => toast(event.detail.value));

document.body.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  const isSentence = (answer.getResponseHeader("Content-Type") || "").startsWith("text/plain");
  toast(isSentence ? answer.responseText : "That did not work. Try again in a moment.", true);
});

document.body.addEventListener("htmx:sendError", () => {
  toast("The service can't be reached. Try again in a moment.", true);
});

/* Whoever watches may do so no longer: the page says why. */
document.body.addEventListener("htmx:sseClose", (event) => {
  if (event.detail.type === "message") location.reload();
});

/* A form that comes back with what is wrong in it is shown; an error that is a sentence is a toast. */
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  const isPage = (answer.getResponseHeader("Content-Type") || "").startsWith("text/html");
  if (isPage && (answer.status === 400 || answer.status === 409)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

/* What changes while an answer is on its way would take the place that it is for: it comes after. */
const ON_ITS_WAY = ".htmx-request, .htmx-swapping, .htmx-settling";
const held = new Map(); /* by stream, its last message */
document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
  if (!event.target.querySelector(ON_ITS_WAY)) return;
  event.preventDefault();
  held.set(event.detail.target, event.detail);
});
for (const name of ["htmx:afterRequest", "htmx:afterSettle"]) {
  document.body.addEventListener(name, () => {
    for (const [source, { type, data }] of [...held]) {
      held.delete(source);
      source.dispatchEvent(new MessageEvent(type, { data }));
    }
  });
}

/* A menu closes with Escape, and when something else is chosen. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details[data-closes][open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details[data-closes][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

/* A page that comes back with what is wrong in its form begins there, and so does a reader of it. */
document.querySelector('main [aria-invalid="true"]')?.focus();

/* What is longer than its field is cut by the browser, without a word. */
document.addEventListener("input", (event) => {
  const { maxLength, value } = event.target;
  if (maxLength > 0 && value.length >= maxLength) toast(`No more than ${maxLength} letters fit there.`, true);
});

/* What had the focus may go with a swap: then what it names as its next gets it, or the page. */
let focused = null;
const isSeen = (element) => element.getClientRects().length > 0;
for (const name of ["htmx:beforeSwap", "htmx:sseBeforeMessage"]) {
  document.body.addEventListener(name, () => {
    const has = document.activeElement;
    /* A swap may begin before the last one has settled, which took the focus. */
    focused = has === document.body ? focused : has;
  });
}
document.body.addEventListener("htmx:afterSettle", () => {
  const had = focused;
  const has = document.activeElement;
  focused = null;
  if (!had || (has !== document.body && isSeen(has))) return;
  const next = had.dataset.next && document.querySelector(had.dataset.next);
  (next && isSeen(next) ? next : document.getElementById("content")).focus({ preventScroll: true });
});

/* A page that is not live any more says so, and since when, until it is again. */
const NOT_LIVE_AFTER_MS = 4000; /* a service that starts again is back by then */
const notLive = document.getElementById("not-live");
let since = null;
let notice = null;

function goStale() {
  if (since) return;
  since = new Date();
  notice = setTimeout(() => {
    const at = since.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    notLive.textContent = `Not live since ${at}: trying again.`;
  }, NOT_LIVE_AFTER_MS);
}
function goLive() {
  clearTimeout(notice);
  since = null;
  notLive.textContent = "";
}
document.body.addEventListener("htmx:sseError", goStale);
document.body.addEventListener("htmx:sseOpen", goLive);
window.addEventListener("offline", goStale);
window.addEventListener("online", goLive);
