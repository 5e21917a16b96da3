// The kit of this browser: the page of a kit remembers it, and links on other pages add to it. Without a script, each link
// begins a kit of its own.
const NAME = "kit";
const page = document.querySelector("[data-kit]");

function kept() {
  try {
    return (localStorage.getItem(NAME) ?? "").split(",").filter(Boolean);
  } catch {
    return []; // where a page may store nothing
  }
}

if (page) {
  try {
    localStorage.setItem(NAME, page.dataset.kit);
  } catch { /* it is in the address all the same */ }
  const button = page.querySelector("[data-print]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

for (const link of document.querySelectorAll("[data-add-to-kit]")) {
  const ids = kept();
  const own = link.dataset.addToKit;
  if (ids.length === 0) continue;
  const address = new URL(link.href);
  address.searchParams.set("ids", [...ids.filter((id) => id !== own), own].join(","));
  link.href = address;
  link.querySelector("[data-kit-count]").textContent = ` (${ids.length})`;
}
