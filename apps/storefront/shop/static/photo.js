// The product page's photo panel: drop a file, check it before it travels, show the sizes as they appear.
// Without this script the form and the page work the same, by reloading.
"use strict";

const MAX_BYTES = 10 * 1024 * 1024;
const TYPES = ["image/jpeg", "image/png", "image/webp"];
const SLOW_AFTER_MS = 20000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2000;

function setUpForm(form) {
  const drop = form.querySelector(".drop");
  const input = form.querySelector("input[type=file]");
  const text = form.querySelector(".drop-text");
  const problem = form.querySelector(".problem");
  const button = form.querySelector("button");

  const objection = (file) => {
    if (!file) return "Please choose a photo first.";
    if (!TYPES.includes(file.type)) return "This file is not a JPEG, PNG or WebP photo. Please choose another one.";
    if (file.size > MAX_BYTES) return "This photo is larger than 10 MB. Please choose a smaller one.";
    return "";
  };
  const say = (message) => {
    problem.textContent = message;
    problem.hidden = !message;
  };
  const preview = (file) => {
    drop.querySelector(".preview")?.remove();
    const picture = document.createElement("img");
    picture.className = "preview";
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    picture.onload = () => URL.revokeObjectURL(picture.src);
    drop.prepend(picture);
    text.textContent = file.name;
  };
  const chosen = () => {
    const file = input.files[0];
    const message = file ? objection(file) : "";
    say(message);
    if (message) input.value = "";
    else if (file) preview(file);
  };

  input.addEventListener("change", chosen);
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    chosen();
  });
  form.addEventListener("submit", (event) => {
    const message = objection(input.files[0]);
    say(message);
    if (message) { event.preventDefault(); return; }
    button.disabled = true;
    button.textContent = "Uploading…";
  });
  window.addEventListener("pageshow", () => { button.disabled = false; button.textContent = "Upload photo"; });
}

function show(progress, thumbnail) {
  const item = progress.querySelector(`[data-size="${thumbnail.size}"]`);
  if (!item || !item.classList.contains("waiting")) return;
  const picture = document.createElement("img");
  picture.src = thumbnail.url;
  picture.alt = `${thumbnail.size} size of the photo`;
  item.querySelector(".thumb").replaceChildren(picture);
  item.classList.remove("waiting");
  if (thumbnail.width) item.querySelector(".caption").textContent += `, ${thumbnail.width} × ${thumbnail.height}`;
}

function showCover(thumbnails) {
  const large = thumbnails.find((thumbnail) => thumbnail.size === "large");
  if (!large) return;
  const picture = document.createElement("img");
  picture.src = large.url;
  picture.alt = document.querySelector("h1").textContent;
  document.getElementById("cover").replaceChildren(picture);
}

async function follow(progress) {
  const status = progress.querySelector(".status");
  const started = Date.now();
  let wait = FIRST_WAIT_MS;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 1.3, LONGEST_WAIT_MS);
    try {
      const response = await fetch(progress.dataset.state, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const state = await response.json();
      state.thumbnails.forEach((thumbnail) => show(progress, thumbnail));
      if (state.complete) {
        status.textContent = "Your photo is ready in three sizes.";
        showCover(state.thumbnails);
        return;
      }
    } catch {
      // the shop is away for a moment: the next round asks again
    }
    if (Date.now() - started > SLOW_AFTER_MS) {
      status.textContent = "This takes longer than usual. The photo is safe and its turn will come; you may leave this page.";
    }
  }
}

document.documentElement.classList.add("scripted");
document.querySelectorAll("form.upload").forEach(setUpForm);
document.querySelectorAll('.progress[data-complete="no"]').forEach(follow);
