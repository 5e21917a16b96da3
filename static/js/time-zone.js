// Fills in the visitor's time zone where it is asked for, and puts it first in lists; without scripts it is UTC until
// changed.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// Browsers still report some zones by an older name, such as “Asia/Calcutta”.
function isOurs(name) {
  const [region] = name.split("/");
  return zone.startsWith(`${region}/`) &&
    new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone === zone;
}

// In the language of the page, such as “Philippine Standard Time”.
function nameOfZone() {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: zone, timeZoneName: "long" });
  return format.formatToParts().find(({ type }) => type === "timeZoneName").value;
}

if (zone) {
  for (const list of document.querySelectorAll("select[data-own]")) {
    const options = [...list.options];
    const offered = options.find(({ value }) => value === zone) ?? options.find(({ value }) => isOurs(value));
    const own = document.createElement("optgroup");
    own.label = list.dataset.own;
    // The server knows a zone by any of its names.
    own.append(new Option(offered?.text ?? nameOfZone(), zone));
    const chosen = list.value;
    list.prepend(own);
    list.value = chosen;
  }
  for (const field of document.querySelectorAll("[data-guess]")) {
    field.value = zone;
  }
}
