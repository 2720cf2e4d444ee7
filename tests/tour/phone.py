"""A person's own phone: the pages of the backend, filled in as a browser without scripts would."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests
import zxingcpp
from PIL import Image

from tests.tour.bench_client import TourError

LIMIT_S = 15.0
MODULE_PX = 6
EXIF_PLACE = 0x8825
"""GPSInfo (Exif 2.32): where a picture was taken."""


@dataclass
class Phone:
    """Where it is (`url`) and what stands there (`page`). Steps raise TourError where the page has no such thing."""

    language: str = "zh"
    url: str = ""
    page: str = ""
    _http: requests.Session = field(default_factory=requests.Session)

    def open(self, url: str) -> None:
        self._arrived(self._http.get(url, headers=self._headers(), timeout=LIMIT_S))

    def send(self, **fields: str) -> None:
        """The first form of the page, with these fields and those that the page hides in it."""
        form = self._form()
        self._arrived(self._post(form.action, data=form.hidden | fields))

    def upload(self, file_name: str, content: bytes) -> None:
        self._arrived(self._post(self._form().action, files={"photo": (file_name, content)}))

    def follow(self, end: str) -> None:
        """The link whose path ends so."""
        link = next((one for one in self._elements().links if one.split("?")[0].endswith(end)), None)
        if link is None:
            raise TourError(f"no link to {end} on the phone's page")
        self.open(urljoin(self.url, link))

    def code(self) -> str:
        """What a reader sees in the code on the page."""
        drawn = re.search(r"<svg.*?</svg>", self.page, re.DOTALL)
        if drawn is None:
            raise TourError("no code on the phone's page")
        return _read(drawn.group())

    def says(self, words: str) -> bool:
        return words in re.sub(r"<[^>]+>", "", self.page)

    def _form(self) -> _Form:
        forms = self._elements().forms
        if not forms:
            raise TourError("the phone's page has no form")
        return forms[0]

    def _elements(self) -> _Elements:
        elements = _Elements()
        elements.feed(self.page)
        return elements

    def _post(self, action: str, **content: Any) -> requests.Response:
        target = urljoin(self.url, action or self.url)
        return self._http.post(target, headers=self._headers(), timeout=LIMIT_S, **content)

    def _headers(self) -> dict[str, str]:
        return {"Accept-Language": {"zh": "zh-CN", "en": "en-GB"}[self.language]}

    def _arrived(self, answer: requests.Response) -> None:
        if answer.status_code >= requests.codes.server_error:
            raise TourError(f"the phone's page answers {answer.status_code}")
        self.url, self.page = answer.url, answer.text


@dataclass
class _Form:
    action: str = ""
    hidden: dict[str, str] = field(default_factory=dict[str, str])


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append(_Form(given.get("action", "")))
        elif tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1].hidden[given.get("name", "")] = given.get("value", "")


def _read(drawing: str) -> str:
    """The strokes of segno's drawing, a module high each, as squares for a reader of codes."""
    size = int(re.findall(r'viewBox="0 0 (\d+)', drawing)[0])
    picture = Image.new("L", (size, size), "white")
    x = y = 0.0
    for act, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", _strokes(drawing)):
        if act == "h":
            picture.paste(0, (int(x), int(y), int(x + float(first)), int(y) + 1))
            x += float(first)
        else:
            x, y = (float(first), float(second)) if act == "M" else (x + float(first), y + float(second))
    codes = zxingcpp.read_barcodes(picture.resize((size * MODULE_PX, size * MODULE_PX), Image.Resampling.NEAREST))
    if not codes:
        raise TourError("the code on the phone's page cannot be read")
    return codes[0].text


def _strokes(drawing: str) -> str:
    return next(d for d in re.findall(r'\bd="([^"]+)"', drawing) if "m" in d)


def portrait_with_a_place() -> bytes:
    """A picture of the right shape as a phone takes it: with the place in it, which nobody is to keep."""
    picture = Image.new("RGB", (716, 882), "white")
    picture.paste((200, 170, 150), (230, 180, 486, 540))
    picture.paste((60, 80, 120), (130, 560, 586, 882))
    exif = Image.Exif()
    exif[EXIF_PLACE] = {1: "N", 2: (39.0, 54.0, 0.0), 3: "E", 4: (116.0, 23.0, 0.0)}
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()
