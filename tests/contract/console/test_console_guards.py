"""The door: every page asks who it is, every form where it comes from, every act whether somebody may."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import Engine, select
from starlette.routing import Route

from backend.database import open_engine
from backend.fleet.tables import AuditRow, SwitchRow
from tests.contract.console.console_bench import ConsoleBench, Person

OPEN = {"/console/sign-in", "/console/console.css", "/console/console.js", "/console/language"}
PAGES = ("", "/alerts", "/joining", "/bundles", "/rollouts", "/applications", "/payments", "/reconciliations")
POLICY = {"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"}


def routes(console: ConsoleBench) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for route in console.part.router.routes:
        assert isinstance(route, Route)
        path = re.sub(r"\{[a-z0-9_]+\}", "1", route.path)
        found += [(method, path) for method in (route.methods or set()) - {"HEAD"}]
    return found


def test_no_page_opens_to_somebody_who_is_not_signed_in(shared: ConsoleBench) -> None:
    asked = [(method, path) for method, path in routes(shared) if path not in OPEN]
    assert len(asked) > 45
    with shared.person("anna") as stranger:
        stranger.http.cookies.set("console", "0" * 64)
        for method, path in asked:
            answer = stranger.http.request(method, path, headers={"Origin": stranger.origin})
            assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/console/sign-in"), path


def test_with_the_database_down_every_page_says_so(console: ConsoleBench) -> None:
    with console.signed_in("anna") as anna:
        console.fleet.engine.dispose()
        console.fleet.sessions.configure(bind=broken())
        for method, path in routes(console):
            if path in OPEN and (method, path) != ("POST", "/console/sign-in"):
                continue
            data = {"csrf": anna.csrf} if method == "POST" else None
            answer = anna.http.request(method, path, headers={"Origin": anna.origin}, data=data)
            assert answer.status_code == 503, (method, path)


def broken() -> Engine:
    return open_engine("sqlite:////nowhere/at/all.sqlite")


@pytest.mark.parametrize("csrf", ["", "0" * 64, "字"])
def test_a_form_without_the_token_of_its_page_does_nothing(shared: ConsoleBench, csrf: str) -> None:
    with shared.signed_in("anna") as anna:
        assert kill(anna, csrf=csrf).status_code == 403
        assert is_on(shared)


def test_somebody_elses_token_does_nothing(shared: ConsoleBench) -> None:
    with shared.signed_in("anna") as anna, shared.signed_in("bert") as bert:
        assert kill(anna, csrf=bert.csrf).status_code == 403
        assert is_on(shared)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_form_from_elsewhere_does_nothing(shared: ConsoleBench, headers: dict[str, str]) -> None:
    with shared.signed_in("anna") as anna:
        assert kill(anna, headers=headers).status_code == 403
        assert is_on(shared)
        assert anna.http.post("/console/sign-in", data={"name": "anna"}, headers=headers).status_code == 403


def kill(person: Person, csrf: str | None = None, headers: dict[str, str] | None = None) -> httpx.Response:
    data = {"csrf": person.csrf if csrf is None else csrf}
    return person.http.post("/console/targeting/off", data=data, headers=headers or {"Origin": person.origin})


def is_on(console: ConsoleBench) -> bool:
    with console.bench.session() as session:
        switch = session.get(SwitchRow, "targeting")
        return switch is None or switch.is_on


def test_a_viewer_may_look_and_nothing_else(console: ConsoleBench) -> None:
    posts = [path for method, path in routes(console) if method == "POST" and path not in OPEN | {"/console/sign-out"}]
    assert len(posts) > 20
    with console.signed_in("vera") as vera:
        for path in posts:
            assert vera.post(path).status_code == 403, path
        for path in PAGES:
            assert vera.get("/console" + path).status_code == 200, path
    with console.bench.session() as session:
        acts = set(session.scalars(select(AuditRow.act).where(AuditRow.who == "vera")))
    assert acts == {"sign_in", "console_refused"}, "and every refusal is on record"


@pytest.mark.parametrize(
    ("name", "path", "may"),
    [
        ("eddy", "/console/drafts", True),
        ("bert", "/console/drafts", False),
        ("eddy", "/console/bundles/1/approve", False),
        ("eddy", "/console/targeting/off", False),
        ("bert", "/console/targeting/on", True),
        ("eddy", "/console/joining/tickets", False),
    ],
)
def test_each_role_may_do_its_own(shared: ConsoleBench, name: str, path: str, may: bool) -> None:
    with shared.signed_in(name) as person:
        assert (person.post(path, follow=False).status_code == 403) is not may


def test_no_foreign_code_runs_on_any_page(shared: ConsoleBench) -> None:
    with shared.signed_in("anna") as anna:
        for page in (*PAGES, "/sign-in", "/terminals/lobby-1", "/terminals/nobody"):
            path = "/console" + page
            answer = anna.get(path)
            if answer.headers["Content-Type"].startswith("text/html"):
                policy = {part.strip() for part in answer.headers["Content-Security-Policy"].split(";")}
                assert policy >= POLICY, path
                assert "unsafe" not in answer.headers["Content-Security-Policy"]
                assert answer.headers["Cache-Control"] == "no-store"
                assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_markup_that_somebody_typed_is_shown_and_not_run(shared: ConsoleBench) -> None:
    with shared.signed_in("anna") as anna:
        for path in ("/console/applications", "/console/payments"):
            page = anna.get(path, params={"number": '"><script>alert(1)</script>'}).text
            assert "<script>alert" not in page
            assert "&lt;script&gt;alert" in page


def test_both_languages_are_offered_and_the_choice_is_kept(shared: ConsoleBench) -> None:
    with shared.signed_in("vera") as vera:
        assert 'lang="zh"' in vera.get("/console", headers={"Accept-Language": "zh-CN"}).text
        assert 'lang="en"' in vera.get("/console", headers={"Accept-Language": "en-GB"}).text
        chosen = vera.get("/console/language?to=zh&back=/console/alerts")
        assert chosen.headers["Location"] == "/console/alerts"
        assert 'lang="zh"' in vera.get("/console", headers={"Accept-Language": "en-GB"}).text
