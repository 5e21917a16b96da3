// Publish waits for the required criteria: ticking or waiving one counts at once, without saving the checklist first.
const publish = document.querySelector('.decision [name="step"][value="publish"]');
const request = document.querySelector('.decision [name="step"][value="request_changes"]');
const missing = document.querySelector(".review-missing");
const required = [...document.querySelectorAll("input[data-required]")];
const count = document.querySelector("[data-count]");

function waiver(box) {
  return document.querySelector(`input[name="waive_${box.value}"]`);
}

function isOpen(box) {
  return !box.checked && !waiver(box)?.value.trim();
}

function update() {
  const open = required.filter(isOpen);
  missing.hidden = open.length === 0;
  missing.querySelector("span").textContent = open.map((box) => box.dataset.required).join(missing.dataset.comma);
  publish.disabled = open.length > 0;
  publish.classList.toggle("button-quiet", open.length > 0);
  request?.classList.toggle("button-quiet", open.length === 0); // one main button at a time
  count.textContent = Number(count.dataset.others) + required.length - open.length;
}

if (publish && count) { // a translation has no criteria
  const wasMet = (box) => box.defaultChecked || waiver(box)?.defaultValue;
  count.dataset.others = Number(count.textContent) - required.filter(wasMet).length;
  publish.form.addEventListener("input", update);
  update(); // the browser may have kept ticks of an earlier visit
}
