// The drawer of invented people, and what the chosen one has in the pocket.

import { act } from "./acts.js";
import { attempt, get } from "./api.js";
import { watch } from "./state.js";

const DOCUMENTS = {
  resident_id: "居民身份证",
  residence_permit: "港澳台居民居住证",
  foreign_resident_2017: "Foreign Permanent Resident ID 2017",
  foreign_resident_2023: "外国人永久居留身份证",
};
const at = (id) => document.getElementById(id);
const condition = at("condition");

let people = [];
let chosen = null;
let generation = "3";
let onReader = null; // who laid the document there, as far as this page knows
let inReader = null;

export const chosenPerson = () => chosen;

export async function startPeople() {
  people = (await attempt(() => get("drawer"))) ?? [];
  at("drawer").replaceChildren(...people.map(entry));
  at("place-document").addEventListener("click", placeDocument);
  at("insert-card").addEventListener("click", insertCard);
  condition.addEventListener("change", drawCard);
  for (const button of at("generation").children) {
    button.addEventListener("click", () => { generation = button.value; drawCard(); });
  }
  watch(showWhere);
  if (people.length) choose(people[0]);
}

function entry(person) {
  const button = document.createElement("button");
  button.setAttribute("role", "option");
  button.dataset.special = person.special;
  const name = document.createElement("b");
  name.textContent = person.name;
  name.lang = "zh";
  const about = document.createElement("span");
  about.textContent = person.special_en;
  about.title = person.special_zh;
  button.append(name, about);
  button.addEventListener("click", () => choose(person));
  return button;
}

function choose(person) {
  chosen = person;
  generation = person.card.generation;
  for (const button of at("drawer").children) {
    button.setAttribute("aria-selected", String(button.dataset.special === person.special));
  }
  fill(at("id-document"), DOCUMENTS[person.document.kind] ?? person.document.kind, person.name, person.document.number);
  at("id-document").dataset.kind = person.document.kind;
  drawCard();
}

/** The card as it will go in. */
function drawCard() {
  const owner = cardOwner();
  at("social-card").dataset.kind = condition.value;
  if (condition.value === "bank") fill(at("social-card"), "Bank card 银行卡", "", "•••• •••• •••• 0000");
  else fill(at("social-card"), "社会保障卡", owner.name, owner.card.card_number);
  for (const button of at("generation").children) {
    button.setAttribute("aria-pressed", String(button.value === generation));
  }
}

function cardOwner() {
  if (condition.value !== "other") return chosen;
  return people[(people.indexOf(chosen) + 1) % people.length];
}

function fill(card, title, name, number) {
  const texts = { title, name, number };
  for (const place of card.querySelectorAll("[data-text]")) place.textContent = texts[place.dataset.text];
}

async function placeDocument() {
  onReader = chosen;
  await act("identity/place", chosen.document);
}

async function insertCard() {
  inReader = cardOwner();
  const kind = condition.value === "other" ? "social_security" : condition.value;
  await act("card/insert", { ...inReader.card, generation, kind });
}

function showWhere(states) {
  const { identity, card } = states ?? {};
  if (!identity?.kind) onReader = null;
  if (!card?.inserted) inReader = null;
  say("document-where", identity?.kind, `${onReader?.name ?? "somebody"}'s lies on the reader`, identity?.was_read && "read");
  const whose = card?.kind === "staff" ? "a staff card" : `${inReader?.name ?? "somebody"}'s`;
  say("card-where", card?.inserted, `${whose} is in the reader`, card?.apdus > 0 && "read");
  at("take-document").disabled = !identity?.kind;
  at("remove-card").disabled = !card?.inserted;
}

function say(id, isThere, words, more) {
  at(id).textContent = isThere ? [words, more].filter(Boolean).join(", ") : "in the pocket";
  at(id).classList.toggle("is-there", Boolean(isThere));
}
