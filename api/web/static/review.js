// Review by keys, a sentence after the other without loading the page anew; without it each form is sent as any other.
"use strict";

const off = "rolepath-review-keys-off";
// A browser that keeps nothing for a page throws: the keys are then on.
const kept = {
  get isOff() { try { return Boolean(localStorage.getItem(off)); } catch { return false; } },
  set isOff(is) { try { is ? localStorage.setItem(off, "1") : localStorage.removeItem(off); } catch { /* not kept */ } },
};
const content = document.querySelector("main");
const review = () => content.querySelector("[data-review]");
const opened = () => content.querySelector("[data-candidate][open]");
const isTyping = (target) => target.closest("textarea, select, [contenteditable]") || (target.matches("input") && !target.matches("[type=radio], [type=checkbox]"));

// Which of the page's controls has the focus: the same one of the next sentence gets it, else the question.
const focused = () => {
  const one = document.activeElement;
  if (!content.contains(one)) return "";
  return one.dataset.key ? `[data-key="${one.dataset.key}"]` : "";
};

const settle = (before) => {
  const keys = content.querySelector("[data-keys]");
  if (keys) {
    keys.hidden = false;
    const box = keys.querySelector("input");
    box.checked = !kept.isOff;
    box.addEventListener("change", () => { kept.isOff = !box.checked; });
  }
  const now = content.querySelector("#now");
  const pane = now?.closest(".text");
  if (pane && pane.scrollHeight > pane.clientHeight) {
    pane.scrollTop += now.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
  }
  if (before === null) return;
  const same = before && (opened()?.querySelector(before) ?? content.querySelector(before));
  (same || (content.querySelector("#ask") ?? content)).focus({ preventScroll: true });
};

// What was done is said once more where assistive technology listens: the page's own words were just replaced.
const live = document.createElement("p");
live.className = "hidden";
live.setAttribute("role", "status");
document.body.append(live);

let busy = false;
const load = async (address, sent, past) => {
  if (busy) return;
  busy = true;
  const before = focused();
  try {
    const answer = await fetch(address, sent);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("main");
    if (!fresh || (!sent && !answer.ok)) return location.assign(address);
    content.replaceChildren(...fresh.childNodes);
    document.title = page.title;
    if (!past) history[sent ? "replaceState" : "pushState"](null, "", answer.url);
    settle(before);
    live.textContent = content.querySelector(".said span")?.textContent ?? "";
  } catch {
    if (!sent) location.assign(address);
    else content.querySelector(".said").textContent = content.querySelector(".said").dataset.fault;
  } finally {
    busy = false;
  }
};

content.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-judge], [data-look]")) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  if (form.matches("[data-judge]")) load(form.action, { method: "POST", body: new URLSearchParams(data) });
  else load(`${form.action.split("?")[0]}?${new URLSearchParams(data)}`);
});
content.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
  event.preventDefault();
  load(link.href);
});
window.addEventListener("popstate", () => load(location.href, undefined, true));

const choose = (group, pick) => {
  const fields = [...(opened()?.querySelectorAll(`${group} input`) ?? [])];
  const at = fields.findIndex((one) => one.checked);
  const field = pick(fields, at);
  if (field) field.checked = true;
};
const unfold = (which) => {
  const fold = content.querySelector(which);
  if (!fold) return;
  fold.open = true;
  const field = fold.querySelector("input:not([type=hidden])");
  field.focus();
  field.select();
};
const acts = {
  r: () => choose("[data-relations]", (fields, at) => fields[(at + 1) % fields.length]),
  h: () => choose("[data-weights]", (fields) => fields[0]),
  m: () => choose("[data-weights]", (fields) => fields[1]),
  l: () => choose("[data-weights]", (fields) => fields[2]),
  "/": () => unfold("[data-search]"),
  n: () => unfold("[data-new]"),
};
for (const key of ["a", "x", "d"]) acts[key] = () => opened()?.querySelector(`[data-key="${key}"]`)?.click();
for (const key of ["0", "j", "k", "u"]) acts[key] = () => content.querySelector(`[data-key="${key}"]`)?.click();
for (const n of "123456789") {
  acts[n] = () => {
    const one = content.querySelectorAll("[data-candidate]")[n - 1];
    if (!one) return;
    one.open = true;
    one.querySelector("summary").focus();
  };
}
document.addEventListener("keydown", (event) => {
  if (!review() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && isTyping(event.target) && content.contains(event.target)) return content.querySelector("#ask").focus();
  const act = acts[event.key.toLowerCase()];
  if (!act || isTyping(event.target) || event.repeat || kept.isOff) return;
  event.preventDefault();
  act();
});
settle(null);
