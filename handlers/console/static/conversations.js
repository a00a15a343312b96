/* Conversations: the newest words are in sight as in a chat, what is folded out stays so, and a screen reader hears what is new. */

const folded = new Set();
const thread = () => document.getElementById("thread");
const NEAR_PX = 80;
let fromEnd = 0;
let fromTop = 0;

document.addEventListener("toggle", (event) => {
  if (!event.target.matches("details[data-keeps]")) return;
  if (event.target.open) folded.add(event.target.id);
  else folded.delete(event.target.id);
}, true);

function remember() {
  const shown = thread();
  if (!shown) return;
  fromTop = shown.scrollTop;
  fromEnd = shown.scrollHeight - shown.clientHeight - shown.scrollTop;
}

function restore() {
  for (const id of folded) {
    const kept = document.getElementById(id);
    if (kept) kept.open = true;
  }
  own();
  const shown = thread();
  if (shown) shown.scrollTop = fromEnd < NEAR_PX ? shown.scrollHeight : fromTop;
  announce();
}

/* Who has the conversation need not take it over. */
function own() {
  const me = document.querySelector("[data-me]");
  const whole = document.querySelector("[data-holder]");
  const take = document.getElementById("take");
  if (take && me) take.hidden = me.dataset.me === whole.dataset.holder;
}

/* Who has them, and what was said last. */
let said = null;
function announce() {
  const told = document.querySelector("[data-said]");
  if (!told) return;
  const { said: mark, words, state } = told.dataset;
  const news = [];
  if (said && state !== said.state) news.push(state);
  if (said && mark !== said.mark) news.push(words);
  said = { mark, state };
  if (news.length) document.getElementById("said").textContent = news.join(". ");
}

/* What is on its way is not changed; the field keeps the focus. */
function hold(event, isHeld) {
  if (event.detail.elt.id === "composer") document.getElementById("words").readOnly = isHeld;
}

const area = document.body;
for (const name of ["htmx:sseBeforeMessage", "htmx:beforeSwap"]) area.addEventListener(name, remember);
for (const name of ["htmx:sseMessage", "htmx:afterSwap"]) area.addEventListener(name, restore);

area.addEventListener("htmx:beforeRequest", (event) => hold(event, true));
area.addEventListener("htmx:afterRequest", (event) => hold(event, false));

/* What somebody has typed is not thrown away for a draft's words without their leave. */
area.addEventListener("htmx:confirm", (event) => {
  const field = document.getElementById("words");
  if (event.detail.verb !== "get" || event.detail.target?.id !== "composer") return;
  if (!field || field.value === field.defaultValue) return;
  event.preventDefault();
  if (confirm("What you have typed is lost then. Go on?")) event.detail.issueRequest();
});

/* With a keyboard at hand, Enter sends and Shift+Enter begins a new line. */
area.addEventListener("keydown", (event) => {
  if (event.target.id !== "words" || event.key !== "Enter") return;
  if (event.shiftKey || event.isComposing || !matchMedia("(pointer: fine)").matches) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

/* Where there is room beside it, what is known of the diner stands open. */
const facts = document.getElementById("facts");
if (facts && matchMedia("(min-width: 900px)").matches) facts.open = true;

own();
announce();
if (thread()) thread().scrollTop = thread().scrollHeight;
