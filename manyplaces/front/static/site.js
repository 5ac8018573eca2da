// Improves what works without it: narrows a long list of cities down while somebody types.
"use strict";

const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();

function narrow(form) {
  const list = document.getElementById(form.dataset.filter);
  const field = form.elements.q;
  const note = document.getElementById("filtered");
  if (!list || !field) return;
  let states;
  // Thousands of cities are read only when somebody types.
  const read = () =>
    Array.from(list.children, (state) => ({
      row: state,
      name: plain(state.querySelector("h3 a").textContent),
      cities: Array.from(state.querySelectorAll("ul li"), (row) => ({ row, name: plain(row.textContent) })),
    }));
  const show = () => {
    states = states || read();
    const wanted = plain(field.value);
    list.classList.toggle("narrowed", Boolean(wanted));
    let left = 0;
    for (const state of states) {
      const whole = state.name.includes(wanted);
      let some = false;
      for (const city of state.cities) {
        const fits = whole || city.name.includes(wanted);
        city.row.hidden = !fits;
        some = some || fits;
      }
      state.row.hidden = !some;
      if (some) left += 1;
    }
    note.textContent = wanted ? (left ? note.dataset.some : note.dataset.none) : "";
  };
  field.addEventListener("input", show);
  // The browser may bring back what was typed before; a list that a search on the server found must stay whole.
  if (field.value && !document.getElementById("found")) show();
}

for (const form of document.querySelectorAll("form[data-filter]")) narrow(form);
