// Closes an open menu of the header when the reader presses Escape, clicks elsewhere or tabs out of it.
const openMenus = () => document.querySelectorAll("details:is(.menu, .drop)[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
}

// Offers the page in the language that the reader prefers, where it is in another. The reader decides: nothing is stored.
async function offerPreferred(menu) {
  const links = [...menu.querySelectorAll("a[hreflang]")];
  const codes = [document.documentElement.lang, ...links.map((link) => link.hreflang)];
  const bare = (code) => code.toLowerCase().split("-")[0];
  const preferred = navigator.languages.map(bare).find((code) => codes.some((each) => bare(each) === code));
  const link = links.find((each) => bare(each.hreflang) === preferred);
  if (!link || bare(codes[0]) === preferred) return;
  const response = await fetch(menu.dataset.offers);
  if (!response.ok) return;
  const offer = link.cloneNode();
  offer.textContent = (await response.json())[link.hreflang];
  offer.dir = "auto";
  offer.className = "page-offer";
  menu.after(offer);
}

const languages = document.querySelector("[data-offers]");
if (languages) offerPreferred(languages).catch(() => {}); // without a network, or in a copy of the pages, nothing is offered
