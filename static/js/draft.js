/* The form of a practice: ticks the criteria while somebody types, saves a draft by itself, completes countries. */

const form = document.querySelector("form[data-draft]");
const FIELDS = { objectives: "objective" };
const UNSAID = ["", "none_stated"];

function says(name, least) {
  const value = String(new FormData(form).get(FIELDS[name] ?? name) ?? "").trim();
  return !UNSAID.includes(value) && (least === 1 || value.length >= least);
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
    kept = seen;
    status.textContent = form.dataset.kept;
    if (changes > kept) later();
  } catch {
    status.textContent = form.dataset.offline;
  }
}

function later() {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(save, 3000);
}

/* Browsers complete one name; this offers the next one after each comma. */
function complete(line) {
  const names = Array.from(line.list.options, (option) => option.value);
  line.addEventListener("input", () => {
    const before = line.value.slice(0, line.value.lastIndexOf(",") + 1);
    line.list.replaceChildren(
      ...names.map((name) => new Option(before ? `${before} ${name}` : name)),
    );
  });
}

if (form) {
  form.addEventListener("input", () => {
    changes += 1;
    tick();
    if ("autosave" in form.dataset) later();
  });
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
  });
  form.querySelectorAll("input[list]").forEach(complete);
  tick();
}
