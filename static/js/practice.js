// Buttons of a practice's page that need a script: to copy its address or citation, and to print.
for (const part of document.querySelectorAll("[data-with-script]")) part.hidden = false;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.innerText.trim());
    button.nextElementSibling.textContent = button.nextElementSibling.dataset.done;
  } catch {
    getSelection().selectAllChildren(text); // where a page may not write to the clipboard, the reader can
  }
});

// Without a script, printing is a hint; with one, it is a button.
const hint = document.querySelector("[data-print]");
const button = document.createElement("button");
button.type = "button";
button.textContent = hint.querySelector("summary").textContent;
button.addEventListener("click", () => print());
hint.replaceWith(button);
