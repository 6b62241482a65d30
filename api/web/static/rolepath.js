// What makes the pages handier; each of them is complete without it.
"use strict";

// A card, a line or a row of the table of chains that is pointed at lights up all that it is tied to.
for (const chain of document.querySelectorAll(".chain")) {
  const lines = [...chain.querySelectorAll("[data-from]")];
  const cards = [...chain.querySelectorAll("[data-key]")];
  const walk = (key, from, to, lit) => {
    for (const line of lines) {
      if (line.dataset[from] === key) {
        lit.add(line);
        walk(line.dataset[to], from, to, lit);
      }
    }
    lit.add(cards.find((card) => card.dataset.key === key));
    return lit;
  };
  const show = (lit) => {
    chain.classList.toggle("looking", lit.size > 0);
    for (const part of [...lines, ...cards]) part.classList.toggle("lit", lit.has(part));
  };
  const leave = () => show(new Set());
  const look = (card) => {
    const lit = walk(card.dataset.key, "from", "to", new Set());
    show(walk(card.dataset.key, "to", "from", lit));
  };
  // The box listens: a part of a picture that did would become a stop of the Tab key.
  for (const event of ["mouseover", "focusin", "mouseout", "focusout"]) {
    chain.parentElement.addEventListener(event, ({ target }) => {
      const card = target.closest("[data-key]");
      if (card && (event === "mouseover" || event === "focusin")) look(card);
      else leave();
    });
  }
  for (const row of document.querySelectorAll("[data-chain]")) {
    const keys = row.dataset.chain.split(" ");
    const look = () => show(new Set([
      ...cards.filter((card) => keys.includes(card.dataset.key)),
      ...lines.filter((line) => keys.includes(line.dataset.from) && keys.includes(line.dataset.to)),
    ]));
    for (const [event, then] of [["mouseenter", look], ["focusin", look], ["mouseleave", leave], ["focusout", leave]]) {
      row.addEventListener(event, then);
    }
  }
}

// A card tells its reasons beside the picture; with a key held down, it leads where its link says.
const reasons = document.querySelector("[data-reasons]");
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-panel]");
  if (!reasons || !link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const address = new URL(link.dataset.panel, location.href);
  const answer = await fetch(address);
  if (!answer.ok) return location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  reasons.replaceChildren(...page.querySelector("[data-reasons]").childNodes);
  history.replaceState(null, "", address);
  const key = address.searchParams.get("card");
  reasons.parentElement.classList.toggle("open", key !== null);
  const chosen = reasons.parentElement.querySelector(".chosen");
  if (chosen) chosen.classList.remove("chosen");
  const card = [...document.querySelectorAll(".chain [data-key]")].find((one) => one.dataset.key === key);
  if (card) card.classList.add("chosen");
  (reasons.querySelector("h2") ?? chosen)?.focus();
});

// A browser shows only suggestions that hold what is typed: a name found by another one, or in spite of a slip, says so.
const suggestion = (name, matched, text) => {
  const holds = (one) => one.toLowerCase().includes(text.toLowerCase());
  const option = new Option(name, name);
  if (!holds(name)) option.label = `${name} (${holds(matched) ? matched : text})`;
  return option;
};

// Names are suggested while one is typed.
for (const field of document.querySelectorAll("[data-suggest]")) {
  let list = field.list;
  if (!list) {
    list = document.createElement("datalist");
    list.id = `suggested-${field.name}`;
    field.after(list);
    field.setAttribute("list", list.id);
  }
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const text = field.value.trim();
      if (!text) return;
      const asked = new URLSearchParams({ q: text, limit: 8, lang: field.dataset.lang });
      if (field.dataset.kind) asked.set("kind", field.dataset.kind);
      const answer = await fetch(`${field.dataset.suggest}?${asked}`);
      if (!answer.ok || field.value.trim() !== text) return;
      const found = new Map((await answer.json()).items.map((item) => [item.name, item.match.text]));
      list.replaceChildren(...[...found].map(([name, matched]) => suggestion(name, matched, text)));
    }, 150);
  });
}

// Times are told in the zone of the browser; what the server said, in UTC, stays beside.
const digits = (number) => String(number).padStart(2, "0");
for (const time of document.querySelectorAll("time[data-moment]")) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  time.title = time.textContent;
  const day = [at.getFullYear(), digits(at.getMonth() + 1), digits(at.getDate())].join("-");
  time.textContent = `${day} ${digits(at.getHours())}:${digits(at.getMinutes())}`;
}

// A page that is made for one sheet of paper offers to print itself.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

// On a phone the filters of a page are folded, so that its answer is in sight.
const filters = document.querySelector(":is(main, main > .report) > form.filters[method=get]:not(.choice)");
if (filters && filters.querySelectorAll("label").length > 2 && matchMedia("(max-width:640px)").matches) {
  const fold = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = filters.closest("[data-fold]").dataset.fold;
  fold.className = "fold noprint";
  filters.before(fold);
  fold.append(summary, filters);
}
