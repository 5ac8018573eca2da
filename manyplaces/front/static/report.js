// Improves what works without it: a report that is written where there is no signal is kept on the phone and sent once
// there is one. The key of the form makes sure that however often it is sent it is one report.
"use strict";

const AGAIN = 15000;

for (const form of document.querySelectorAll("form[data-offline]")) {
  const place = `report ${location.pathname}`;
  const said = document.getElementById("kept");
  const button = form.querySelector("button");
  let timer = 0;
  let sending = false;

  const read = () => {
    try {
      return localStorage.getItem(place);
    } catch {
      return null;
    }
  };
  const keep = (text) => {
    try {
      if (text) localStorage.setItem(place, text);
      else localStorage.removeItem(place);
      return true;
    } catch {
      return false;
    }
  };
  const fill = (text) => {
    for (const [name, value] of new URLSearchParams(text)) {
      const field = form.elements[name];
      if (!field) continue;
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
  };

  async function send(text) {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    said.textContent = said.dataset.sending;
    button.disabled = true;
    let answer;
    try {
      answer = await fetch(location.pathname, { method: "POST", body: new URLSearchParams(text) });
      if (answer.status >= 500) throw new Error("not now");
    } catch {
      said.textContent = said.dataset.kept;
      button.disabled = false;
      sending = false;
      timer = setTimeout(() => send(read() || text), AGAIN);
      return;
    }
    if (answer.redirected) {
      keep("");
      location.replace(answer.url);
      return;
    }
    // Something has to be put right: the page says what, when the same form goes the plain way.
    keep("");
    form.submit();
  }

  // Let the page be opened again without signal: itself as it is now, and the files it is made of; see offline.js.
  async function stay() {
    const { worker, scope, until } = form.dataset;
    if (!worker || !("serviceWorker" in navigator) || !("caches" in self)) return;
    try {
      await navigator.serviceWorker.register(worker, { scope });
      const cache = await caches.open("report");
      const loaded = performance.getEntriesByType("resource").map((one) => one.name);
      const files = loaded.filter((name) => /^\/(?:static|colour)\//.test(new URL(name).pathname));
      await cache.addAll(Array.from(new Set(files)));
      const answer = await fetch(location.pathname, { cache: "no-store" });
      if (!answer.ok) return;
      const headers = new Headers(answer.headers);
      headers.delete("content-encoding");
      headers.set("x-kept-until", until);
      await cache.put(location.pathname, new Response(await answer.text(), { headers }));
      document.documentElement.dataset.stays = "yes";
    } catch {
      // Without it the page needs a signal to be opened; what is written in it is kept all the same.
    }
  }

  if (document.readyState === "complete") stay();
  else addEventListener("load", stay);
  form.addEventListener("submit", (sent) => {
    const text = new URLSearchParams(new FormData(form)).toString();
    if (!keep(text)) return;
    sent.preventDefault();
    send(text);
  });
  addEventListener("online", () => read() && send(read()));
  if (read()) {
    fill(read());
    send(read());
  }
}
