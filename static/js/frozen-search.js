/* Search in a frozen copy of the catalogue (manage.py freeze). Pages on a disk may load scripts, but fetch no files, so
   the index is made of scripts. Words are made as in practices/exchange/freeze/search_index.py. */
(() => {
  "use strict";

  const TITLES_IN_A_PART = 200;
  const MOST_SHOWN = 50;
  const WORD = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|(?:(?![\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])[\p{L}\p{N}])+/gu;

  const received = new Map();
  const loading = new Map();
  window.frozenPart = (name, content) => received.set(name, content);

  /* Load a part of the index; undefined if there is none. */
  function part(name) {
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve) => {
        const script = document.createElement("script");
        script.src = `search/${name}.js`;
        script.onload = script.onerror = () => resolve(received.get(name));
        document.head.append(script);
      }));
    }
    return loading.get(name);
  }

  function words(text) {
    return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").match(WORD) ?? [];
  }

  function partOf(word) {
    return [...word].slice(0, 2).map((sign) => sign.codePointAt(0).toString(16)).join("-");
  }

  /* Return position → weight of the practices with a word that begins like this one. */
  async function matches(beginning) {
    const found = new Map();
    for (const [word, [inTitles, elsewhere]] of Object.entries(await part(partOf(beginning)) ?? {})) {
      if (!word.startsWith(beginning)) continue;
      for (const position of elsewhere) found.set(position, Math.max(1, found.get(position) ?? 0));
      for (const position of inTitles) found.set(position, 2);
    }
    return found;
  }

  /* Return the positions of practices that have all words, those with words in their titles first. */
  async function search(text) {
    const each = await Promise.all(words(text).map(matches));
    if (!each.length) return [];
    const [first, ...others] = each;
    const common = [...first.keys()].filter((position) => others.every((found) => found.has(position)));
    const weight = (position) => each.reduce((sum, found) => sum + found.get(position), 0);
    return common.map((position) => [weight(position), position])
      .sort(([a, first], [b, second]) => b - a || first - second).map(([, position]) => position);
  }

  async function item(position) {
    const titles = await part(`titles-${Math.floor(position / TITLES_IN_A_PART)}`);
    const [title, address, summary, language, direction] = titles[position % TITLES_IN_A_PART];
    const entry = document.createElement("li");
    entry.lang = language;
    entry.dir = direction;
    const heading = entry.appendChild(document.createElement("h2"));
    const link = heading.appendChild(document.createElement("a"));
    link.href = address;
    link.textContent = title;
    entry.appendChild(document.createElement("p")).textContent = summary;
    return entry;
  }

  const input = document.getElementById("frozen-q");
  const status = document.getElementById("frozen-status");
  const list = document.getElementById("frozen-results");
  let latest = 0;

  input.addEventListener("input", async () => {
    const asked = ++latest;
    const found = await search(input.value);
    const items = await Promise.all(found.slice(0, MOST_SHOWN).map(item));
    if (asked !== latest) return;
    list.replaceChildren(...items);
    const { found: label, first, none } = status.dataset;
    if (!words(input.value).length) status.textContent = "";
    else if (!found.length) status.textContent = none;
    else status.textContent = `${label} ${found.length}${found.length > MOST_SHOWN ? ` ${first}` : ""}`;
  });
  input.closest("[hidden]").hidden = false;
})();
