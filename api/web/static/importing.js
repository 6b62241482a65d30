// What makes importing handier: files can be dropped, what is too large is told early, and progress is live.
"use strict";

for (const box of document.querySelectorAll("[data-drop]")) {
  const field = box.querySelector("input[type=file]");
  const told = box.querySelector("[data-dropped]");
  const hint = told.textContent;
  told.hidden = false;
  const check = () => {
    const files = [...field.files];
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const complaint = bytes > Number(box.dataset.most) ? box.dataset.tooLarge : "";
    field.setCustomValidity(complaint);
    told.textContent = complaint || files.map((file) => `${file.name} (${shown(file.size)})`).join(", ") || hint;
    box.classList.toggle("filled", files.length > 0);
    if (complaint) field.reportValidity();
  };
  const shown = (bytes) => bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  field.addEventListener("change", check);
  for (const event of ["dragenter", "dragover"]) {
    box.addEventListener(event, (dragged) => {
      dragged.preventDefault();
      box.classList.add("over");
    });
  }
  for (const event of ["dragleave", "drop"]) box.addEventListener(event, () => box.classList.remove("over"));
  box.addEventListener("drop", (dropped) => {
    dropped.preventDefault();
    if (!dropped.dataTransfer.files.length) return;
    field.files = dropped.dataTransfer.files;
    check();
  });
}

for (const box of document.querySelectorAll("[data-events]")) {
  const stages = [...box.querySelectorAll(".phases li")];
  const words = box.querySelector("[data-progress]");
  const source = new EventSource(box.dataset.events);
  source.addEventListener("progress", ({ data }) => {
    const told = JSON.parse(data);
    if (words.textContent !== told.text) words.textContent = told.text;
    stages.forEach((item, n) => {
      item.classList.toggle("done", n < told.stage);
      if (n === told.stage) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
  });
  source.addEventListener("end", () => {
    source.close();
    location.reload();
  });
  addEventListener("pagehide", () => source.close());
}
