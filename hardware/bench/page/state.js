// How the peripherals are: asked every second while the page is looked at, and after every act.

import { get, Refused } from "./api.js";

const PERIOD_MS = 1000;
const watchers = [];
let asking = null;

/** `tell` gets every state: {peripheral: {...}}, or null when the bench does not answer. */
export function watch(tell) {
  watchers.push(tell);
}

export function refresh() {
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

export function startWatching() {
  refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, PERIOD_MS);
}

async function ask() {
  let states = null;
  try {
    states = withSituations(await get("state"));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  watchers.forEach((tell) => tell(states));
}

/** One word where a peripheral's situation is spread over several fields. */
function withSituations(states) {
  const { camera, reader } = states;
  if (camera?.ok) camera.situation = camera.is_stalled ? "stalled" : camera.is_frozen ? "frozen" : camera.view;
  if (reader?.ok) reader.situation = !reader.running ? "killed" : reader.readers.length ? "running" : "unplugged";
  return states;
}
