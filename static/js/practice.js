// Buttons of a practice's page that need a script: to copy an address or a citation, and to print.
for (const part of document.querySelectorAll("[data-with-script]")) part.hidden = false;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText.trim());
  button.textContent = button.dataset.done;
});

// Without a script this is a hint; with one it is a button that prints.
const hint = document.querySelector("[data-print]");
const button = document.createElement("button");
button.type = "button";
button.textContent = hint.querySelector("summary").textContent;
button.addEventListener("click", () => print());
hint.replaceWith(button);
