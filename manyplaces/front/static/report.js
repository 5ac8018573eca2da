// Improves what works without it: a report that is written where there is no signal is kept on the phone and sent once
// there is one. The key of the form makes sure that however often it is sent it is one report.
"use strict";

const AGAIN = 15000;

for (const form of document.querySelectorAll("form[data-offline]")) {
  const place = `report ${location.pathname}`;
  const said = document.getElementById("kept");
  const button = form.querySelector("button");
  let timer = 0;

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
    for (const [name, value] of new URLSearchParams(text)) if (form.elements[name]) form.elements[name].value = value;
  };

  async function send(text) {
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
