// Improves what works without it: while an action is under way its numbers follow by themselves.
"use strict";

const SOONEST = 10000;
const SPREAD = 10000;

for (const box of document.querySelectorAll("[data-tally]")) {
  const language = document.documentElement.lang === "es" ? "es-US" : "en-US";
  const inWords = (number) => number.toLocaleString(language);
  const fields = Object.fromEntries(Array.from(box.querySelectorAll("[data-count]"), (one) => [one.dataset.count, one]));
  let known = "";

  const put = (name, text) => {
    if (fields[name] && fields[name].textContent !== text) fields[name].textContent = text;
  };

  // As the server writes it: a day and minute by the clock of the page, named so that nobody takes it for another's.
  const byClock = (moment) => {
    const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
    const clock = { ...parts, hourCycle: "h23", timeZone: box.dataset.zone, timeZoneName: "short" };
    const said = new Intl.DateTimeFormat("en-US", clock).formatToParts(new Date(moment));
    const part = Object.fromEntries(said.map((one) => [one.type, one.value]));
    return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute} ${part.timeZoneName}`;
  };

  const show = (now) => {
    for (const name of ["held", "reported", "unreported", "committed", "postponed", "cancelled"]) put(name, inWords(now[name]));
    fields.postponed.parentElement.hidden = !now.postponed;
    const [low, high] = now.people;
    put("people", inWords(low) + (high === low ? "" : "–" + inWords(high)) + (now.at_least ? "+" : ""));
    if (now.at) {
      fields.at.dateTime = now.at;
      put("at", byClock(now.at));
      fields.at.parentElement.hidden = false;
    }
  };

  async function look() {
    try {
      const answer = await fetch(box.dataset.tally, { cache: "no-cache" });
      const text = answer.ok ? await answer.text() : known;
      if (text && text !== known) show(JSON.parse((known = text)));
    } catch {
      // What is shown stays until the network is back.
    }
  }

  // Nobody who looks elsewhere asks; and not all ask in the same moment.
  const wait = () =>
    setTimeout(async () => {
      if (!document.hidden) await look();
      wait();
    }, SOONEST + Math.random() * SPREAD);

  document.addEventListener("visibilitychange", () => document.hidden || look());
  wait();
}
