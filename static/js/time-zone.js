// Fills in the visitor's time zone where it is asked for, and puts it first in lists; without scripts it is UTC until
// changed.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (zone) {
  for (const list of document.querySelectorAll("select[data-own]")) {
    const offered = [...list.options].find((option) => option.value === zone);
    const own = document.createElement("optgroup");
    own.label = list.dataset.own;
    // The server knows a zone by any of its names, such as “Asia/Calcutta”.
    own.append(new Option(offered?.text ?? zone.split("/").pop().replaceAll("_", " "), zone));
    const chosen = list.value;
    list.prepend(own);
    list.value = chosen;
  }
  for (const field of document.querySelectorAll("[data-guess]")) {
    field.value = zone;
  }
}
