// Buttons that say in the page what they do: data-post="printer/cover" data-fields='{"open": true}', and when they are
// pressed: data-is="printer.cover_open=true".

import { attempt, post } from "./api.js";
import { refresh, watch } from "./state.js";

export function bindActs() {
  for (const button of document.querySelectorAll("[data-post]")) {
    button.addEventListener("click", () => act(button.dataset.post, JSON.parse(button.dataset.fields ?? "{}")));
  }
  watch((states) => {
    for (const button of document.querySelectorAll("[data-is]")) {
      button.setAttribute("aria-pressed", String(states !== null && isSo(states, button.dataset.is)));
    }
  });
}

/** A verb of a peripheral; the page shows what came of it at once. */
export async function act(path, fields = {}) {
  const answer = await attempt(() => post(path, fields));
  await refresh();
  return answer;
}

function isSo(states, condition) {
  const [place, wanted] = condition.split("=");
  const [peripheral, field] = place.split(".");
  return String(states[peripheral]?.[field]) === wanted;
}
