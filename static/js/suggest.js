/* Suggestions under a search field: <input type="search" data-suggest="/suggest/">.

   An editable combobox with a list, after the ARIA Authoring Practices Guide. Without this script, or when the
   server does not answer, the field is what it was: Enter searches. */

const DELAY = 150; // milliseconds of rest before the server is asked
const answers = new Map(); // what was typed -> what the server said
let waiting = 0;
let asking = new AbortController();

document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.("input[data-suggest]") && !target.list_) enhance(target);
});
// A field may have the focus before this script is there.
if (document.activeElement?.matches("input[data-suggest]")) enhance(document.activeElement);

function enhance(field) {
  const list = document.createElement("ul");
  list.id = `${field.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  field.after(list, status);
  field.list_ = list;
  field.status_ = status;
  field.autocomplete = "off";
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);

  field.addEventListener("input", () => ask(field));
  field.addEventListener("keydown", (event) => press(field, event));
  field.addEventListener("blur", () => close(field));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
  list.addEventListener("click", ({ target }) => open(target.closest("[role=option]")));
}

function ask(field) {
  const typed = field.value.trim().replace(/\s+/g, " ");
  clearTimeout(waiting);
  asking.abort();
  if (typed.length < 2) return close(field);
  if (answers.has(typed)) return show(field, answers.get(typed));
  waiting = setTimeout(async () => {
    asking = new AbortController();
    try {
      const address = `${field.dataset.suggest}?${new URLSearchParams({ q: typed })}`;
      const response = await fetch(address, { signal: asking.signal });
      if (!response.ok) throw new Error(response.status);
      const answer = await response.json();
      answers.set(typed, answer);
      if (document.activeElement === field) show(field, answer);
    } catch (error) {
      if (error.name !== "AbortError") close(field);
    }
  }, DELAY);
}

function show(field, { label, status, suggestions }) {
  const list = field.list_;
  list.setAttribute("aria-label", label);
  list.replaceChildren(
    ...suggestions.map(({ kind, text, url, language, direction }, number) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = url;
      const name = document.createElement("span");
      name.textContent = text;
      if (language) name.lang = language;
      if (direction) name.dir = direction;
      const what = document.createElement("small");
      what.textContent = kind;
      option.append(name, " ", what);
      return option;
    }),
  );
  field.removeAttribute("aria-activedescendant");
  list.hidden = suggestions.length === 0;
  field.setAttribute("aria-expanded", String(!list.hidden));
  field.status_.textContent = status;
}

function close(field) {
  clearTimeout(waiting);
  asking.abort();
  field.list_.hidden = true;
  field.list_.replaceChildren();
  field.status_.textContent = "";
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function press(field, event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const options = [...field.list_.children];
  const chosen = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  switch (event.key) {
    case "ArrowDown":
      if (options.length) choose(field, options, event.altKey ? chosen : (chosen + 2) % (options.length + 1) - 1);
      else ask(field);
      break;
    case "ArrowUp":
      if (event.altKey) close(field);
      else choose(field, options, chosen < 0 ? options.length - 1 : chosen - 1);
      break;
    case "Enter":
      if (chosen < 0) return close(field); // the form is sent
      open(options[chosen]);
      break;
    case "Escape":
      if (!options.length) return; // the browser empties the field
      close(field);
      break;
    case "Tab":
      return close(field);
    default:
      return;
  }
  event.preventDefault();
}

/* Past either end nothing is chosen, and the cursor is in the field again. */
function choose(field, options, number) {
  for (const [place, option] of options.entries()) option.setAttribute("aria-selected", String(place === number));
  const option = options[number];
  if (option) {
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

function open(option) {
  if (option) location.assign(option.dataset.url);
}
