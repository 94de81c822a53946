// Live parts of the pages. Without it every page still works: links and forms are plain HTML.
"use strict";

const byId = (id) => document.getElementById(id);

// --- what changes on the overview -------------------------------------------------------------------------------
const pause = byId("pause");
let source = null;

function put(id, html) {
  const place = byId(id);
  if (id === "outage") { place.textContent = html; return; }
  if (id === "shape") { if (document.body.dataset.shape !== html) location.reload(); return; } // other jobs
  if (!place) return;
  if (place.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const again = focused && [...place.querySelectorAll("a, button")].indexOf(focused);
  place.innerHTML = html;
  if (again !== null && again !== false && again >= 0) place.querySelectorAll("a, button")[again]?.focus();
  if (id.startsWith("job-")) { place.classList.remove("new"); void place.offsetWidth; place.classList.add("new"); }
}

function listen() {
  if (source || document.hidden || pause.getAttribute("aria-pressed") === "true") return;
  source = new EventSource(document.body.dataset.events);
  let first = true;
  source.addEventListener("parts", (event) => {
    const parts = JSON.parse(event.data);
    for (const [id, html] of Object.entries(parts)) {
      if (first && id.startsWith("job-") && byId(id)) { byId(id).innerHTML = html; continue; } // same rows, no flash
      put(id, html);
    }
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
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
    shown += row.hidden ? 0 : 1;
  }
  byId("nothing").hidden = shown > 0;
}

if (box) {
  box.value = new URLSearchParams(location.search).get("find") ?? "";
  box.addEventListener("input", () => {
    history.replaceState(null, "", box.value ? `?find=${encodeURIComponent(box.value)}` : location.pathname);
    find();
  });
  find();
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

// --- keys --------------------------------------------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  if (event.key === "/") { (box ?? document.querySelector(".grep"))?.focus(); event.preventDefault(); }
  if (event.key === "f" && logs[0]) logs[0].follow.click();
});
