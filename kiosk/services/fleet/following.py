"""Follows what the backend wishes: one thread that holds the long poll and hands over what may be believed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Protocol

from kiosk.central.errors import Refused as CentralRefused
from kiosk.central.errors import Silent
from kiosk.central.fleet import NothingNew, Offer
from kiosk.central.wire import ProblemCode
from kiosk.fleet.desired import etag
from kiosk.fleet.refusals import RefusalCode, Refused
from kiosk.fleet.verifying import Release, Statement
from kiosk.logs import Log
from kiosk.services.fleet import applying
from kiosk.services.fleet.applying import Held, Why
from kiosk.services.fleet.believing import Believer
from kiosk.services.fleet.caretaker import Caretaker, Staging
from kiosk.services.fleet.files import StorageError
from kiosk.services.health import word_of

LONGEST_PAUSE_S: Final = 300.0
SHORTEST_PAUSE_S: Final = 1.0
"""Also after an answer: a server that answers at once is not asked in a circle."""
AGAIN_S: Final = 60.0
"""For a statement that holds from a later moment on, and for a disk that keeps nothing."""


class Desk(Protocol):
    """What is asked of the backend; `kiosk.central.fleet.FleetClient` is one."""

    def desired(self, etag: str) -> Offer | NothingNew | CentralRefused | Silent: ...

    def cancel(self) -> None: ...

    def close(self) -> None: ...


class Following:
    """`desk` and `believer` are its own."""

    def __init__(
        self,
        desk: Desk,
        believer: Believer,
        caretaker: Caretaker,
        random_unit: Callable[[], float],
        on_refused: Callable[[RefusalCode], None],
        on_decommissioned: Callable[[], None],
        log: Log,
    ) -> None:
        self._desk = desk
        self._believer = believer
        self._caretaker = caretaker
        self._random_unit = random_unit
        self._on_refused = on_refused
        self._on_decommissioned = on_decommissioned
        self._log = log
        self._etag = ""
        self._failures = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-following", daemon=True)

    def start(self) -> None:
        self._etag = self._known_etag()
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stopping.set()
        self._desk.cancel()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                pause_s = self.round()
            except StorageError:
                self._log.error("fleet_not_kept", action="following")
                pause_s = AGAIN_S
            except Exception as error:  # noqa: BLE001  the one broad handler of this thread
                self._log.bug("following_failed", error)
                pause_s = AGAIN_S
            self._stopping.wait(pause_s)
        self._desk.close()

    def round(self) -> float:
        """One long poll and what follows from it; returns the pause before the next one, in seconds."""
        answer = self._desk.desired(self._etag)
        match answer:
            case NothingNew():
                self._failures = 0
                return SHORTEST_PAUSE_S
            case Offer():
                return self._considered(answer)
            case CentralRefused(ProblemCode.DECOMMISSIONED):
                self._on_decommissioned()
                return LONGEST_PAUSE_S
            case CentralRefused() | Silent():
                return self._failed(answer)

    def _considered(self, offer: Offer) -> float:
        statement = self._believer.statement(offer.envelope)
        if isinstance(statement, Refused):
            return self._refused(offer, statement)
        content = self._believer.content(statement.desired)
        if not isinstance(content, bytes):
            return self._failed(content)
        release = self._believer.release(content, statement.desired)
        if isinstance(release, Refused):
            return self._refused(offer, release, statement)
        mark = statement.mark
        self._etag = offer.etag or etag(mark.epoch, mark.version, mark.statement_sha256)
        self._failures = 0
        verified = applying.Verified(_held(statement, release), statement.desired.min_release_counter)
        self._caretaker.happen(Staging(verified, content))
        return SHORTEST_PAUSE_S

    def _refused(self, offer: Offer, refused: Refused, statement: Statement | None = None) -> float:
        self._log.warning("fleet_offer_refused", code=refused.code.value)
        if refused.code is RefusalCode.NOT_YET_VALID:
            return AGAIN_S
        self._on_refused(refused.code)
        self._etag, self._failures = offer.etag, 0
        why = Why(refused.code.value, refused.detail)
        if statement is None:
            self._caretaker.happen(applying.Refused(why))
        else:
            desired = statement.desired
            self._caretaker.happen(applying.Refused(why, statement.mark, desired.bundle.sha256, desired.rollout))
        return SHORTEST_PAUSE_S

    def _failed(self, answer: CentralRefused | Silent) -> float:
        """Full jitter, so that a backend that returns is not met by everybody at once."""
        self._failures += 1
        if self._failures == 1:
            self._log.warning("fleet_silent", kind=word_of(answer))
        asked_s = float(answer.retry_after_s or 0) if isinstance(answer, CentralRefused) else 0.0
        longest_s = min(LONGEST_PAUSE_S, 2.0 ** min(self._failures, 10))
        return max(SHORTEST_PAUSE_S, asked_s, self._random_unit() * longest_s)

    def _known_etag(self) -> str:
        """Of the newest statement, unless what it asks for got lost."""
        state = self._caretaker.state
        if state.high_water is None or state.why == Why("STORE_DAMAGED"):
            return ""
        return etag(state.high_water.epoch, state.high_water.version, state.high_water.statement_sha256)


def _held(statement: Statement, release: Release) -> Held:
    desired, apply = statement.desired, release.bundle.apply
    return Held(
        mark=statement.mark,
        bundle_sha256=desired.bundle.sha256,
        release_counter=desired.bundle.release_counter,
        overrides=desired.overrides,
        rollout=desired.rollout,
        deadline=desired.deadline,
        when=apply.when,
        confirm_s=apply.confirm_s,
    )
