// The reviewers' queue by keyboard, while the focus is inside it; without this file everything works by buttons.
"use strict";
const queue = document.querySelector("[data-queue]");
if (queue) {
  const rows = [...queue.querySelectorAll("[data-row]")];
  const told = queue.querySelector("[data-ticked]");
  const plain = told ? told.textContent : "";
  const count = () => {
    const many = queue.querySelectorAll("input[name=pick]:checked").length;
    if (told) told.textContent = many ? `${many} ${told.dataset.words}` : plain;
  };
  const go = (row) => {
    const box = row && row.querySelector("input[name=pick]");
    if (box) {
      const closed = row.closest("details:not([open])");
      if (closed) closed.open = true;
      box.focus();
      row.scrollIntoView({ block: "nearest" });
    }
  };
  const all = queue.querySelector("[data-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => {
      const boxes = [...queue.querySelectorAll("input[name=pick]")];
      const on = boxes.some((box) => !box.checked);
      boxes.forEach((box) => { box.checked = on; });
      count();
    });
  }
  // A decision loads the page anew. Whoever decides by keyboard goes on where he was: at what follows.
  const goes_on = sessionStorage.getItem("desk.next");
  sessionStorage.removeItem("desk.next");
  if (goes_on !== null) go(rows.find((row) => row.dataset.row === goes_on) || rows[0]);
  const decide = (row, here, press) => {
    const next = rows[here + 1] || rows[here - 1];
    if (row) sessionStorage.setItem("desk.next", next ? next.dataset.row : "");
    press();
  };
  queue.addEventListener("change", count);
  queue.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[here];
    const press = (selector) => {
      const button = row && row.querySelector(selector);
      if (button) button.click();
    };
    const does = {
      j: () => go(rows[here + 1] || rows[0]),
      k: () => go(rows[here - 1] || rows[rows.length - 1]),
      x: () => press("input[name=pick]"),
      a: () => decide(row, here, () => press("[data-key=a]")),
      d: () => decide(row, here, () => press("[data-key=d]")),
      q: () => decide(row, here, () => press("[data-key=q]")),
      o: () => press("[data-open]"),
    }[event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  });
  count();
}

// The reason or the question: the first field has the focus, so that Enter or a few words are enough.
const reason = document.querySelector("[data-decide]");
if (reason) {
  const field = reason.querySelector(".errors") || reason.querySelector("input:checked, textarea");
  if (field) field.focus();
}

// A box on the map: drawn with mouse or finger, sent in the map's own units. Typed degrees do the same.
const draw = document.querySelector("[data-draw]");
const svg = draw && draw.querySelector("svg");
if (svg) {
  document.querySelectorAll("[data-drawing]").forEach((hint) => { hint.hidden = false; });
  const field = draw.parentElement.querySelector("input[name=drawn]");
  const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  box.setAttribute("class", "drawn");
  svg.append(box);
  const at = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const show = (a, b) => {
    const sides = [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)].map((side) => Math.round(side));
    field.value = sides[2] - sides[0] < 3 ? "" : sides.join(",");
    box.setAttribute("x", sides[0]);
    box.setAttribute("y", sides[1]);
    box.setAttribute("width", sides[2] - sides[0]);
    box.setAttribute("height", sides[3] - sides[1]);
  };
  const sides = field.value.split(",").map(Number);
  if (sides.length === 4) show({ x: sides[0], y: sides[1] }, { x: sides[2], y: sides[3] });
  let from = null;
  svg.addEventListener("pointerdown", (event) => {
    from = at(event);
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => from && show(from, at(event)));
  svg.addEventListener("pointerup", () => { from = null; });
}
