// Works for a few seconds where very many answers come from one network, then sends the form by itself.
"use strict";
(() => {
  const form = document.querySelector("form.come[data-riddle]");
  if (!form) return;
  // SHA-256 (FIPS 180-4) of one short text. The browser's own is asynchronous, and a million promises are slower.
  const primes = [];
  for (let number = 2; primes.length < 64; number++) if (primes.every((prime) => number % prime)) primes.push(number);
  const fraction = (number, power) => ((number ** power % 1) * 2 ** 32) | 0;
  const K = primes.map((prime) => fraction(prime, 1 / 3));
  const START = primes.slice(0, 8).map((prime) => fraction(prime, 1 / 2));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  const w = new Int32Array(64);
  // The first word of the digest; the text has at most 55 letters after the whole blocks before it.
  function firstWord(text) {
    const blocks = ((text.length + 8) >> 6) + 1;
    const words = new Int32Array(blocks * 16);
    for (let at = 0; at < text.length; at++) words[at >> 2] |= text.charCodeAt(at) << (24 - (at % 4) * 8);
    words[text.length >> 2] |= 0x80 << (24 - (text.length % 4) * 8);
    words[blocks * 16 - 1] = text.length * 8;
    const state = START.slice();
    for (let block = 0; block < blocks; block++) {
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < 64; t++) {
        if (t < 16) w[t] = words[block * 16 + t];
        else {
          const x = w[t - 15], y = w[t - 2];
          const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3), s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
          w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
        }
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] = (state[at] + word) | 0; });
    }
    return state[0] >>> 0;
  }
  const riddle = form.dataset.riddle, limit = 2 ** (32 - Number(form.dataset.bits));
  const said = document.createElement("p");
  said.className = "note";
  said.setAttribute("role", "status");
  said.textContent = form.dataset.working;
  // It says how long to wait, which is for those without a script.
  document.getElementById("errors").remove();
  form.prepend(said);
  const proof = document.createElement("input");
  proof.type = "hidden";
  proof.name = "proof";
  form.append(proof);
  const button = form.querySelector("button");
  button.disabled = true;
  let number = 0;
  (function search() {
    const until = Date.now() + 40;
    while (Date.now() < until) {
      for (let round = 0; round < 500; round++, number++) {
        if (firstWord(riddle + number) < limit) {
          proof.value = String(number);
          button.disabled = false;
          form.requestSubmit();
          return;
        }
      }
    }
    setTimeout(search);
  })();
})();
