// Improves what works without it: the arrows go from field to field over a photo, and a mouse that is drawn over the
// fields ticks them.
"use strict";

const COLUMNS = 12;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };

for (const grid of document.querySelectorAll(".cover-fields")) {
  const fields = [...grid.querySelectorAll("input")];
  // One stop for the Tab key, and the arrows from there.
  const stand = (here) => fields.forEach((field) => (field.tabIndex = field === here ? 0 : -1));
  stand(fields[0]);
  grid.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const place = fields.indexOf(event.target);
    if (!step || place < 0) return;
    event.preventDefault();
    const next = fields[place + step];
    if (!next || (Math.abs(step) === 1 && Math.floor(place / COLUMNS) !== Math.floor((place + step) / COLUMNS))) return;
    stand(next);
    next.focus();
  });
  let drawing = null;
  grid.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || !fields.includes(event.target)) return;
    drawing = !event.target.checked;
    event.target.checked = drawing;
    stand(event.target);
  });
  grid.addEventListener("pointerover", (event) => {
    if (drawing !== null && fields.includes(event.target)) event.target.checked = drawing;
  });
  // What the press has set already, the click must not turn back.
  grid.addEventListener("click", (event) => {
    if (event.detail > 0 && drawing !== null && fields.includes(event.target)) event.preventDefault();
  });
  addEventListener("pointerup", () => setTimeout(() => (drawing = null)));
}
