// Live parts of the pages. Without it every page still works: links and forms are plain HTML.
"use strict";

const byId = (id) => document.getElementById(id);

// --- what changes on the overview -------------------------------------------------------------------------------
const pause = byId("pause");
let source = null;
let whole = !byId("more"); // whether every job has its row

function put(id, html, quietly) {
  const place = byId(id);
  if (id === "outage") { place.textContent = html; return; }
  if (id === "shape") { if (document.body.dataset.shape !== html) location.reload(); return; } // other jobs
  if (!place) return;
  if (place.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const again = focused && [...place.querySelectorAll("a, button")].indexOf(focused);
  place.innerHTML = html;
  if (again !== null && again !== false && again >= 0) place.querySelectorAll("a, button")[again]?.focus();
  if (id.startsWith("job-") && !quietly) { place.classList.remove("new"); void place.offsetWidth; place.classList.add("new"); }
}

function listen() {
  if (source || !whole || document.hidden || pause.getAttribute("aria-pressed") === "true") return;
  source = new EventSource(document.body.dataset.events);
  let first = true;
  source.addEventListener("parts", (event) => {
    const parts = JSON.parse(event.data);
    for (const [id, html] of Object.entries(parts)) put(id, html, first); // the same rows at first: no flash
    first = false;
    find();
  });
  source.onerror = () => { byId("outage").textContent = "The dashboard does not answer; it may have been stopped."; };
  source.onopen = () => { byId("outage").textContent = ""; };
}

function hush() { source?.close(); source = null; }

if (document.body.dataset.events) {
  pause.hidden = false;
  pause.addEventListener("click", () => {
    const paused = pause.getAttribute("aria-pressed") !== "true";
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Resume updates" : "Pause updates";
    if (paused) hush(); else listen();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
  listen();
}

// --- what was said about a change is not said again when the page is loaded again -----------------------------------
if (new URLSearchParams(location.search).has("done")) {
  history.replaceState(null, "", location.pathname);
  setTimeout(() => { byId("said").textContent = ""; }, 6000);
}

// --- finding jobs; the words are kept in the address so that they can be shared ----------------------------------
const box = byId("find");

function find() {
  if (!box) return;
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of byId("jobs").rows) {
    const text = words.length ? row.textContent.toLowerCase() : "";
    row.hidden = !words.every((word) => text.includes(word));
    shown += row.hidden ? 0 : 1;
  }
  byId("nothing").hidden = shown > 0 || !whole;
}

if (box) {
  box.value = new URLSearchParams(location.search).get("find") ?? "";
  box.addEventListener("input", () => {
    history.replaceState(null, "", box.value ? `?find=${encodeURIComponent(box.value)}` : location.pathname);
    find();
  });
  find();
}

// --- the jobs after the first, when these are painted; what changed since is told after them ----------------------
const LONGEST_WAIT = 200; // a busy machine is never idle
const idle = () => new Promise((then) => {
  if (window.requestIdleCallback) requestIdleCallback(then, { timeout: LONGEST_WAIT }); else setTimeout(then);
});

async function rest() {
  const [more, rows] = [byId("more"), byId("jobs").rows];
  try {
    for (let html = " "; html;) {
      const answer = await fetch(`${more.dataset.rows}&from=${rows.length}`);
      if (!answer.ok) throw new Error(answer.statusText);
      html = await answer.text();
      await idle();
      byId("jobs").insertAdjacentHTML("beforeend", html);
      if (box.value) find();
    }
    more.remove();
  } catch { /* the link to all jobs stays, and what is not here is not told */ }
  whole = true;
  find();
  if (history.state?.y) scrollTo(0, history.state.y); // back at a row that was not there yet
  listen();
}

if (!whole) {
  addEventListener("load", () => idle().then(rest));
  addEventListener("pagehide", () => history.replaceState({ y: scrollY }, ""));
}

// --- logs --------------------------------------------------------------------------------------------------------
const MOST_LINES = 2000;

class Log {
  constructor(place) {
    this.pre = place.querySelector("pre");
    this.follow = place.querySelector(".follow");
    this.grep = place.querySelector(".grep");
    this.count = place.querySelector(".count");
    this.lines = [];
    this.rest = "";
    this.grep.value = new URLSearchParams(location.search).get("grep") ?? ""; // from the search page
    this.grep.addEventListener("input", () => this.draw());
    this.pre.addEventListener("scroll", () => {
      const atEnd = this.pre.scrollHeight - this.pre.scrollTop - this.pre.clientHeight < 24;
      if (!atEnd && this.follow.checked && this.byHand) this.follow.checked = false;
    });
    this.pre.addEventListener("wheel", () => { this.byHand = true; }, { passive: true });
    this.pre.addEventListener("keydown", () => { this.byHand = true; });
    this.follow.addEventListener("change", () => { this.byHand = false; this.toEnd(); });
    this.open(place.dataset.log);
  }

  open(address) {
    const events = new EventSource(address);
    events.addEventListener("log", (event) => this.add(JSON.parse(event.data)));
    events.addEventListener("end", () => { events.close(); this.flush(); });
    events.addEventListener("outage", (event) => { events.close(); this.add(JSON.parse(event.data) + "\n"); });
    events.onerror = () => events.close();
  }

  add(text) {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop();
    this.lines.push(...lines);
    const cut = this.lines.length - MOST_LINES;
    if (cut > 0) this.lines.splice(0, cut);
    if (!this.due) { this.due = true; requestAnimationFrame(() => { this.due = false; this.draw(); }); }
  }

  flush() { if (this.rest) { this.add("\n"); } }

  draw() {
    const wanted = this.grep.value.toLowerCase();
    const found = wanted ? this.lines.filter((line) => line.toLowerCase().includes(wanted)) : this.lines;
    this.pre.replaceChildren(...found.map((line) => {
      const span = document.createElement("span");
      const kind = /SYS (INFO|WARN|ERR)|: ERR \]/.exec(line);
      span.className = / ERR ?\]|\bERROR\b|Traceback/.test(line) ? "error" : kind ? "system" : "";
      span.textContent = line + "\n";
      return span;
    }));
    this.count.textContent = wanted ? `${found.length} of ${this.lines.length} lines` : `${this.lines.length} lines`;
    this.toEnd();
  }

  toEnd() { if (this.follow.checked) this.pre.scrollTop = this.pre.scrollHeight; }
}

