// The staff cards of the bench, with the PINs that only a bench may show.

import { act } from "./acts.js";
import { attempt, get } from "./api.js";

const at = (id) => document.getElementById(id);
let cards = [];

export async function startStaff() {
  cards = (await attempt(() => get("staff-cards"))) ?? [];
  at("staff-card").replaceChildren(...cards.map(option));
  at("staff-card").addEventListener("change", showPin);
  at("insert-staff-card").addEventListener("click", () => act("card/insert_staff", { holder: at("staff-card").value }));
  at("insert-staff-card").disabled = cards.length === 0;
  showPin();
}

function option(card) {
  const entry = document.createElement("option");
  entry.value = card.holder;
  entry.textContent = card.holder.replace("_", " ");
  entry.title = card.about;
  return entry;
}

function showPin() {
  const card = cards.find((one) => one.holder === at("staff-card").value);
  at("staff-pin").textContent = card ? `PIN ${card.pin}` : "";
}
