// The support matrix is moved through by arrow keys; a cell shows its level and that it was changed.
"use strict";

const form = document.querySelector("[data-support]");
const fields = form ? [...form.querySelectorAll("td input")] : [];
const told = form?.querySelector("[data-count]");
const usual = told?.textContent;
const weights = { H: 1, M: 0.6, L: 0.3, "高": 1, "中": 0.6, "低": 0.3, "强": 1, "弱": 0.3, "●": 1, "√": 1 };

const levelOf = (text) => {
  const plain = text.normalize("NFKC").trim().toUpperCase().replace(/^\((.*)\)$/, "$1");
  const weight = weights[plain] ?? parseFloat(plain);
  return !(weight > 0) ? "0" : weight >= 1 ? "H" : weight >= 0.6 ? "M" : "L";
};

const show = (field) => {
  const cell = field.parentElement;
  cell.classList.remove("lH", "lM", "lL", "l0");
  cell.classList.add(`l${levelOf(field.value)}`);
  cell.classList.toggle("ch", field.value.trim() !== field.defaultValue);
  const changed = fields.filter((one) => one.value.trim() !== one.defaultValue).length;
  if (told) told.textContent = changed ? told.dataset.count.replace("#", changed) : usual;
};

const beside = (field, across, down) => {
  const row = field.closest("tr");
  const at = [...row.querySelectorAll("td input")].indexOf(field);
  let next = row;
  if (down) next = down > 0 ? row.nextElementSibling : row.previousElementSibling;
  return next && [...next.querySelectorAll("td input")][at + across];
};

const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Enter: [0, 1] };
form?.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!fields.includes(field) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in steps) {
    const next = beside(field, ...steps[event.key]);
    if (next || event.key === "Enter") event.preventDefault();
    next?.focus();
    next?.select();
  } else if (event.key === "Escape") {
    field.value = field.defaultValue;
    show(field);
  }
});
form?.addEventListener("focusin", ({ target }) => fields.includes(target) && target.select());
form?.addEventListener("input", ({ target }) => {
  if (!fields.includes(target)) return;
  if (/^[hml]$/.test(target.value)) target.value = target.value.toUpperCase();
  show(target);
});
// What was filled in is kept by the browser when one goes back: it is shown as changed again.
for (const field of fields) if (field.value !== field.defaultValue) show(field);
// Cells that did not change are not sent.
form?.addEventListener("submit", () => {
  for (const field of fields) field.disabled = field.value.trim() === field.defaultValue;
});
window.addEventListener("pageshow", () => { for (const field of fields) field.disabled = false; });
