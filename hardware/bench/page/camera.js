// What the camera sees, and the codes that can be held before it.

import { act } from "./acts.js";
import { attempt, notice, post } from "./api.js";
import { chosenPerson } from "./people.js";
import { watch } from "./state.js";

const SETTLING_MS = [150, 900];
const OVERSIZED_BYTES = 2900;
const at = (id) => document.getElementById(id);
const lens = at("lens");
const CODES = {
  "id-number": () => chosenPerson().document.number,
  "e-card": async () => (await post("office/e-cards", { document_number: chosenPerson().document.number })).code,
  link: () => "https://example.invalid/promotion",
  resume: () => `SSK1:${randomToken(22)}`,
  oversized: () => "7".repeat(OVERSIZED_BYTES),
  expired: async () => (await post("phone/payer-code", { behaviour: "expired" })).payer_code,
};

export function startCamera() {
  lens.addEventListener("error", () => { lens.hidden = true; });
  lens.addEventListener("load", () => { lens.hidden = false; });
  for (const button of document.querySelectorAll("[data-code]")) {
    button.addEventListener("click", () => attempt(() => showCode(button.dataset.code)));
  }
  at("own-code").addEventListener("submit", (event) => {
    event.preventDefault();
    const content = event.target.elements.content.value;
    if (content) show(content);
    else notice("Type what the code should say.");
  });
  for (const button of document.querySelectorAll("[data-look]")) button.addEventListener("click", look);
  watch((states) => tell(states?.camera));
  look();
}

/** The picture through the lens, now and when the hand has settled. */
export function look() {
  for (const ms of SETTLING_MS) setTimeout(() => { lens.src = `/api/camera/picture.jpg?at=${Date.now()}`; }, ms);
}

async function showCode(name) {
  if (name !== "two") return show(await CODES[name]());
  await act("camera/show_two", { a: "https://example.invalid/a", b: "https://example.invalid/b" });
  look();
}

async function show(content) {
  await act("camera/show", { content, style: at("code-style").value });
  look();
}

function tell(camera) {
  const words = !camera?.is_up ? "no picture" : camera.phones === 0 ? "nothing held up" : camera.phones === 1 ? "one code held up" : "two codes held up";
  at("lens-words").textContent = camera?.watchers ? `${words}, the terminal is looking` : words;
}

function randomToken(length) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => letters[byte % 64]).join("");
}
