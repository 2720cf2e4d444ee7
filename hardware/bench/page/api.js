// Requests to the bench's control interface. What is refused becomes a small notice.

const NOTICE_MS = 6000;
let noticeTimer = 0;

export class Refused extends Error {}

export async function get(path) {
  return answered(await reach(`/api/${path}`));
}

export async function post(path, fields = {}) {
  const body = JSON.stringify(fields);
  return answered(await reach(`/api/${path}`, { method: "POST", body, headers: { "Content-Type": "application/json" } }));
}

async function reach(path, options = {}) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Refused("The bench does not answer.");
  }
}

async function answered(response) {
  const content = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(content.error ?? content.message ?? `refused with status ${response.status}`);
  return content;
}

/** Runs an act of the person; says it when it is refused. Answers undefined then. */
export async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    notice(error.message);
    return undefined;
  }
}

export function notice(words) {
  const place = document.getElementById("notice");
  place.textContent = words;
  place.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { place.hidden = true; }, NOTICE_MS);
}
