/* A list of practices changes its filters, its order and its page without loading the page anew.

   Links inside <main> to other states of this very page, and its GET forms, fetch what the server would have
   shown and put it in place. Addresses, the title and the back button work as ever; whatever goes wrong, the
   browser simply follows the link. */

const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);

let loading = new AbortController();
let shown = location.pathname + location.search;
history.scrollRestoration = "manual";

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("main a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey) return;
  if (event.shiftKey || event.altKey || link.target || link.hasAttribute("download")) return;
  const address = new URL(link.href);
  if (!isThisPage(address) || address.hash) return;
  event.preventDefault();
  go(address);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const address = new URL(form.action, location.href);
  if (event.defaultPrevented || form.method !== "get" || !isThisPage(address)) return;
  event.preventDefault();
  const said = [...new FormData(form, event.submitter)].filter(([, value]) => value !== "");
  address.search = new URLSearchParams(said);
  go(address);
});

document.addEventListener("focusin", ({ target }) => {
  if (target.dataset?.suggest) import("./suggest.js");
});

addEventListener("popstate", () => {
  // Going to another place of the same page, such as #content, is none of our business.
  if (location.pathname + location.search !== shown) load(new URL(location.href), history.state?.scroll ?? 0);
});

function isThisPage(address) {
  return address.origin === location.origin && address.pathname === location.pathname;
}

async function go(address) {
  history.replaceState({ scroll: scrollY }, "");
  if (await load(address)) history.pushState(null, "", address);
}

/* True when the page at `address` is shown. `scroll`: how far down it was when it was left. */
async function load(address, scroll) {
  loading.abort();
  loading = new AbortController();
  const { signal } = loading;
  const main = document.querySelector("main");
  main.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok || response.redirected || !page.querySelector("main h1")) throw new Error("another page");
    put(page);
    shown = address.pathname + address.search;
    settle(scroll);
    return true;
  } catch {
    if (!signal.aborted) location.assign(address);
    return false;
  }
}

function put(page) {
  const kept = "main details:not(.drop)"; // panels of the bar close
  const before = new Map([...document.querySelectorAll(kept)].map((details) => [name(details), details.open]));
  document.title = page.title;
  for (const old of document.head.querySelectorAll("link[rel=canonical], link[rel=alternate]")) old.remove();
  document.head.append(...page.head.querySelectorAll("link[rel=canonical], link[rel=alternate]"));
  document.body.replaceChildren(...page.body.childNodes, status);
  for (const details of document.querySelectorAll(kept)) {
    details.open = before.get(name(details)) ?? details.open;
  }
}

/* Its summary without counts, after those of the details around it. */
function name(details) {
  const around = details.parentElement.closest("details");
  const own = details.querySelector("summary").textContent.replace(/[\d().,]/g, "").trim();
  return around ? `${name(around)} / ${own}` : own;
}

/* Whoever reads with the ears hears what there is now; whoever uses the keyboard goes on from there. */
function settle(scroll) {
  const heading = document.querySelector("main [data-results]") ?? document.querySelector("main h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  if (scroll === undefined) document.querySelector("main h1").scrollIntoView();
  else scrollTo(0, scroll);
  status.textContent = "";
  setTimeout(() => { status.textContent = heading.textContent; }, 100); // a change is what is announced
}
