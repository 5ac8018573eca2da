// Improves the map of an action: it can be moved and looked into, with fingers, mouse or keys. Without this file the
// map that the server drew stays. Words come from the page, points and outlines from this site, and nothing from others.
"use strict";

const WIDE = 960; // The canvas of the drawn map, in its own units.
const HIGH = 600;
const CLOSEST = 160; // Pixels a unit: closer, nothing more would come apart.
const FINE = 3.4; // Pixels a unit from which on counties are drawn.
const NAMED = 13; // Pixels a unit from which on counties have their names.
const CELL = 46; // Pixels of a cell whose points become one circle.
const PART = 50; // Points that the server describes at once.
const AT_ONCE = 8; // Rows that the panel shows before it is asked for more.
const STEPS = 5000;
// The streets: Web Mercator, a unit is a pixel of the tiles of this level; the pixels a unit of its ends.
const STREETS = { level: 12, wide: 256 * 2 ** 12, least: 1 / 8, closest: 64, near: 16 };

const still = matchMedia("(prefers-reduced-motion: reduce)");

function made(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// As the page writes numbers in both languages. The browser's own Intl takes a tenth of a second to begin on a phone.
function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

// Their form is described in front/drawings/points.py.
function unpack(bytes) {
  let at = 3;
  const next = () => {
    let number = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= bytes.length) throw new Error("cut off");
      const byte = bytes[at++];
      number |= (byte & 127) << shift;
      if (byte < 128) return number;
    }
  };
  const many = next();
  const norths = new Int32Array(many);
  const easts = new Int32Array(many);
  const starts = new Int32Array(many + 1);
  for (let i = 0, north = 0; i < many; i++) norths[i] = north += next();
  for (let i = 0; i < many; i++) easts[i] = (bytes[at + i] << 16) | (bytes[at + many + i] << 8) | bytes[at + 2 * many + i];
  at += 3 * many;
  for (let i = 0; i < many; i++) starts[i + 1] = starts[i] + next();
  return { many, norths, easts, starts, phases: bytes.subarray(at) };
}

// Albers' projection as in places/geometry.py, whose figures stand in the page.
function projector(regions) {
  const rad = Math.PI / 180;
  const drawn = regions.map(([south, north, west, east, first, second, lat, lon, scale, x, y]) => {
    const [one, two] = [Math.sin(first * rad), Math.sin(second * rad)];
    const cone = (one + two) / 2;
    const far = (at) => Math.sqrt(1 + one * two - 2 * cone * Math.sin(at * rad)) / cone;
    const middle = far(lat);
    const put = (atLat, atLon) => {
      const angle = cone * ((((atLon - lon + 540) % 360) - 180) * rad);
      const out = far(atLat);
      return [x + scale * out * Math.sin(angle), y - scale * (middle - out * Math.cos(angle))];
    };
    return { south, north, west, east, put };
  });
  return (lat, lon) => {
    const found = drawn.find((one) => lat >= one.south && lat <= one.north && lon >= one.west && lon <= one.east);
    return found ? found.put(lat, lon) : [NaN, NaN];
  };
}

