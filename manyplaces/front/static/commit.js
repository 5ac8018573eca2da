// Improves the pages on which a school commits and on which somebody says that he comes: schools are found while
// somebody types, and what was typed survives a lost connection or a closed browser. Without this file the button “Find” and the browser's own memory do.
"use strict";

// A draft is forgotten after two days. Who somebody is and how he is reached is never kept on the device.
const LASTS = 48 * 3600 * 1000;
// The language of the letters is that of the page: a draft of the English one must not undo the choice of Spanish.
const UNKEPT = new Set([
  "form_token", "more_about", "name", "email", "phone", "shown_host", "remark", "language", "version", "do",
  "needs", "proof", "mark",
]);

// A browser may refuse to keep anything; then the page works without a draft.
const store = {
  read(key) {
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "null");
      return kept && Date.now() - kept.at < LASTS ? kept.fields : null;
    } catch {
      return null;
    }
  },
  write(key, fields) {
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields }));
    } catch {
      // Nothing to be done about it, and nothing is lost that is on the page.
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // The same.
    }
  },
};

function made(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// The radio button of a school, as the server makes it.
function offer(choices, school, words) {
  let button = choices.querySelector(`input[value="${CSS.escape(school)}"]`);
  if (!button) {
    button = made("input", { type: "radio", name: "school", value: school });
    const row = made("div", {}, made("label", {}, button, " ", made("span", {}, words.name, made("br", {}), made("span", { class: "muted small" }, words.about))));
    choices.querySelector("div").prepend(row);
  }
  choices.removeAttribute("data-empty");
  button.checked = true;
  button.dispatchEvent(new Event("input", { bubbles: true }));
}

// The combobox of ARIA 1.2: the focus stays in the field, the arrows move through the list, Enter takes, Escape leaves.
function finder(box) {
  const field = box.querySelector("input");
  const told = box.querySelector("[role=status]");
  const choices = document.getElementById("choices");
  const list = made("ul", { role: "listbox", id: "offers", "aria-label": field.labels[0].textContent, hidden: "" });
  const at = { timer: 0, row: -1, asked: null };
  const rows = () => [...list.children];
  const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": "offers", "aria-autocomplete": "list", autocomplete: "off" };
  for (const [key, value] of Object.entries(attributes)) field.setAttribute(key, value);
  field.parentElement.append(list);

  const open = (is) => {
    list.hidden = !is;
    field.setAttribute("aria-expanded", String(is));
    if (!is) move(-1);
  };
  function move(row) {
    at.row = row;
    rows().forEach((option, number) => option.setAttribute("aria-selected", String(number === row)));
    if (row < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", rows()[row].id);
      rows()[row].scrollIntoView({ block: "nearest" });
    }
  }
  // Whatever is still on its way comes too late.
  const stop = () => {
    clearTimeout(at.timer);
    if (at.asked) at.asked.abort();
  };
  const take = (option) => {
    offer(choices, option.dataset.number, { name: option.dataset.name, about: option.dataset.about });
    stop();
    field.value = `${option.dataset.name}, ${option.dataset.city}`;
    told.textContent = `✓ ${option.dataset.name}, ${option.dataset.about}`;
    open(false);
  };
  const counted = (many) => {
    if (many > 1) return many < 10 ? `${many} ${box.dataset.some}` : box.dataset.many;
    return many ? box.dataset.one : box.dataset.none;
  };
  const show = (places) => {
    list.replaceChildren(
      ...places.map((place, number) => {
        const city = `${place.city}, ${place.state}`;
        const about = [city, place.district, place.grades].filter(Boolean).join(" · ");
        const option = made("li", { role: "option", id: `offer-${number}`, "aria-selected": "false" });
        Object.assign(option.dataset, { number: place.number, name: place.name, about, city });
        option.append(place.name, made("br", {}), made("span", { class: "muted small" }, about));
        return option;
      }),
    );
    at.row = -1;
    field.removeAttribute("aria-activedescendant");
    open(places.length > 0);
    told.textContent = counted(places.length);
    // The sentence says to choose "not in this list", so that is to be seen.
    if (!places.length) choices.removeAttribute("data-empty");
  };
  const ask = async () => {
    stop();
    const words = field.value.trim();
    if (words.length < 2) {
      open(false);
      told.textContent = "";
      return;
    }
    at.asked = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.find}?q=${encodeURIComponent(words)}`, { signal: at.asked.signal });
      if (answer.ok) show((await answer.json()).places);
    } catch {
      // No connection, or somebody typed on: the button “Find” is still there.
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(at.timer);
    at.timer = setTimeout(ask, 180);
  });
  field.addEventListener("keydown", (event) => {
    const many = rows().length;
    if (event.key === "Escape") open(false);
    else if (event.key === "Enter" && !event.isComposing) {
      if (!list.hidden && at.row >= 0) take(rows()[at.row]);
      else field.form.requestSubmit(box.querySelector("button[value=find]"));
    }
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && many) {
      open(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      move(at.row < 0 && step < 0 ? many - 1 : (at.row + step + many) % many);
    } else return;
    event.preventDefault();
  });
  // Before the field loses the focus.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  field.addEventListener("blur", () => {
    stop();
    open(false);
  });
}

// Whoever describes a place of his own means it.
function own(form) {
  const details = form.querySelector("details.own");
  const none = form.querySelector("input[name=school][value=none]");
  const choices = document.getElementById("choices");
  details.addEventListener("input", () => {
    none.checked = true;
    choices.removeAttribute("data-empty");
  });
  choices.addEventListener("change", () => {
    if (none.checked) details.open = true;
  });
}

// Where the phone is, asked for only when somebody presses the button, and no closer than some ten metres.
function here(box) {
  const field = box.querySelector("input");
  const told = made("p", { class: "small", role: "status" });
  const button = made("button", { type: "button", class: "plain" }, box.dataset.here);
  if (!navigator.geolocation) return;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = `${coords.latitude.toFixed(4)}, ${coords.longitude.toFixed(4)}`;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        told.textContent = `✓ ${field.value}`;
      },
      () => (told.textContent = box.dataset.lost),
      { enableHighAccuracy: true, timeout: 20000 },
    );
  });
  box.append(button, told);
}

// A form that counts once has a key in its address: sent again with the same key, it is the same form. Its mark is that
// of this tab, so that whoever was sent the address by somebody else is not taken for him.
const keyOf = (form) => new URL(form.action).pathname.split("/").at(-2);

function marked(form) {
  const name = `once ${keyOf(form)}`;
  let mark = "";
  try {
    mark = sessionStorage.getItem(name) || crypto.getRandomValues(new Uint32Array(3)).join("");
    sessionStorage.setItem(name, mark);
  } catch {
    // Then the key alone says which form it is.
  }
  form.append(made("input", { type: "hidden", name: "mark", value: mark }));
}

function fields(form) {
  const kept = [];
  for (const [name, value] of new FormData(form)) if (!UNKEPT.has(name) && value) kept.push([name, value]);
  if (form.dataset.once && kept.length) kept.push([" once", keyOf(form)], [" mark", form.elements.mark.value]);
  const chosen = form.querySelector("input[name=school]:checked");
  const words = chosen && chosen.parentElement.querySelector("span");
  if (words && chosen.value !== "none") {
    kept.push([" name", words.firstChild.textContent.trim()], [" about", words.querySelector("span").textContent]);
  }
  return kept;
}

function fill(form, kept) {
  const words = Object.fromEntries(kept);
  if (words[" once"]) form.action = new URL(form.action).pathname.replace(/[^/]+\/$/, `${words[" once"]}/`);
  if (words[" mark"]) form.elements.mark.value = words[" mark"];
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
  for (const [name, value] of kept) {
    const found = form.elements[name];
    if (name === "school" && value !== "none") {
      offer(document.getElementById("choices"), value, { name: words[" name"] || value, about: words[" about"] || "" });
    } else if (found && (found instanceof RadioNodeList || found.type === "checkbox")) {
      for (const box of found instanceof RadioNodeList ? found : [found]) if (box.value === value) box.checked = true;
    } else if (found) found.value = value;
  }
  for (const details of form.querySelectorAll("details")) {
    const said = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);
    if ([...details.querySelectorAll("input, textarea")].some(said)) details.open = true;
  }
}

function draft(form) {
  const key = form.dataset.draft;
  const told = made("p", { class: "note", role: "status" });
  const kept = document.getElementById("errors") ? null : store.read(key);
  form.prepend(told);
  const isNew = ([name]) => name !== " once" && name !== " mark";
  if (kept && kept.length && JSON.stringify(kept.filter(isNew)) !== JSON.stringify(fields(form).filter(isNew))) {
    fill(form, kept);
    const away = made("button", { type: "button", class: "quiet" }, form.dataset.away);
    away.addEventListener("click", () => {
      store.drop(key);
      location.assign(location.pathname + location.search);
    });
    told.append(form.dataset.kept, " ", away);
  }
  let timer = 0;
  const keep = () => store.write(key, fields(form));
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 400);
  });
  addEventListener("pagehide", () => timer && keep());
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) return;
    event.preventDefault();
    told.textContent = form.dataset.offline;
    told.scrollIntoView({ block: "center" });
  });
}

for (const form of document.querySelectorAll("form.commit")) {
  const schools = form.querySelector(".finder");
  if (schools) {
    finder(schools);
    own(form);
    here(form.querySelector("details.pin"));
  }
  if (form.dataset.once) marked(form);
  if (form.dataset.draft) draft(form);
}
const done = document.querySelector("[data-drop]");
if (done) store.drop(done.dataset.drop);
const wrong = document.getElementById("errors");
if (wrong) wrong.focus();
