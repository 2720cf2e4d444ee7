// The tray: every printed receipt as a picture, newest first.

import { attempt, post } from "./api.js";
import { watch } from "./state.js";

const at = (id) => document.getElementById(id);
const large = at("receipt-large");
let shown = -1;

export function startPrinter() {
  large.addEventListener("click", () => large.close());
  watch((states) => {
    const printer = states?.printer;
    at("printer-words").textContent = printer?.paper_m === undefined ? "" : `${printer.paper_m} m of paper`;
    if (printer?.receipts !== undefined && printer.receipts !== shown) showReceipts(printer.receipts);
  });
}

async function showReceipts(count) {
  shown = count;
  const { receipts } = (await attempt(() => post("printer/receipts"))) ?? { receipts: [] };
  const newestFirst = receipts.map(({ file }) => file.split("/").pop()).reverse();
  at("tray").replaceChildren(...(newestFirst.length ? newestFirst.map(paper) : [nothing()]));
}

function paper(name) {
  const button = document.createElement("button");
  const picture = document.createElement("img");
  picture.src = `/api/receipts/${name}`;
  picture.alt = `Receipt ${name}`;
  button.title = "Look at it in its own size";
  button.append(picture);
  button.addEventListener("click", () => {
    large.querySelector("img").src = picture.src;
    large.showModal();
  });
  return button;
}

function nothing() {
  const words = document.createElement("p");
  words.textContent = "Receipts fall in here.";
  return words;
}