// Left, top, right and bottom of a line that is written in steps, as the outlines are.
function boxOf(line) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of line.split("Z")) {
    let [x, y] = [0, 0];
    const steps = ring.match(/-?\d*\.?\d+/g) || [];
    for (let i = 0; i + 1 < steps.length; i += 2) {
      x += Number(steps[i]);
      y += Number(steps[i + 1]);
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box;
}

function placed(points, project) {
  const xs = new Float64Array(points.many);
  const ys = new Float64Array(points.many);
  for (let i = 0; i < points.many; i++) {
    [xs[i], ys[i]] = project(points.norths[i] / STEPS - 90, points.easts[i] / STEPS - 180);
  }
  return { ...points, xs, ys };
}

// The circles of one level of zoom. Cells lie on the ground, not on the screen: moving the map changes no circle.
function circlesOf(points, level, narrow) {
  const { many, xs, ys, starts, phases } = points;
  const scale = 2 ** (level / 2);
  const size = (narrow ? 32 : CELL) / scale;
  const cells = new Map();
  const of = new Array(many);
  for (let i = 0; i < many; i++) {
    if (Number.isNaN(xs[i])) continue;
    const key = Math.floor(xs[i] / size) * 1e7 + Math.floor(ys[i] / size);
    let cell = cells.get(key);
    if (!cell) cells.set(key, (cell = { x: 0, y: 0, events: 0, phases: [0, 0, 0], places: 0, first: i }));
    const count = starts[i + 1] - starts[i];
    cell.x += xs[i] * count;
    cell.y += ys[i] * count;
    cell.events += count;
    cell.places += 1;
    for (let j = starts[i]; j < starts[i + 1]; j++) cell.phases[phases[j]] += 1;
    of[i] = cell;
  }
  const found = [...cells.values()];
  let most = 1;
  for (const cell of found) {
    cell.x /= cell.events;
    cell.y /= cell.events;
    most = Math.max(most, cell.events);
  }
  const unit = Math.min(4.2, (narrow ? 22 : 36) / Math.sqrt(most));
  const sized = (cell) => (cell.r = Math.max(cell.events > 1 ? (narrow ? 9.5 : 11) : 6.5, unit * Math.sqrt(cell.events)));
  found.forEach(sized);
  found.sort((one, other) => other.events - one.events);
  const kept = joined(found, scale, size, cells, sized);
  return { circles: kept, of: (i) => of[i] && (of[i].into || of[i]) };
}

// A circle whose middle would lie under a larger neighbour becomes part of it.
function joined(found, scale, size, cells, sized) {
  const kept = [];
  for (const cell of found) {
    const [column, row] = [Math.floor(cell.x / size), Math.floor(cell.y / size)];
    let into = null;
    for (let i = -1; i < 2 && !into; i++) {
      for (let j = -1; j < 2 && !into; j++) {
        const near = cells.get((column + i) * 1e7 + row + j);
        if (!near || near === cell || near.into || !near.done) continue;
        if (Math.hypot(near.x - cell.x, near.y - cell.y) * scale < near.r + cell.r * 0.35) into = near;
      }
    }
    if (into) {
      cell.into = into;
      const events = into.events + cell.events;
      into.x = (into.x * into.events + cell.x * cell.events) / events;
      into.y = (into.y * into.events + cell.y * cell.events) / events;
      into.events = events;
      into.places += cell.places;
      cell.phases.forEach((count, phase) => (into.phases[phase] += count));
      sized(into);
    } else {
      cell.done = true;
      kept.push(cell);
    }
  }
  for (const cell of kept) cell.phase = cell.phases.indexOf(Math.max(...cell.phases));
  return kept.sort((one, other) => other.r - one.r);
}

class LiveMap {
  constructor(figure, points, states) {
    this.figure = figure;
    this.words = JSON.parse(figure.dataset.words);
    this.ground = { points, wide: WIDE, high: HIGH, closest: CLOSEST };
    this.states = states;
    this.tiles = new Map();
    this.levels = new Map();
    this.parts = new Map();
    this.view = { x: WIDE / 2, y: HIGH / 2, k: 1 };
    this.chosen = null;
    this.build();
    this.listen();
    new ResizeObserver(() => this.fit()).observe(this.pane);
    this.fit();
  }

  build() {
    const { words } = this;
    const style = getComputedStyle(this.figure);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    this.ink = { main: colour("coalition"), text: colour("ink"), paper: colour("paper"), display: colour("display"), letters: colour("text") };
    this.canvas = made("canvas", { "aria-hidden": "true" });
    this.pane = made(
      "div",
      { class: "map-pane", tabindex: "0", role: "application", "aria-label": words.map, "aria-describedby": "map-keys" },
      this.canvas,
    );
    this.told = made("p", { class: "vh", role: "status" });
    this.hint = made("p", { class: "map-hint", "aria-hidden": "true" });
    this.panel = made("section", { class: "map-panel", "aria-labelledby": "map-panel-title", tabindex: "-1", hidden: "" });
    const touch = matchMedia("(pointer: coarse)").matches;
    const keys = made("p", { class: "map-keys", id: "map-keys" }, touch ? words.fingers : words.keys);
    const bar = made("div", { class: "map-bar" }, this.tools(), keys);
    const box = made("div", { class: "map-live" }, this.pane, this.hint, this.panel, bar, this.told);
    this.figure.prepend(box);
    this.context = this.canvas.getContext("2d");
  }

  tools() {
    const { words } = this;
    const doing = {
      closer: ["M8 2.5v11M2.5 8h11", () => this.closer()],
      farther: ["M2.5 8h11", () => this.zoom(0.5)],
      whole: ["M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4", () => this.home()],
      left: ["M10.5 2.5L5 8l5.5 5.5", () => this.step(-1, 0)],
      up: ["M2.5 10.5L8 5l5.5 5.5", () => this.step(0, -1)],
      down: ["M2.5 5.5L8 11l5.5-5.5", () => this.step(0, 1)],
      right: ["M5.5 2.5L11 8l-5.5 5.5", () => this.step(1, 0)],
    };
    const box = made("div", { class: "map-tools", role: "group", "aria-label": words.tools });
    for (const [name, [line, act]] of Object.entries(doing)) {
      const button = made("button", { type: "button", "aria-label": words[name], title: words[name] }, icon(line));
      button.addEventListener("click", act);
      box.append(button);
    }
    if (this.figure.dataset.tiles) {
      this.button = made("button", { type: "button", class: "wide", "aria-pressed": "false" }, words.streets);
      this.button.addEventListener("click", () => this.change());
      box.append(this.button);
    }
    return box;
  }

  get points() {
    return this.ground.points;
  }

  // How far out one can go.
  get least() {
    return this.ground.least || Math.min(this.width / WIDE, this.height / HIGH);
  }

  // The size of the pane.
  fit() {
    const { clientWidth: width, clientHeight: height } = this.pane;
    if (!width || (width === this.width && height === this.height)) return;
    const whole = !this.width || (!this.streets && this.view.k <= this.least * 1.001);
    Object.assign(this, { width, height });
    const dots = Math.min(devicePixelRatio || 1, 2);
    Object.assign(this.canvas, { width: Math.round(width * dots), height: Math.round(height * dots) });
    this.dots = dots;
    this.levels.clear();
    if (whole) this.view = { x: WIDE / 2, y: HIGH / 2, k: this.least };
    this.held();
    this.draw();
  }

  // Keeps the view within the map.
  held() {
    const { view } = this;
    const { wide, high, closest } = this.ground;
    view.k = Math.min(closest, Math.max(this.least, view.k));
    for (const [axis, most, screen] of [["x", wide, this.width], ["y", high, this.height]]) {
      const half = screen / view.k / 2;
      view[axis] = 2 * half >= most ? most / 2 : Math.min(most - half, Math.max(half, view[axis]));
    }
  }

  get level() {
    return Math.floor(Math.log2(this.view.k) * 2 + 1e-6);
  }

  // What is drawn at this zoom, made when first asked for.
  get shown() {
    let found = this.levels.get(this.level);
    if (!found) this.levels.set(this.level, (found = circlesOf(this.points, this.level, this.width < 500)));
    return found;
  }

  at(x, y) {
    const { view } = this;
    return [(x - view.x) * view.k + this.width / 2, (y - view.y) * view.k + this.height / 2];
  }

  inView(circle, edge = 0) {
    const [x, y] = this.at(circle.x, circle.y);
    return x > -edge && y > -edge && x < this.width + edge && y < this.height + edge;
  }

  draw() {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      this.paint();
    });
  }

  paint() {
    const { context: pen, view, dots } = this;
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    const shift = [this.width / 2 - view.x * view.k, this.height / 2 - view.y * view.k];
    pen.setTransform(dots * view.k, 0, 0, dots * view.k, dots * shift[0], dots * shift[1]);
    pen.lineJoin = "round";
    if (this.streets) this.paintStreets(pen, shift);
    else if (view.k >= FINE) this.paintFine(pen);
    else this.paintStates(pen);
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    this.paintPlaces(pen);
    const near = this.shown.circles.filter((circle) => this.inView(circle, circle.r));
    for (const circle of near) this.paintCircle(pen, circle);
    if (!near.length) this.say(this.words.none);
    if (this.chosen && this.chosen.circle) this.paintRing(pen, this.chosen.circle);
    if (this.button) this.button.hidden = !this.streets && view.k < STREETS.near;
    this.figure.dataset.live = "yes";
  }

  paintStates(pen) {
    pen.fillStyle = "#e9e6df";
    pen.strokeStyle = "#fff";
    pen.lineWidth = 1;
    for (const { coarse } of this.states) {
      pen.fill(coarse);
      pen.stroke(coarse);
    }
  }

  // What lies in view, in finer lines as soon as they are there.
  paintFine(pen) {
    const { view } = this;
    const [across, down] = [this.width / view.k / 2, this.height / view.k / 2];
    const near = this.states.filter((state) => {
      const [left, top, right, bottom] = (state.box = state.box || boxOf(state.line));
      return right > view.x - across && left < view.x + across && bottom > view.y - down && top < view.y + down;
    });
    near.forEach((state) => this.look(state));
    const lines = (what, colour, width) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width / view.k;
      for (const state of near) if (state[what]) pen.stroke(state[what]);
    };
    pen.fillStyle = "#e9e6df";
    for (const state of near) pen.fill(state.outline || state.coarse);
    lines("counties", "#fff", 1.1);
    for (const state of near) state.edge = state.outline || state.coarse;
    lines("edge", "#b3a994", 1.4);
    pen.setTransform(this.dots, 0, 0, this.dots, 0, 0);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = "#b3a994";
    pen.font = `700 ${Math.min(40, 12 + view.k * 1.5)}px ${this.ink.display}`;
    for (const state of near) if (state.at) pen.fillText(state.code, ...this.at(...state.at));
    if (view.k < NAMED) return;
    pen.fillStyle = "#6b6253";
    pen.font = `${Math.min(15, 8 + view.k / 5)}px ${this.ink.letters}`;
    for (const [name, x, y] of near.flatMap((state) => state.names || [])) {
      if (Math.abs(x - view.x) < across && Math.abs(y - view.y) < down) pen.fillText(name, ...this.at(x, y));
    }
  }

  // The tiles of the operator's own server, in the level that is sharp here.
  paintStreets(pen, shift) {
    const { view, dots } = this;
    const level = Math.max(1, Math.min(19, Math.round(STREETS.level + Math.log2(view.k))));
    const size = 256 * view.k * 2 ** (STREETS.level - level);
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.fillStyle = "#e9e6df";
    pen.fillRect(0, 0, this.width, this.height);
    for (let x = Math.floor(-shift[0] / size); x * size + shift[0] < this.width; x++) {
      for (let y = Math.floor(-shift[1] / size); y * size + shift[1] < this.height; y++) {
        if (x < 0 || y < 0 || x >= 2 ** level || y >= 2 ** level) continue;
        const tile = this.tile(level, x, y);
        // Half a pixel more, so that no seam is seen between two tiles.
        if (tile.naturalWidth) pen.drawImage(tile, x * size + shift[0], y * size + shift[1], size + 0.5, size + 0.5);
      }
    }
    if (!this.figure.dataset.credit) return;
    pen.font = `12px ${this.ink.letters}`;
    const wide = pen.measureText(this.figure.dataset.credit).width + 12;
    pen.fillStyle = "rgb(255 255 255 / .85)";
    pen.fillRect(this.width - wide, this.height - 20, wide, 20);
    pen.fillStyle = this.ink.text;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillText(this.figure.dataset.credit, this.width - 6, this.height - 10);
  }

  tile(level, x, y) {
    const address = this.figure.dataset.tiles.replace("{z}", level).replace("{x}", x).replace("{y}", y);
    let found = this.tiles.get(address);
    if (!found) {
      found = new Image();
      found.onload = () => this.draw();
      found.src = address;
      this.tiles.set(address, found);
    }
    return found;
  }

  // From our own outlines to the streets and back, around the place that is nearest to the middle.
  change() {
    const { view, points } = this;
    let near = -1;
    let least = Infinity;
    for (let i = 0; i < points.many; i++) {
      const far = Math.hypot(points.xs[i] - view.x, points.ys[i] - view.y);
      if (far < least) [near, least] = [i, far];
    }
    this.close();
    this.levels.clear();
    this.streets = !this.streets;
    [this.ground, this.other] = [this.other || this.mercator(), this.ground];
    const k = this.streets ? 2 : STREETS.near;
    this.view = { x: this.points.xs[near], y: this.points.ys[near], k };
    this.held();
    this.draw();
    this.button.setAttribute("aria-pressed", String(this.streets));
  }

  mercator() {
    const { wide, least, closest } = STREETS;
    const { points } = this;
    const xs = Float64Array.from(points.easts, (east) => (east / STEPS / 360) * wide);
    const ys = Float64Array.from(points.norths, (north) => {
      const sine = Math.sin(((north / STEPS - 90) * Math.PI) / 180);
      return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * wide;
    });
    return { points: { ...points, xs, ys }, wide, high: wide, least, closest };
  }

  // Every place as a small dot, so that circles do not hide where things are.
  paintPlaces(pen) {
    const { view, points } = this;
    const [left, top] = [this.width / 2 - view.x * view.k, this.height / 2 - view.y * view.k];
    const size = Math.min(3.5, 1.3 + view.k / 6);
    pen.fillStyle = this.ink.main;
    pen.globalAlpha = 0.55;
    for (let i = 0; i < points.many; i++) {
      const x = points.xs[i] * view.k + left;
      const y = points.ys[i] * view.k + top;
      if (x > 0 && y > 0 && x < this.width && y < this.height) pen.fillRect(x - size / 2, y - size / 2, size, size);
    }
    pen.globalAlpha = 1;
  }

  // As the drawn map has them: what was held is full, what is announced a ring, what is cancelled a ring of dashes.
  paintCircle(pen, circle) {
    const { ink } = this;
    const [x, y] = this.at(circle.x, circle.y);
    const held = circle.phase === 0;
    pen.beginPath();
    pen.arc(x, y, circle.r, 0, 2 * Math.PI);
    pen.globalAlpha = held ? 0.9 : 0.94;
    pen.fillStyle = held ? ink.main : ink.paper;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = held ? 1.5 : 2.2;
    pen.strokeStyle = held ? "#fff" : circle.phase === 1 ? ink.main : ink.text;
    pen.setLineDash(circle.phase === 2 ? [3, 3] : []);
    pen.stroke();
    pen.setLineDash([]);
    if (circle.events < 2) return;
    const text = grouped(circle.events);
    pen.fillStyle = held ? "#fff" : ink.text;
    pen.font = `700 ${Math.max(10.5, Math.min(16, (circle.r * 2.5) / Math.max(2, text.length)))}px ${ink.display}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, x, y + 0.5);
  }

  paintRing(pen, circle) {
    const [x, y] = this.at(circle.x, circle.y);
    for (const [colour, width, r] of [[this.ink.paper, 7, circle.r + 3], [this.ink.text, 3, circle.r + 4]]) {
      pen.beginPath();
      pen.arc(x, y, r, 0, 2 * Math.PI);
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }
  }

  // Fetches what a closer look at a state shows, once.
  async look(state) {
    if (state.asked) return;
    state.asked = true;
    try {
      const found = await (await fetch(`${this.figure.dataset.counties}${state.code.toLowerCase()}.json`)).json();
      const paths = { outline: new Path2D(found.outline), counties: new Path2D(found.counties) };
      Object.assign(state, found, paths);
      this.draw();
    } catch {
      // The coarse outline stays.
    }
  }

  go(x, y, k) {
    const before = this.view;
    this.view = { x, y, k };
    this.held();
    const goal = this.view;
    cancelAnimationFrame(this.gliding);
    const circle = this.chosen && this.chosen.circle;
    if (circle && goal.k !== before.k) this.chosen = null;
    if (still.matches) return this.draw();
    const began = performance.now();
    const frame = (now) => {
      const part = Math.min(1, Math.max(0, (now - began) / 220));
      const eased = part * (2 - part);
      const zoom = before.k * (goal.k / before.k) ** eased;
      // The place moves with the zoom, so that what is aimed at does not swing away.
      const along = goal.k === before.k ? eased : (1 / before.k - 1 / zoom) / (1 / before.k - 1 / goal.k);
      this.view = { x: before.x + (goal.x - before.x) * along, y: before.y + (goal.y - before.y) * along, k: zoom };
      if (part === 1) this.view = goal;
      else this.gliding = requestAnimationFrame(frame);
      this.paint();
    };
    this.gliding = requestAnimationFrame(frame);
  }

  // Zooms, and keeps what lies at a place of the screen where it is.
  zoom(times, x = this.width / 2, y = this.height / 2, glide = true) {
    const { view } = this;
    const k = Math.min(this.ground.closest, Math.max(this.least, view.k * times));
    const shift = 1 / view.k - 1 / k;
    const goal = [view.x + (x - this.width / 2) * shift, view.y + (y - this.height / 2) * shift, k];
    if (glide) return this.go(...goal);
    if (this.chosen && k !== view.k) this.chosen = null;
    Object.assign(view, { x: goal[0], y: goal[1], k });
    this.held();
    this.draw();
  }

  // Towards the chosen circle, if there is one.
  closer() {
    this.zoom(2, ...(this.chosen ? this.at(this.chosen.circle.x, this.chosen.circle.y) : []));
  }

  step(across, down) {
    const { view } = this;
    this.go(view.x + (across * this.width) / 4 / view.k, view.y + (down * this.height) / 4 / view.k, view.k);
  }

  drag(across, down) {
    this.view.x -= across / this.view.k;
    this.view.y -= down / this.view.k;
    this.held();
    this.draw();
  }

  home() {
    this.close();
    if (this.streets) this.change();
    this.go(WIDE / 2, HIGH / 2, this.least);
  }

  listen() {
    const { pane } = this;
    pane.addEventListener("keydown", (event) => this.key(event));
    pane.addEventListener("blur", () => {
      if (this.panel.hidden) this.choose(null);
    });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.close();
      pane.focus();
    });
    pane.addEventListener(
      "wheel",
      (event) => {
        const closer = event.deltaY < 0;
        if (!event.ctrlKey && !event.metaKey && document.activeElement !== pane) return this.say(this.words.wheel);
        // At the ends the page scrolls on.
        if (this.view.k === (closer ? this.ground.closest : this.least) && !event.ctrlKey) return;
        event.preventDefault();
        const box = pane.getBoundingClientRect();
        const turn = event.deltaY * (event.deltaMode ? 24 : 1) * (event.ctrlKey ? 3 : 1);
        this.zoom(2 ** (-Math.max(-240, Math.min(240, turn)) / 240), event.clientX - box.left, event.clientY - box.top, false);
      },
      { passive: false },
    );
    this.mouse();
    this.fingers();
  }

  mouse() {
    const { pane } = this;
    let from = null;
    let moved = 0;
    pane.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch" || event.button) return;
      from = [event.clientX, event.clientY];
      moved = 0;
      pane.setPointerCapture(event.pointerId);
    });
    pane.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      if (!from) {
        pane.classList.toggle("over", Boolean(this.under(event)));
        return;
      }
      const to = [event.clientX, event.clientY];
      moved += Math.abs(to[0] - from[0]) + Math.abs(to[1] - from[1]);
      if (moved > 4) this.drag(to[0] - from[0], to[1] - from[1]);
      from = to;
    });
    for (const end of ["pointerup", "pointercancel"]) pane.addEventListener(end, () => (from = null));
    pane.addEventListener("click", (event) => {
      if (moved > 4) return (moved = 0);
      const found = this.under(event);
      if (found) this.open(found);
      else this.close();
    });
    pane.addEventListener("dblclick", (event) => {
      const box = pane.getBoundingClientRect();
      if (!this.under(event)) this.zoom(2, event.clientX - box.left, event.clientY - box.top);
    });
  }

  // One finger scrolls the page, two move the map.
  fingers() {
    const { pane } = this;
    const middle = ([one, other]) => {
      const box = pane.getBoundingClientRect();
      const apart = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      return [(one.clientX + other.clientX) / 2 - box.left, (one.clientY + other.clientY) / 2 - box.top, apart];
    };
    let before = null;
    let one = null;
    pane.addEventListener(
      "touchstart",
      (event) => {
        before = event.touches.length === 2 ? middle(event.touches) : null;
        one = event.touches.length === 1 ? event.touches[0] : null;
        if (before) event.preventDefault();
      },
      { passive: false },
    );
    pane.addEventListener(
      "touchmove",
      (event) => {
        if (event.touches.length === 1 && one) {
          const [touch] = event.touches;
          if (Math.hypot(touch.clientX - one.clientX, touch.clientY - one.clientY) > 12) this.say(this.words.fingers);
        }
        if (event.touches.length !== 2 || !before) return;
        if (event.cancelable) event.preventDefault();
        const now = middle(event.touches);
        this.drag(now[0] - before[0], now[1] - before[1]);
        this.zoom(now[2] / before[2], now[0], now[1], false);
        before = now;
      },
      { passive: false },
    );
    pane.addEventListener("touchend", () => (before = one = null));
  }

  // Shows a sentence over the map for a while.
  say(words) {
    this.hint.textContent = words;
    this.hint.classList.add("on");
    clearTimeout(this.saying);
    this.saying = setTimeout(() => this.hint.classList.remove("on"), 1800);
  }

  under(event) {
    const box = this.pane.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let found = null;
    let nearest = Infinity;
    for (const circle of this.shown.circles) {
      const [left, top] = this.at(circle.x, circle.y);
      const far = Math.hypot(left - x, top - y) - Math.max(circle.r, 14);
      // The small one, of two that lie one over the other, is the one that is seen.
      if (far <= 0 && far - 1000 / circle.r < nearest) {
        nearest = far - 1000 / circle.r;
        found = circle;
      }
    }
    return found;
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const doing = {
      ArrowLeft: () => this.step(-1, 0),
      ArrowRight: () => this.step(1, 0),
      ArrowUp: () => this.step(0, -1),
      ArrowDown: () => this.step(0, 1),
      "+": () => this.closer(),
      "=": () => this.closer(),
      "-": () => this.zoom(0.5),
      0: () => this.home(),
      n: () => this.next(1),
      p: () => this.next(-1),
      Enter: () => this.chosen && this.open(this.chosen.circle),
      " ": () => this.chosen && this.open(this.chosen.circle),
      Escape: () => {
        this.close();
        this.choose(null);
      },
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!doing) return;
    event.preventDefault();
    doing();
  }

  // The circles in view, from the top, and in one row of the map from the left.
  get inOrder() {
    const row = (circle) => Math.floor(this.at(circle.x, circle.y)[1] / 60);
    const found = this.shown.circles.filter((circle) => this.inView(circle));
    return found.sort((one, other) => row(one) - row(other) || one.x - other.x);
  }

  next(by) {
    const circles = this.inOrder;
    if (!circles.length) return (this.told.textContent = this.words.none);
    const now = this.chosen ? circles.indexOf(this.chosen.circle) : -1;
    const number = now < 0 ? (by > 0 ? 0 : circles.length - 1) : (now + by + circles.length) % circles.length;
    this.choose(circles[number]);
    const { words } = this;
    const what = this.counted(circles[number].events);
    this.told.textContent = words.at
      .replace("{what}", what)
      .replace("{number}", number + 1)
      .replace("{all}", circles.length)
      .replace("{do}", this.isOne(circles[number]) ? words.shows : words.splits);
  }

  counted(events) {
    return (events === 1 ? this.words.one : this.words.many).replace("#", grouped(events));
  }

  choose(circle) {
    this.chosen = circle && { circle };
    this.draw();
  }

  // Whether looking closer would not take it apart.
  isOne(circle) {
    return circle.places === 1 || this.view.k >= this.ground.closest * 0.999;
  }

  placesOf(circle) {
    const found = [];
    for (let i = 0; i < this.points.many; i++) if (this.shown.of(i) === circle) found.push(i);
    return found;
  }

  open(circle) {
    const places = this.placesOf(circle);
    if (this.isOne(circle)) return this.describe(circle, places);
    this.close();
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const i of places) {
      const [x, y] = [this.points.xs[i], this.points.ys[i]];
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    const fits = Math.min((this.width * 0.7) / (box[2] - box[0]), (this.height * 0.7) / (box[3] - box[1]));
    const k = Math.min(this.ground.closest, Math.max(this.view.k * 2, Math.min(fits, this.view.k * 10)));
    this.chosen = null;
    this.go((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, k);
    this.told.textContent = this.words.closer_now;
  }

  // The panel with what is known of the events behind a circle.
  describe(circle, places) {
    this.choose(circle);
    const { words, panel } = this;
    const rows = places.flatMap((i) => {
      const { starts } = this.points;
      return Array.from({ length: starts[i + 1] - starts[i] }, (_, j) => ({ number: starts[i] + j, place: i }));
    });
    const title = made("h3", { id: "map-panel-title" }, this.counted(rows.length));
    const shut = made("button", { type: "button", "aria-label": words.close, title: words.close }, icon("M3 3l10 10M13 3L3 13"));
    shut.addEventListener("click", () => {
      this.close();
      this.pane.focus();
    });
    const list = made("ul", { class: "list" });
    const more = made("button", { type: "button", class: "quiet" }, words.more);
    const status = made("p", { role: "status" });
    panel.replaceChildren(made("header", {}, title, shut), list, status, more);
    // Where it does not hide what it is about.
    panel.classList.toggle("left", this.at(circle.x, circle.y)[0] > this.width / 2);
    panel.hidden = false;
    const turn = (this.turn = (this.turn || 0) + 1);
    let shown = 0;
    const show = async () => {
      more.hidden = true;
      status.textContent = words.loading;
      const wanted = rows.slice(shown, shown + AT_ONCE);
      try {
        const found = await Promise.all(wanted.map((row) => this.described(row)));
        if (turn !== this.turn) return;
        list.append(...found.map((event) => this.row(event)));
        shown += wanted.length;
        status.textContent = "";
        more.hidden = shown >= rows.length;
        return list.children[shown - wanted.length];
      } catch {
        status.textContent = words.failed;
        more.hidden = false;
      }
    };
    more.addEventListener("click", async () => {
      const first = await show();
      if (first) first.querySelector("a").focus();
    });
    show();
    panel.focus({ preventScroll: matchMedia("(min-width: 46rem)").matches });
  }

  // One event in words; the server describes many at once.
  async described({ number, place }) {
    const part = Math.floor(number / PART);
    if (!this.parts.has(part)) {
      const asked = fetch(`${this.figure.dataset.parts}${part}.json`).then((answer) => {
        if (!answer.ok) throw new Error("not there");
        return answer.json();
      });
      asked.catch(() => this.parts.delete(part));
      this.parts.set(part, asked);
    }
    const event = (await this.parts.get(part)).events[number % PART];
    // The record has changed since the points were fetched: what stands there now is another event.
    const { norths, easts } = this.points;
    if (!event || event.at[0] !== norths[place] || event.at[1] !== easts[place]) throw new Error("changed");
    return event;
  }

  row(event) {
    const link = made("a", { href: event.url }, event.name);
    if (event.phase === "cancelled") link.className = "cancelled-title";
    const phase = made("span", { class: `phase ${event.phase}` }, event.phase_words);
    const what = [event.when, event.tactic].filter(Boolean).join(" · ");
    return made("li", {}, link, ...[event.city, what].filter(Boolean).map((words) => made("p", {}, words)), phase);
  }

  close() {
    this.turn = (this.turn || 0) + 1;
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.choose(null);
  }
}

function icon(line) {
  const space = "http://www.w3.org/2000/svg";
  const [picture, path] = [document.createElementNS(space, "svg"), document.createElementNS(space, "path")];
  for (const [key, value] of [["viewBox", "0 0 16 16"], ["aria-hidden", "true"]]) picture.setAttribute(key, value);
  path.setAttribute("d", line);
  picture.append(path);
  return picture;
}

async function start(figure) {
  const { points, states, regions } = figure.dataset;
  try {
    const [bytes, drawn] = await Promise.all([
      fetch(points).then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(answer.status))),
      fetch(states).then((answer) => answer.text()),
    ]);
    const paths = Array.from(drawn.matchAll(/ id="(\w+)" d="([^"]+)"/g), ([, code, line]) => {
      return { code, line, coarse: new Path2D(line) };
    });
    const found = placed(unpack(new Uint8Array(bytes)), projector(JSON.parse(regions)));
    if (found.many) new LiveMap(figure, found, paths);
  } catch {
    // The drawn map stays.
  }
}

// Whoever does not come to the map does not fetch its points; who comes for it does not wait until all else is drawn.
const soon = new IntersectionObserver(
  (seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      soon.unobserve(target);
      start(target);
    }
  },
  { rootMargin: "400px" },
);
for (const figure of document.querySelectorAll("figure[data-points]")) {
  if (`#${figure.closest("section")?.getAttribute("aria-labelledby")}` === location.hash) start(figure);
  else soon.observe(figure);
}
