// The terminal's screen: a live picture that can be touched.

import { attempt, get, post, Refused } from "./api.js";

const LOOK_AGAIN_MS = 3000;
const STILL_PX = 12;
const TAP_MS = 350;
const MOST_POINTS = 80;

const picture = document.getElementById("screen");
const words = document.getElementById("no-screen");
let size = { width: 0, height: 0 };
let finger = null;

export function startScreen() {
  picture.addEventListener("error", lost);
  picture.addEventListener("pointerdown", down);
  picture.addEventListener("pointermove", move);
  picture.addEventListener("pointerup", up);
  picture.addEventListener("pointercancel", () => { finger = null; });
  look();
}

async function look() {
  let screen = null;
  try {
    ({ screen } = await get("bench"));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  if (screen?.width) {
    size = screen;
    picture.style.aspectRatio = `${size.width} / ${size.height}`;
    document.body.classList.toggle("is-landscape", size.width > size.height);
    picture.src = `/api/screen/live?at=${Date.now()}`;
    showPicture(true);
    return;
  }
  words.textContent = whereItIs(screen);
  if (screen === null || screen.is_virtual) setTimeout(look, LOOK_AGAIN_MS);
}

function lost() {
  showPicture(false);
  setTimeout(look, LOOK_AGAIN_MS);
}

function showPicture(isThere) {
  picture.hidden = !isThere;
  words.hidden = isThere;
}

function whereItIs(screen) {
  if (screen === null) return "The bench does not answer.";
  if (screen.is_virtual) return "The virtual screen is not there yet. It appears here once the terminal's display runs.";
  return `The terminal's window is on display ${screen.display} of this machine. Touch it there; everything else is here.`;
}

function down(event) {
  picture.setPointerCapture(event.pointerId);
  finger = { since: event.timeStamp, points: [place(event)] };
  ripple(event);
}

function move(event) {
  finger?.points.push(place(event));
}

async function up(event) {
  if (finger === null) return;
  const { since, points } = finger;
  finger = null;
  const [[x, y]] = points;
  const isStill = points.every(([a, b]) => Math.hypot(a - x, b - y) < STILL_PX);
  const ms = event.timeStamp - since;
  if (isStill && ms < TAP_MS) {
    await attempt(() => post("screen/tap", { x, y }));
  } else {
    const path = isStill ? [[x, y]] : thinned(points);
    await attempt(() => post("screen/stroke", { points: path, seconds: Math.min(ms / 1000, 10) }));
  }
}

/** Pixels of the real screen. */
function place(event) {
  const box = picture.getBoundingClientRect();
  const scaled = (at, from, extent, pixels) =>
    Math.min(pixels - 1, Math.max(0, Math.floor(((at - from) / extent) * pixels)));
  return [scaled(event.clientX, box.left, box.width, size.width), scaled(event.clientY, box.top, box.height, size.height)];
}

function thinned(points) {
  const every = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, index) => index % every === 0 || index === points.length - 1);
}

function ripple(event) {
  const box = picture.parentElement.getBoundingClientRect();
  const ring = document.createElement("span");
  ring.className = "ripple";
  ring.style.left = `${event.clientX - box.left}px`;
  ring.style.top = `${event.clientY - box.top}px`;
  ring.addEventListener("animationend", () => ring.remove());
  picture.parentElement.append(ring);
}
