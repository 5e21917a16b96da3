// The kit of this browser. The page of a kit is remembered once its reader has come to it by a link that changes the kit;
// links on practice pages then add to it. A kit that somebody has shared is only shown, and replaces nothing.
const NAME = "kit";
const OWN = "kit-own";
const page = document.querySelector("[data-kit]");

function stored(storage, name) {
  try {
    return storage.getItem(name) ?? "";
  } catch {
    return ""; // where a page may store nothing
  }
}

function store(storage, name, value) {
  try {
    storage.setItem(name, value);
  } catch { /* the kit is in the address all the same */ }
}

if (page) {
  if (stored(sessionStorage, OWN)) {
    store(localStorage, NAME, page.dataset.kit);
    store(sessionStorage, OWN, "");
  }
  const button = page.querySelector("[data-print]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

for (const link of document.querySelectorAll("[data-add-to-kit]")) {
  const ids = stored(localStorage, NAME).split(",").filter(Boolean);
  const own = link.dataset.addToKit;
  if (ids.length === 0) continue;
  const address = new URL(link.href);
  address.searchParams.set("ids", [...ids.filter((id) => id !== own), own].join(","));
  link.href = address;
  link.querySelector("[data-kit-count]").textContent = ` (${ids.length})`;
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-add-to-kit], [data-kit-step]")) store(sessionStorage, OWN, "yes");
});