const logs = [...document.querySelectorAll("[data-log]")].map((place) => new Log(place));

// --- the timeline: a stretch that is drawn with the pointer is shown larger ------------------------------------------
const timeline = document.querySelector(".timeline");

function timesOf(lane, x) {
  const { from, to } = byId("clock").firstElementChild.dataset;
  const { left, width } = lane.querySelector("svg").getBoundingClientRect();
  const share = Math.min(Math.max((x - left) / width, 0), 1);
  return new Date((Number(from) + share * (Number(to) - Number(from))) * 1000);
}

function choose(lane, begun) {
  const box = document.createElement("div");
  box.className = "chosen";
  const frame = timeline.getBoundingClientRect();
  const draw = (x) => {
    box.style.left = `${Math.min(begun, x) - frame.left}px`;
    box.style.width = `${Math.abs(x - begun)}px`;
    box.style.top = "0";
    box.style.height = `${frame.height}px`;
  };
  const move = (event) => { if (Math.abs(event.clientX - begun) > 6 && !box.isConnected) timeline.append(box); draw(event.clientX); };
  const end = (event) => {
    document.removeEventListener("pointermove", move);
    box.remove();
    if (event.type !== "pointerup" || Math.abs(event.clientX - begun) <= 6) return;
    const [from, to] = [begun, event.clientX].sort((a, b) => a - b).map((x) => timesOf(lane, x));
    if (to - from < 120_000) to.setTime(from.getTime() + 120_000); // the shortest that is shown
    const query = new URLSearchParams({ from: from.toISOString(), to: to.toISOString() });
    const wanted = new URLSearchParams(location.search).get("find");
    if (wanted) query.set("find", wanted);
    location.search = query;
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end, { once: true });
  document.addEventListener("pointercancel", end, { once: true });
}

timeline?.addEventListener("pointerdown", (event) => {
  const lane = event.target.closest("td.lane");
  if (!lane || event.button !== 0 || event.pointerType === "touch") return; // a finger scrolls
  event.preventDefault();
  choose(lane, event.clientX);
});

// --- keys: a letter does what the list under `?` says; they can be switched off there --------------------------------
const help = byId("keys");
const useKeys = byId("use-keys");
try { useKeys.checked = localStorage.getItem("keys") !== "off"; } catch { /* a browser that keeps nothing */ }
useKeys.addEventListener("change", () => {
  try { localStorage.setItem("keys", useKeys.checked ? "on" : "off"); } catch { /* they are on again next time */ }
});
byId("show-keys").hidden = false;
byId("show-keys").addEventListener("click", () => help.showModal());

function row(step) {
  const rows = [...document.querySelectorAll("tbody tr:not([hidden]), ol.found li")];
  const links = rows.map((one) => one.querySelector("a")).filter(Boolean);
  const at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
}

const KEYS = {
  "/": () => (document.querySelector("main input[type=search]"))?.focus(),
  "?": () => help.showModal(),
  o: () => { location.href = "/"; },
  t: () => { location.href = "/timeline"; },
  s: () => { location.href = "/search"; },
  j: () => row(1),
  k: () => row(-1),
  r: () => document.querySelector("#go button")?.focus(),
  f: () => logs[0]?.follow.click(),
  p: () => { if (!pause.hidden) pause.click(); },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (event.target.matches("input, select, textarea")) { if (event.key === "Escape") event.target.blur(); return; }
  if (!useKeys.checked) return;
  const step = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const act = step && !event.target.closest("[role=region], pre") ? () => step.click() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
