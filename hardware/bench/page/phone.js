// The payer's phone: shows a payment code to the camera, or scans the terminal's screen and pays.

import { act } from "./acts.js";
import { attempt, get, post, Refused } from "./api.js";
import { look } from "./camera.js";

const at = (id) => document.getElementById(id);
const phone = at("phone");
let payerCode = "";
let codeUrl = "";

const ACTS = { code: showCode, scan, pay, decline, password: () => answerCode("password", "Paid"), cancel: () => answerCode("cancel", "Refused"), away };

export function startPhone() {
  for (const button of phone.querySelectorAll("[data-phone]")) {
    button.addEventListener("click", () => attempt(ACTS[button.dataset.phone]));
  }
  at("codes").addEventListener("click", () => show("home")); // another code is held up instead
}

function show(view) {
  for (const part of phone.querySelectorAll("[data-view]")) part.hidden = part.dataset.view !== view;
}

async function showCode() {
  const behaviour = at("behaviour").value;
  const { payer_code: digits } = await post("phone/payer-code", { behaviour });
  payerCode = digits;
  at("payer-code").src = `/api/code.svg?content=${digits}`;
  at("payer-digits").textContent = digits.replace(/(.{4})/g, "$1 ");
  at("password-acts").hidden = behaviour !== "asks_password" && behaviour !== "hangs";
  show("code");
  await act("camera/show", { content: digits, style: at("code-style").value });
  look();
}

/** What the terminal shows is an order to pay, or a link. */
async function scan() {
  const { codes } = await get("screen/elements");
  if (!codes?.length) throw new Refused("There is no code on the terminal's screen.");
  codeUrl = codes[0].content;
  const order = await post("phone/scan", { code_url: codeUrl }).catch(asLink);
  if (order) showOrder(order);
}

function asLink(error) {
  if (!/^https?:/.test(codeUrl)) throw error;
  at("link-text").textContent = codeUrl;
  at("link-open").href = codeUrl;
  show("link");
}

function showOrder(order) {
  at("order-merchant").textContent = order.merchant;
  at("order-amount").textContent = `¥${(order.amount_fen / 100).toFixed(2)}`;
  at("order-about").textContent = order.description;
  show("order");
}

async function pay() {
  await post("phone/pay", { code_url: codeUrl });
  done("Paid", true);
}

async function decline() {
  await post("phone/decline", { code_url: codeUrl });
  done("Not paid", false);
}

async function answerCode(path, words) {
  await post(`phone/${path}`, { payer_code: payerCode });
  await act("camera/clear");
  done(words, path === "password");
}

function done(words, isPaid) {
  at("done-words").textContent = words;
  at("done-sign").classList.toggle("is-good", isPaid);
  show("done");
}

async function away() {
  const wasShown = !phone.querySelector('[data-view="code"]').hidden;
  show("home");
  if (wasShown) await act("camera/clear");
  look();
}
