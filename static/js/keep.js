/* What is typed into <form data-keep="name"> stays on this device until the form is saved, for a week at most.

   Only fields that differ from the page are kept. Left out are hidden fields, files, passwords, the trap, and what is
   about a person (fields with `autocomplete`), which browsers fill in by themselves. A hidden field with data-carried says
   something of what was typed, and is kept with it. Where the form is about a text, of the version data-keep-text, ticks
   are only brought back while that stays the same. A page with this script and without such a form is one that is shown
   once the form of this tab is saved. */

const DAYS = 7;
const SENT = "form-sent";
const LEFT_OUT = ["hidden", "file", "password", "submit", "button", "fieldset", "output"];
const form = document.querySelector("form[data-keep]");

const nameOf = (form) => `form-kept:${form}`;
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const valueOf = (field) => (isTick(field) ? field.checked : field.value);
const blankOf = (field) => (isTick(field) ? false : field.tagName === "SELECT" ? field.options[0]?.value : "");

function ofPage(field) {
  if (isTick(field)) return field.defaultChecked;
  if (field.tagName !== "SELECT") return field.defaultValue;
  const options = [...field.options];
  return (options.find((option) => option.defaultSelected) ?? options[0])?.value;
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(form.dataset.keep)));
    if (kept && Date.now() - kept.at < DAYS * 24 * 3600 * 1000) return kept;
  } catch {} // storage is off, or holds something else
  return null;
}

function write(kept) {
  if (kept) localStorage.setItem(nameOf(form.dataset.keep), JSON.stringify(kept));
  else localStorage.removeItem(nameOf(form.dataset.keep));
}

function forgetOutdated() {
  for (const key of Object.keys(localStorage).filter((key) => key.startsWith(nameOf("")))) {
    if (!(Date.now() - JSON.parse(localStorage.getItem(key))?.at < DAYS * 24 * 3600 * 1000)) localStorage.removeItem(key);
  }
}

function keepForm() {
  const fields = [...form.elements].filter(
    (field) =>
      field.id && !LEFT_OUT.includes(field.type) && ["", "off"].includes(field.getAttribute("autocomplete") ?? "") && !field.closest(".trap"),
  );
  const carried = [...form.elements].filter((field) => "carried" in field.dataset);
  const place = (role) => form.parentElement.querySelector(`[data-kept="${role}"]`);
  const version = form.elements.version;
  const versionOfPage = version?.value;
  // A page shown again holds what was typed already, and nothing of it is saved.
  const isShownAgain = "shownAgain" in form.dataset;
  let isOff = false;

  const earlier = read();
  if (earlier && !isShownAgain) {
    const isOfText = earlier.text === form.dataset.keepText; // a tick counts for the text that was read
    const found = fields.filter((field) => field.id in earlier.values && (isOfText || !isTick(field)));
    for (const field of found) {
      if (isTick(field)) field.checked = earlier.values[field.id];
      else field.value = earlier.values[field.id];
      field.closest("details")?.setAttribute("open", "");
    }
    for (const field of carried) field.value = earlier.values[field.id] || field.value;
    if (version && earlier.version) version.value = earlier.version;
    place("found").hidden = !found.length;
    if (found.length) form.dispatchEvent(new Event("input"));
  }
  place("note").hidden = false;

  function keep() {
    if (isOff) return;
    const isUnsaved = (field) =>
      isShownAgain ? field.id in (earlier?.values ?? {}) || valueOf(field) !== blankOf(field) : valueOf(field) !== ofPage(field);
    const typed = fields.filter(isUnsaved);
    const values = Object.fromEntries([...typed, ...carried].map((field) => [field.id, valueOf(field)]));
    write(typed.length ? { at: Date.now(), version: version?.value, text: form.dataset.keepText, values } : null);
  }
  if (isShownAgain) keep();

  form.addEventListener("input", keep);
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, form.dataset.keep));
  place("found").querySelector("button").addEventListener("click", () => {
    form.reset();
    if (version) version.value = versionOfPage;
    write(null);
    place("found").hidden = true;
    form.dispatchEvent(new Event("input"));
  });
  place("note").querySelector("button").addEventListener("click", () => {
    isOff = true;
    write(null);
    place("note").hidden = place("found").hidden = true;
    place("off").hidden = false;
  });
}

try {
  forgetOutdated();
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (form) keepForm();
  else if (sent) localStorage.removeItem(nameOf(sent));
} catch (error) {
  if (error.name !== "SecurityError" && error.name !== "QuotaExceededError") throw error; // else nothing is kept
}
