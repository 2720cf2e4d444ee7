"""The terminal's desk for the other errands, against the real backend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

import pytest

from kiosk.central.client import CentralClient
from kiosk.domain.errands import Errand, WhoCollects
from kiosk.flow.errands import effects as ask
from kiosk.flow.errands.events import (
    ApplicationResumed,
    ApplicationWithdrawn,
    CertificateMade,
    GuideArrived,
    ProgressArrived,
)
from kiosk.flow.events import CentralRefused, CentralSilent, Event
from kiosk.services.errands_desk import ErrandsDesk
from tests.contract.backend.server import Running, new_key
from tests.unit.services.lobby import LIMIT_S, KeptLog, StillClock


class Counter:
    """A desk, and what it says."""

    def __init__(self, url: str, token: str) -> None:
        self._heard: SimpleQueue[Event] = SimpleQueue()
        self.desk = ErrandsDesk(lambda: CentralClient(url, "lobby-1", token), self._heard.put, StillClock(), KeptLog())

    def answer(self, effect: ask.ErrandEffect) -> Event:
        self.desk.perform(effect)
        return self._heard.get(timeout=LIMIT_S)


@contextmanager
def counter(central: Running, url: str = "") -> Iterator[Counter]:
    token = central.headers["Authorization"].removeprefix("Bearer ")
    opened = Counter(url or str(central.http.base_url), token)
    opened.desk.start()
    try:
        yield opened
    finally:
        opened.desk.stop(LIMIT_S)


def test_progress_and_a_counted_certificate(one_office: Running) -> None:
    token = one_office.token("at_outlet")
    with counter(one_office) as desk:
        arrived = desk.answer(ask.ReadProgress("r-1", token))
        assert isinstance(arrived, ProgressArrived)
        (tracked,) = arrived.applications
        assert Errand.CERTIFICATE in tracked.errands
        number = tracked.application.certificate_number or ""
        key = new_key()
        first = desk.answer(ask.MakeCertificate(key, number, token))
        again = desk.answer(ask.MakeCertificate(key, number, token))
        second = desk.answer(ask.MakeCertificate(new_key(), number, token))
        assert isinstance(first, CertificateMade)
        assert isinstance(again, CertificateMade)
        assert isinstance(second, CertificateMade)
        assert first.certificate.print_count == again.certificate.print_count
        assert second.certificate.print_count == first.certificate.print_count + 1


def test_an_unpaid_application_is_taken_up_and_cancelled(one_office: Running) -> None:
    token = one_office.token("awaiting_payment")
    with counter(one_office) as desk:
        arrived = desk.answer(ask.ReadProgress("r-1", token))
        assert isinstance(arrived, ProgressArrived)
        number = arrived.applications[0].number
        assert Errand.CANCEL in arrived.applications[0].errands
        resumed = desk.answer(ask.ResumeApplication("r-2", number, token))
        assert isinstance(resumed, ApplicationResumed)
        assert resumed.open_payment_number is None
        assert desk.answer(ask.CancelApplication("k-cancel-0001", number, token)) == ApplicationWithdrawn(
            "k-cancel-0001"
        )
        assert desk.answer(ask.ResumeApplication("r-3", number, token)) == CentralRefused("r-3", "application_state")


def test_the_guide_is_for_everybody(one_office: Running) -> None:
    with counter(one_office) as desk:
        arrived = desk.answer(ask.ReadGuide("r-1"))
    assert isinstance(arrived, GuideArrived)
    assert arrived.guide.offices
    assert {paper.who for paper in arrived.guide.papers} == set(WhoCollects)


@pytest.mark.parametrize("number", ["A0", "../payments"])
def test_a_number_that_is_nobodys_is_refused(one_office: Running, number: str) -> None:
    token = one_office.token("at_outlet")
    with counter(one_office) as desk:
        answer = desk.answer(ask.HandInCard(new_key(), number, token, "handed_in"))
    assert isinstance(answer, CentralRefused)


def test_a_backend_that_is_away_is_silence(one_office: Running) -> None:
    with counter(one_office, "http://127.0.0.1:9") as desk:
        assert desk.answer(ask.ReadGuide("r-1")) == CentralSilent("r-1")
