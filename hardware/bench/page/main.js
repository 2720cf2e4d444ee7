// The bench's page: puts its parts together.

import { bindActs } from "./acts.js";
import { startCamera } from "./camera.js";
import { startOffice } from "./office.js";
import { startPeople } from "./people.js";
import { startPhone } from "./phone.js";
import { startPrinter } from "./printer.js";
import { startScreen } from "./screen.js";
import { startStaff } from "./staff.js";
import { startWatching, watch } from "./state.js";

const NAMES = { reader: "reader", card: "card", identity: "ID reader", camera: "camera", printer: "printer", network: "network" };
const FINE = {
  reader: (state) => state.situation === "running",
  card: () => true,
  identity: (state) => state.plugged,
  camera: (state) => state.is_up && state.situation === "clear",
  printer: (state) => state.powered && state.paper === "full" && !(state.cover_open || state.cutter_error || state.offline || state.silent),
  network: (state) => state.mode === "pass",
};

/** A lamp each: well, made ill by hand, not running. */
function showLamps(states) {
  const lamps = Object.entries(NAMES).map(([peripheral, name]) => {
    const state = states?.[peripheral];
    const lamp = document.createElement("li");
    lamp.textContent = name;
    lamp.className = !state || state.ok === false ? "lost" : FINE[peripheral](state) ? "fine" : "ill";
    lamp.title = state?.error ?? { fine: "well", ill: "not well: see its card", lost: "the bench does not answer" }[lamp.className];
    return lamp;
  });
  document.getElementById("lamps").replaceChildren(...lamps);
}

function showNetwork(states) {
  const network = states?.network;
  const count = network?.connections ?? 0;
  document.getElementById("network-words").textContent = count === 1 ? "1 line open" : `${count} lines open`;
}

bindActs();
watch(showLamps);
watch(showNetwork);
startScreen();
startPeople();
startStaff();
startPhone();
startCamera();
startPrinter();
startOffice();
startWatching();
