// What the office behind the terminal does: card production tells how far a card is, and phones begin at its page.

import { attempt, get, notice, post } from "./api.js";

const at = (id) => document.getElementById(id);

export async function startOffice() {
  at("production").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => tell(event.target.elements));
  });
  const office = await attempt(() => get("office"));
  if (office) at("phone-start").href = office.start_url;
}

async function tell({ application_number: number, state }) {
  if (!number.value) return notice("Which application? Its number is on the screen and on the receipt.");
  await post("office/production", { application_number: number.value.trim(), state: state.value });
  return notice("The backend knows.");
}
