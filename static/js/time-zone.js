// Fills in the visitor's time zone where it is asked for; without scripts it is UTC until changed.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const field of document.querySelectorAll("[data-guess]")) {
  if (field.tagName !== "SELECT" || [...field.options].some((option) => option.value === zone)) {
    field.value = zone;
  }
}
