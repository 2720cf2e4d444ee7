"""Steps of the other errands that several tests take."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import httpx
from PIL import Image

from backend.auth import token_hash
from backend.seed import SeedPerson
from backend.tables import TerminalRow
from kiosk.central.wire import TERMINAL_HEADER
from tests.contract.backend.server import PEOPLE, TERMINAL, Running, new_key

GUARDIAN = PEOPLE["resident_normal"]
DECLARATION = "2026-1"
ADDRESS = {
    "recipient": "王样例",
    "mobile": "13800000001",
    "district": "朝阳区",
    "street": "望京街道",
    "detail": "示例东路 2 号院 3 单元 301",
}


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def agent_body(token: str, agent: SeedPerson, **changes: Any) -> dict[str, Any]:
    body = {
        "person_token": token,
        "document_kind": agent.document_kind,
        "document_number": agent.document_number,
        "name": agent.name,
        "birth_date": "1870-01-01",
        "relationship": "guardian",
        "mobile": "13800000002",
        "declaration_version": DECLARATION,
    }
    return body | changes


def register_agent(central: Running, special: str, agent: SeedPerson, **changes: Any) -> httpx.Response:
    return central.post("/v1/agents", agent_body(central.token(special), agent, **changes), new_key())


def progress(central: Running, special: str) -> list[dict[str, Any]]:
    answer = central.post("/v1/progress", {"person_token": central.token(special)})
    assert answer.status_code == 200, answer.text
    return answer.json()["applications"]


def picture(width: int = 900, height: int = 1200, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(buffer, kind, **options)
    return buffer.getvalue()


def hand_off(central: Running, token: str, topic: str = "address") -> dict[str, Any]:
    answer = central.post("/v1/hand-offs", {"person_token": token, "topic": topic}, new_key())
    assert answer.status_code == 201, answer.text
    return answer.json()


def read(central: Running, number: str, token: str, **options: Any) -> httpx.Response:
    return central.post(f"/v1/drafts/{number}/readings", {"person_token": token} | options)


def redeem(central: Running, code: str, key: str | None = None) -> httpx.Response:
    return central.post("/v1/draft-redemptions", {"code": code}, key or new_key())


@dataclass
class HomePhone:
    """A phone that speaks plain HTTP, as a browser without scripts does."""

    central: Running
    base: str = ""

    def start(self, special: str = "employee_normal") -> HomePhone:
        form = {"insured_type": "URBAN_EMPLOYEE", "document_number": PEOPLE[special].document_number}
        answer = self.central.http.post("/start/person", data=form)
        assert answer.status_code == 303, answer.text
        self.base = answer.headers["Location"]
        return self

    def take_up(self, url: str) -> HomePhone:
        answer = self.central.http.post(httpx.URL(url).path)
        assert answer.status_code == 303, answer.text
        self.base = answer.headers["Location"].rpartition("/")[0]
        return self

    def page(self, name: str = "") -> httpx.Response:
        return self.central.http.get(f"{self.base}/{name}".rstrip("/"))

    def version(self, name: str = "agent") -> str:
        found = re.search(r'name="version" value="(\d+)"', self.page(name).text)
        assert found is not None
        return found[1]

    def save_address(self, version: str, **changes: str) -> httpx.Response:
        return self.central.http.post(f"{self.base}/address", data=ADDRESS | {"version": version} | changes)

    def save_agent(self, version: str, **changes: str) -> httpx.Response:
        form = {"relationship": "child", "mobile": "13800000002", "declaration": DECLARATION, "version": version}
        return self.central.http.post(f"{self.base}/agent", data=form | changes)

    def send_photo(self, content: bytes, name: str = "me.jpg") -> httpx.Response:
        return self.central.http.post(f"{self.base}/photo", files={"photo": (name, content, "image/jpeg")})

    def keep_photo(self) -> httpx.Response:
        return self.central.http.post(f"{self.base}/photo-kept")

    def code(self) -> str:
        """What the QR code on the page says: looked up where it is made, since the page holds a drawing."""
        with self.central.backend.services.sessions.begin() as session:
            row = self.central.backend.services.phone_drafts.open(session, self.base.rpartition("/")[2])
            assert row is not None
            return self.central.backend.services.phone_drafts.fresh_code(session, row).content


def other_terminal(central: Running, name: str = "lobby-2") -> Running:
    """The same backend as a second terminal sees it."""
    secret = "t" * 43
    with central.backend.services.sessions.begin() as session:
        session.merge(TerminalRow(terminal_id=name, office_id="CY02", token_sha256=token_hash(secret), is_active=True))
    headers = {"Authorization": f"Bearer {secret}", TERMINAL_HEADER: name}
    assert name != TERMINAL
    return Running(central.backend, central.clock, central.settings, central.http, headers)
