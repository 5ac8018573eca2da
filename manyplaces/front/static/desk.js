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
      box.focus();
      row.scrollIntoView({ block: "nearest" });
    }
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
      a: () => press("[data-key=a]"),
      d: () => press("[data-key=d]"),
      o: () => press("[data-open]"),
    }[event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  });
  count();
}
