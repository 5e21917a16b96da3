// Takes back what a page says of a subscription once its filter is changed, until the summary is updated.
const choice = document.querySelector("[data-choice]");
const summary = document.querySelector("[data-summary]");

choice?.addEventListener("input", () => {
  summary.querySelector("[data-current]").hidden = true;
  summary.querySelector("[data-changed]").hidden = false;
});
