/* Names are offered under <textarea data-names="countries"> while somebody types the next one of its list.

   They come from the address in `data-names-from` of its form. Without this script, names are typed in full. */

const MOST = 6;
const BETWEEN = /[,;\n،؛、，；]/;
let answer;

function load(form) {
  answer ??= fetch(form.dataset.namesFrom).then((response) => (response.ok ? response.json() : {}));
  return answer.catch(() => ({}));
}

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

/* The part of the list that the cursor is in: [its start, its end]. */
function partAt(text, cursor) {
  let start = cursor, end = cursor;
  while (start > 0 && !BETWEEN.test(text[start - 1])) start -= 1;
  while (end < text.length && !BETWEEN.test(text[end])) end += 1;
  return [start, end];
}

function offer(field) {
  const place = document.createElement("div");
  place.className = "chip-list";
  place.setAttribute("role", "status");
  field.after(place);

  function take(name) {
    const [start, end] = partAt(field.value, field.selectionEnd);
    const rest = field.value.slice(end);
    field.value = `${field.value.slice(0, start)}${start ? " " : ""}${name}${rest || ", "}`;
    const cursor = field.value.length - rest.length;
    field.focus();
    field.setSelectionRange(cursor, cursor);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  field.addEventListener("focus", () => load(field.form), { once: true });
  field.addEventListener("input", async () => {
    const names = (await load(field.form))[field.dataset.names] ?? [];
    const [start, end] = partAt(field.value, field.selectionEnd);
    const typed = fold(field.value.slice(start, end));
    const begins = names.filter((name) => fold(name).startsWith(typed));
    const within = names.filter((name) => fold(name).includes(` ${typed}`));
    const near = typed.length < 2 || names.some((name) => fold(name) === typed) ? [] : [...new Set([...begins, ...within])];
    place.replaceChildren(
      ...near.slice(0, MOST).map((name) => {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: name });
        button.addEventListener("click", () => take(name));
        return button;
      }),
    );
  });
}

document.querySelectorAll("textarea[data-names]").forEach(offer);
