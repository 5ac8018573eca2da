// Improves what works without it: photos are sent part by part with progress, and after the network was cut each goes
// on where it stopped. What is being prepared is looked at again until it is ready.
"use strict";

const PART = 256 * 1024;
const AGAIN = 5000;
const LOOK = 3000;

const rest = (milliseconds) =>
  new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", () => (clearTimeout(timer), done()), { once: true });
  });

// The same file goes under the same key, also when the page was opened anew in between.
function keyOf(file) {
  const place = `photo ${location.pathname} ${file.name} ${file.size} ${file.lastModified}`;
  const fresh = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(22));
    return [...bytes].map((byte) => "abcdefghijklmnopqrstuvwxyz012345"[byte % 32]).join("");
  };
  try {
    const known = localStorage.getItem(place) || fresh();
    localStorage.setItem(place, known);
    return { uid: known, forget: () => localStorage.removeItem(place) };
  } catch {
    return { uid: fresh(), forget: () => {} };
  }
}

async function sendOne(form, file, line) {
  const say = (text) => (line.lastChild.textContent = text);
  const bar = line.querySelector("progress");
  let { uid, forget } = keyOf(file);
  let at = 0;
  let known = false;
  for (;;) {
    const part = new FormData();
    const fields = { uid, size: file.size, at, stated: "on", form_token: form.elements.form_token?.value || "" };
    for (const [name, value] of Object.entries(fields)) part.append(name, value);
    // First it is asked how much is there already.
    if (known) part.append("part", file.slice(at, at + PART), "part");
    let answer, told;
    try {
      answer = await fetch(form.dataset.photos, { method: "POST", body: part });
      if (answer.status >= 500) throw new Error("not now");
      told = await answer.json();
    } catch {
      say(form.dataset.cut);
      await rest(AGAIN);
      known = false;
      continue;
    }
    if (told.state === "gone") {
      forget();
      ({ uid, forget } = keyOf(file));
      known = false;
      continue;
    }
    if (!answer.ok || told.state === "refused") {
      forget();
      say(told.sentence);
      line.classList.add("wrong");
      bar.remove();
      return false;
    }
    known = true;
    at = told.at;
    bar.value = file.size ? at / file.size : 1;
    const mega = (bytes) => (bytes / 1e6).toFixed(1);
    say(form.dataset.sending.replace("{done}", mega(at)).replace("{all}", mega(file.size)));
    if (told.state !== "uploading") {
      bar.value = 1;
      say(form.dataset.done);
      return true;
    }
  }
}

for (const form of document.querySelectorAll("form[data-photos]")) {
  form.addEventListener("submit", async (sent) => {
    sent.preventDefault();
    const list = document.getElementById("sending");
    const button = form.querySelector("button");
    const files = [...form.elements.files.files];
    button.disabled = true;
    list.replaceChildren();
    const lines = files.map((file) => {
      const line = document.createElement("li");
      const name = document.createElement("b");
      const bar = document.createElement("progress");
      name.textContent = file.name;
      bar.setAttribute("aria-label", file.name);
      bar.value = 0;
      line.append(name, bar, document.createTextNode(form.dataset.waits));
      list.append(line);
      return line;
    });
    let all = true;
    for (const [number, file] of files.entries()) all = (await sendOne(form, file, lines[number])) && all;
    button.disabled = false;
    form.elements.files.value = "";
    if (all) location.assign(`${location.pathname}?did=sent`);
    else look(true);
  });
}

// Takes what has changed out of the page as it is now, and leaves alone what somebody is typing in.
async function look(whole) {
  if (!whole && !document.querySelector("[data-moving]")) return;
  let now;
  try {
    now = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
  } catch {
    setTimeout(look, AGAIN);
    return;
  }
  for (const old of document.querySelectorAll("[data-moving]")) {
    const fresh = now.getElementById(old.id);
    if (fresh && !fresh.hasAttribute("data-moving")) old.replaceWith(fresh);
  }
  const list = document.querySelector(".sent");
  const first = now.querySelector(".sent");
  if (first && !list) document.querySelector("form[data-photos]")?.closest("section").after(first.closest("section"));
  for (const fresh of now.querySelectorAll(".sent > li")) if (list && !document.getElementById(fresh.id)) list.append(fresh);
  setTimeout(look, LOOK);
}
setTimeout(look, LOOK);
