/* What somebody has typed outlives a session's end and a lost connection: it is kept in this tab, for them alone, until it is sent. */

const TYPED = "typed";
const WAITS = "typed-waits"; /* for its reader to sign in again, or to find the page again */
const me = document.body.dataset.person || "";

const read = () => JSON.parse(sessionStorage.getItem(TYPED) || "{}");
const write = (kept) => sessionStorage.setItem(TYPED, JSON.stringify(kept));

/* Tells a form by where it goes: where several go there, by which of them it is. */
function nameOf(form) {
  const action = form.getAttribute("action");
  const alike = [...document.forms].filter((each) => each.getAttribute("action") === action);
  return `${action}#${alike.indexOf(form)}`;
}

const isOurs = (form) => form && me && form.matches("main form[method=post]");
const isChecked = (field) => field.type === "checkbox" || field.type === "radio";
const fieldsOf = (form) => [...form.elements].filter(
  (each) => each.name && each.name !== "csrf_token" && !["password", "file", "submit"].includes(each.type),
);

function keep(form, isSent = false) {
  const fields = fieldsOf(form).map((each) => [each.name, each.value, each.checked || false]);
  write({ ...read(), [nameOf(form)]: { me, fields, isSent } });
}

function forget(form) {
  const kept = read();
  delete kept[nameOf(form)];
  write(kept);
}

/* Whether it has what was typed now. */
function restore(form, kept) {
  const found = kept[nameOf(form)];
  if (!found || found.me !== me) return false;
  const left = fieldsOf(form);
  for (const [name, value, checked] of found.fields) {
    const at = left.findIndex((each) => each.name === name && (!isChecked(each) || each.value === value));
    if (at < 0) continue;
    const [field] = left.splice(at, 1);
    if (isChecked(field)) field.checked = checked;
    else field.value = value;
  }
  keep(form);
  return true;
}

const isRefused = (form) => form.querySelector("[aria-invalid]") !== null;

/* Whether a page of ours led to this one: neither a way back, nor one from a browser's page of an error. */
function isFollowed() {
  return performance.getEntriesByType("navigation")[0].type === "navigate" && document.referrer !== "";
}

/* A page that is found again has what was typed there; one that another led to begins afresh. */
function begin() {
  const kept = read();
  const forms = [...document.forms].filter(isOurs);
  if (me && isFollowed() && !sessionStorage.getItem(WAITS)) {
    write({});
    forms.filter(isRefused).forEach((each) => keep(each));
  } else if (forms.filter((each) => restore(each, kept)).length) {
    sessionStorage.removeItem(WAITS);
    toast("What you had typed is back: it may not have been sent.");
  } else if (Object.values(kept).some((each) => !me || each.isSent)) {
    sessionStorage.setItem(WAITS, "1");
  }
}

document.addEventListener("input", (event) => {
  if (isOurs(event.target.form)) keep(event.target.form);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("[action$='/sign-out']")) sessionStorage.clear();
  else if (isOurs(event.target)) keep(event.target, true);
}, true);
/* Before what was sent is replaced: it is told by its place. */
document.body.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status < 400 && isOurs(event.detail.elt)) forget(event.detail.elt);
});
/* One that was let go, as with Cancel, comes afresh. */
document.body.addEventListener("htmx:load", (event) => {
  const form = event.detail.elt;
  if (form === document.body || !isOurs(form)) return;
  if (isRefused(form)) keep(form);
  else forget(form);
});

begin();
