// The console works without this file. With it, what moves by itself is fetched again and put in where it changed, and
// an act that cannot be undone asks once more.
"use strict";

const every = (seconds, work) => setInterval(() => { if (!document.hidden) work(); }, seconds * 1000);

async function refresh(part) {
  if (part.contains(document.activeElement) && document.activeElement !== document.body) return;
  let answer;
  try {
    answer = await fetch(part.dataset.live, { credentials: "same-origin", redirect: "manual" });
  } catch {
    part.classList.add("stale");
    return;
  }
  if (answer.type === "opaqueredirect") { location.reload(); return; }
  part.classList.toggle("stale", !answer.ok);
  if (!answer.ok) return;
  const html = await answer.text();
  if (part.lastHtml === html) return;
  part.lastHtml = html;
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const open = new Set([...part.querySelectorAll("details[open]")].map((it) => it.id).filter(Boolean));
  part.replaceChildren(...fresh.childNodes);
  for (const id of open) part.querySelector("#" + CSS.escape(id))?.setAttribute("open", "");
}

for (const part of document.querySelectorAll("[data-live]")) {
  every(Number(part.dataset.every), () => refresh(part));
}

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.ask ?? event.target.dataset.ask;
  if (question && !confirm(question)) event.preventDefault();
});

for (const filter of document.querySelectorAll("form[data-filter] select")) {
  filter.addEventListener("change", () => filter.form.requestSubmit());
}

let isChanged = false;
for (const form of document.querySelectorAll("form[data-careful]")) {
  form.addEventListener("input", () => { isChanged = true; });
  form.addEventListener("submit", () => { isChanged = false; });
}
addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });

document.querySelector(".fault")?.closest("label, fieldset, tr, section")?.scrollIntoView({ block: "center" });
