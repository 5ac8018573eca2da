// Keeps the page on which a host reports within reach where there is no signal, once it was opened; report.js puts it
// in the cache. Nothing of anybody else is in there, nothing is sent from here, and it goes with its day or its link.
"use strict";

const CACHE = "report";
const UNTIL = "x-kept-until";
const GONE = [401, 403, 404, 410];

const today = () => new Date().toISOString().slice(0, 10);
const isOver = (page) => (page.headers.get(UNTIL) || "") < today();

// Forget the page at a path and those whose day is over; and the files too, once the last page is gone.
async function forget(path = "") {
  const cache = await caches.open(CACHE);
  let left = 0;
  let gone = 0;
  for (const request of await cache.keys()) {
    const kept = await cache.match(request);
    if (!kept || !kept.headers.has(UNTIL)) continue;
    if (isOver(kept) || new URL(request.url).pathname === path) gone += await cache.delete(request);
    else left += 1;
  }
  if (gone && !left) await caches.delete(CACHE);
}

async function page(request) {
  const path = new URL(request.url).pathname;
  try {
    const answer = await fetch(request);
    // A link that was taken back leaves nothing behind.
    if (GONE.includes(answer.status)) await forget(path);
    return answer;
  } catch {
    const kept = await caches.match(path);
    return kept && !isOver(kept) ? kept : Response.error();
  }
}

async function file(request) {
  const kept = await caches.match(request);
  return kept || fetch(request);
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (begun) => begun.waitUntil(forget().then(() => clients.claim())));
addEventListener("fetch", (asked) => {
  const { request } = asked;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") asked.respondWith(page(request));
  else if (/^\/(?:static|colour)\//.test(pathname)) asked.respondWith(file(request));
});
