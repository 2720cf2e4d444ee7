"""Chromium in kiosk mode with a static page that shows the terminal's own screens: same places, same words.

The page is made from what the terminal says of its screens, so that both draw the same thing on the same kind of
virtual screen. Starting flags only spare Chromium work that has nothing to do with drawing.
"""

from __future__ import annotations

import html
import os
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.measure.processes import stop_family
from tests.measure.virtual_screen import Eye, Finger, virtual_screen

HEADER = 0x0B4A45
START_LIMIT_S = 30.0
FLAGS = (
    "--kiosk", "--no-sandbox", "--no-first-run", "--no-default-browser-check", "--window-position=0,0",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-default-apps", "--password-store=basic", "--disable-features=Translate,MediaRouter",
)  # fmt: skip
STYLE = """
*{box-sizing:border-box}body{margin:0;background:#f8f5ef;color:#17232b;font:34px 'Noto Sans CJK SC';overflow:hidden}
header{position:fixed;left:0;top:0;width:100%;height:102px;background:#0b4a45}section{display:none}section.on{display:block}
h1{position:fixed;left:48px;top:130px;font-size:52px}main{position:fixed;left:48px;top:270px;right:48px}
p{background:#fff;border:2px solid #ddd6c9;border-radius:18px;padding:24px;margin:0 0 24px}
svg{width:110px;height:110px;background:#e3efec;border-radius:14px;vertical-align:middle;margin-right:30px}
button{position:fixed;border:2px solid #0b4a45;border-radius:14px;background:#fff;color:#17232b;
font:bold 32px 'Noto Sans CJK SC'}header~button{color:#fff;background:#0b4a45;border-color:#fff}
button.primary{background:#0b4a45;color:#fff}button:active{background:#cfe3df;color:#17232b}
"""
PICTURE = (
    "<svg viewBox='0 0 24 24'><rect x=3 y=5 width=18 height=13 rx=2 fill='#fff' stroke='#0b4a45'/>"
    "<rect x=5 y=9 width=4 height=4 fill='#f9e3d7' stroke='#b8431f'/></svg>"
)

Description = Mapping[str, Any]
"""Of a screen, as the terminal gives it: elements and texts."""


@dataclass(frozen=True)
class Screens:
    """Name of a screen -> its description; `turns`: (screen, element) -> the screen that its touch leads to."""

    descriptions: Mapping[str, Description]
    turns: Mapping[tuple[str, str], str]

    def page(self) -> str:
        sections = "".join(
            self._section(name, description, is_first=index == 0)
            for index, (name, description) in enumerate(self.descriptions.items())
        )
        script = "function turn(to){for(const s of document.querySelectorAll('section'))s.className=s.id==to?'on':''}"
        return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><script>{script}</script>{sections}"

    def _section(self, name: str, description: Description, *, is_first: bool) -> str:
        words_on_buttons = " ".join(element["text"] for element in description["elements"])
        texts = [text for text in description["texts"] if text not in words_on_buttons]
        title, *lines = texts[1:] or [""]
        body = "".join(f"<p>{PICTURE}{html.escape(line)}</p>" for line in lines)
        buttons = "".join(self._button(name, element) for element in description["elements"])
        state = "on" if is_first else "off"
        return (
            f"<section id={name} class={state}><header></header><h1>{title}</h1><main>{body}</main>{buttons}</section>"
        )

    def _button(self, name: str, element: Mapping[str, Any]) -> str:
        place = f"left:{element['x']}px;top:{element['y']}px;width:{element['width']}px;height:{element['height']}px"
        turn = self.turns.get((name, element["id"]))
        act = f" onclick=\"turn('{turn}')\"" if turn else ""
        kind = " class=primary" if element["is_primary"] else ""
        picture = PICTURE if element["height"] > 200 else ""
        return f'<button style="{place}"{kind}{act}>{picture}{html.escape(element["text"])}</button>'


@dataclass(frozen=True)
class Chromium:
    """A running one. `start_s`: from its start to the page in the picture."""

    pid: int
    eye: Eye
    finger: Finger
    start_s: float


@contextmanager
def chromium(screens: Screens, width_px: int, height_px: int, *, is_warm: bool = False) -> Generator[Chromium]:
    """`is_warm`: not the first start with its profile, which takes longer."""
    with (
        virtual_screen(width_px, height_px) as (display, frame_dir),
        tempfile.TemporaryDirectory(prefix="measured-profile-", ignore_cleanup_errors=True) as folder,
    ):
        eye, finger = Eye(frame_dir), Finger(display)
        page = Path(folder) / "page.html"
        page.write_text(screens.page(), encoding="utf-8")
        if is_warm:
            _start_and_end(page, display, width_px, height_px)
        begun = time.perf_counter()
        process = _start(page, display, width_px, height_px)
        try:
            shown_at = eye.wait_until(lambda: is_page_shown(eye), START_LIMIT_S)
            yield Chromium(process.pid, eye, finger, shown_at - begun)
        finally:
            stop_family(process.pid)
            finger.close()


def is_page_shown(eye: Eye) -> bool:
    return int(eye.pixels[50, 4]) & 0xFFFFFF == HEADER


def _start(page: Path, display: str, width_px: int, height_px: int) -> subprocess.Popen[bytes]:
    command = [
        "chromium",
        *FLAGS,
        f"--window-size={width_px},{height_px}",
        f"--user-data-dir={page.parent / 'profile'}",
    ]
    return subprocess.Popen(
        [*command, page.as_uri()],
        env={**os.environ, "DISPLAY": display},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _start_and_end(page: Path, display: str, width_px: int, height_px: int) -> None:
    process = _start(page, display, width_px, height_px)
    time.sleep(2.5)
    stop_family(process.pid)
