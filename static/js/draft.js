/* The form of a practice: ticks the criteria while somebody types, saves a draft by itself. */

const form = document.querySelector("form[data-draft]");
const checklist = document.querySelector(".checklist");
const FIELDS = { objectives: "objective" };
const UNSAID = ["", "none_stated"];

/* The length of a text in Latin letters, as in criteria.py. */
function size(text) {
  const weights = Object.entries(JSON.parse(checklist.dataset.weights));
  return weights.reduce(
    (sum, [characters, weight]) => sum + (weight - 1) * (text.match(new RegExp(`[${characters}]`, "gu")) ?? []).length,
    text.length,
  );
}

function says(name, least) {
  if (name === "files") return "hasFiles" in checklist.dataset;
  const control = form.elements[FIELDS[name] ?? name];
  if (control?.selectedOptions?.[0]?.hasAttribute("data-unknown")) return false;
  const value = String(new FormData(form).get(FIELDS[name] ?? name) ?? "").trim();
  if (name === "start_year") return Number(value.match(/\d{4}/)?.[0]) <= new Date().getFullYear();
  return !UNSAID.includes(value) && (least === 1 || size(value) >= least);
}

function tick() {
  for (const item of document.querySelectorAll("[data-needs]")) {
    const met = JSON.parse(item.dataset.needs).every((group) =>
      Object.entries(group).some(([name, least]) => says(name, least)),
    );
    item.toggleAttribute("data-met", met);
  }
}

/* A draft saves itself three seconds after the last change. */
let timer, changes = 0, kept = 0, stopped = false;
const status = document.querySelector("[data-saved]");

async function save() {
  const seen = changes;
  status.textContent = form.dataset.saving;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
    });
    if (answer.status === 409) {
      stopped = true;
      status.textContent = form.dataset.elsewhere;
      return;
    }
    if (!answer.ok) throw new Error(answer.status);
    const saved = await answer.json();
    form.elements.version.value = saved.version;
    for (const [slug, filled] of Object.entries(saved.filled)) {
      const place = document.querySelector(`[data-filled="${slug}"] > span`);
      if (place) place.textContent = filled;
    }
    const progress = document.querySelector("[data-progress]");
    if (progress) progress.textContent = saved.progress;
    dropCorrected(saved.errors);
    kept = seen;
    status.textContent = form.dataset.kept;
    if (changes > kept) later();
  } catch {
    status.textContent = form.dataset.offline;
  }
}

/* A message stays at its field until what was saved there is right; the summary goes with the first. */
function dropCorrected(faulty) {
  const parts = [...form.querySelectorAll(".field-invalid")];
  const corrected = parts.filter((part) => ![...part.querySelectorAll("[name]")].some(({ name }) => faulty.includes(name)));
  for (const part of corrected) {
    part.classList.remove("field-invalid");
    part.querySelector(".errorlist")?.remove();
    part.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  }
  if (corrected.length) document.querySelector("#errors")?.remove();
}

function later() {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(save, 3000);
}

/* What is published already and may be the same stands under the title. */
let asked = "", waiting;

async function lookForDuplicates(place) {
  const data = new FormData(form);
  const said = ["title", "summary", "objective", "countries", "source_url"].map((name) => [name, data.get(name) ?? ""]);
  const query = String(new URLSearchParams(said));
  if (query === asked) return;
  asked = query;
  const answer = await fetch(form.dataset.duplicates, { method: "POST", body: new URLSearchParams(said) });
  if (!answer.ok) return;
  const { likely } = await answer.json();
  const link = (text, href) => Object.assign(document.createElement("a"), { textContent: text, href });
  const items = likely.map((found) => {
    const item = document.createElement("li");
    item.append(link(found.title, found.url), ` – ${found.why}. `, link(form.dataset.duplicatesUpdate, found.update_url));
    return item;
  });
  const heading = Object.assign(document.createElement("p"), { textContent: form.dataset.duplicatesTitle });
  const list = document.createElement("ul");
  list.append(...items);
  place.className = likely.length ? "notice notice-warm" : "";
  place.replaceChildren(...(likely.length ? [heading, list] : []));
}

function watchForDuplicates() {
  const place = document.createElement("div");
  place.setAttribute("role", "status");
  form.elements.title.closest(".field").append(place);
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => lookForDuplicates(place).catch(() => {}), 800);
  });
}

if (form) {
  if (form.dataset.duplicates) watchForDuplicates();
  form.addEventListener("input", () => {
    changes += 1;
    tick();
    if ("autosave" in form.dataset) later();
  });
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
  });
  tick();
}
