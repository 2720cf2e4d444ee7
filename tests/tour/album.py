"""Keeps a picture of every screen in both languages, and how long the terminal took to show it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.tour.bench_client import BenchClient

SETTLE_LIMIT = 40
OTHER = {"zh": "en", "en": "zh"}


@dataclass
class Album:
    """The pictures of one journey, numbered in their order."""

    bench: BenchClient
    folder: Path
    steps: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _since: float = field(default_factory=time.monotonic)

    def keep(self, name: str, *, both: bool = True) -> None:
        """Take the screen as it is; `both` switches the language, takes it again, and switches back."""
        seconds = round(time.monotonic() - self._since, 2)
        screen = self.bench.screen()
        number = len(self.steps) + 1
        files = [self._take(f"{number:02d}-{name}", screen["language"])]
        if both and any(element["id"] == "language" for element in screen["elements"]):
            files.append(self._in_other_language(f"{number:02d}-{name}", screen))
        self.steps.append({"screen": name, "view": screen["view"], "seconds": seconds, "pictures": files})
        self._since = time.monotonic()

    def _in_other_language(self, stem: str, screen: dict[str, Any]) -> str:
        other = OTHER[screen["language"]]
        self._switch(other)
        file = self._take(stem, other)
        self._switch(screen["language"])
        return file

    def _switch(self, language: str) -> None:
        self.bench.touch("language")
        self.bench.wait(lambda screen: screen.get("language") == language, f"the language {language}")

    def _take(self, stem: str, language: str) -> str:
        """Wait until two pictures in a row are the same, so that nothing half drawn is kept."""
        last = b""
        for _ in range(SETTLE_LIMIT):
            picture = self.bench.picture()
            if picture == last:
                break
            last = picture
            time.sleep(0.12)
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{stem}-{language}.png"
        file.write_bytes(last)
        return file.name
