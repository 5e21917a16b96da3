// Publish waits for the required criteria: ticking one counts at once, without saving the checklist first.
const publish = document.querySelector('.decision [name="step"][value="publish"]');
const missing = document.querySelector(".review-missing");
const required = [...document.querySelectorAll("input[data-required]")];
const count = document.querySelector("[data-count]");

function update() {
  const open = required.filter((box) => !box.checked);
  missing.hidden = open.length === 0;
  missing.querySelector("span").textContent = open.map((box) => `“${box.dataset.required}”`).join(", ");
  publish.disabled = open.length > 0;
  count.textContent = Number(count.dataset.others) + required.length - open.length;
}

if (publish) {
  count.dataset.others = Number(count.textContent) - required.filter((box) => box.defaultChecked).length;
  for (const box of required) box.addEventListener("change", update);
  update(); // the browser may have kept ticks of an earlier visit
}
