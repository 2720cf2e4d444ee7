"""Asks a server again and again how it is, in a process of its own; prints how long each answer took when told to."""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time

PAUSE_S = 0.02


def main() -> None:
    port, stopping = int(sys.argv[1]), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopping.set()), daemon=True).start()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    answers: list[tuple[float, float]] = []
    while not stopping.wait(PAUSE_S):
        asked_s = time.monotonic()
        line.request("GET", "/v1/health")
        line.getresponse().read()
        answers.append((asked_s, time.monotonic() - asked_s))
    print(json.dumps(answers))  # noqa: T201  the program's output


if __name__ == "__main__":
    main()
