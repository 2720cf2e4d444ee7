"""May this be believed here? The shared checks in their order, under the newest root, and what only we can judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, Protocol

from kiosk.central.errors import Refused as CentralRefused
from kiosk.central.errors import Silent
from kiosk.clock import Clock
from kiosk.domain.language import Language
from kiosk.domain.rules import NoRuleError
from kiosk.fleet.bundle import Bundle
from kiosk.fleet.command import Command
from kiosk.fleet.desired import Desired
from kiosk.fleet.refusals import RefusalCode, Refused
from kiosk.fleet.roots import Root, next_root
from kiosk.fleet.verifying import Release, Statement, Trusted, verify_bundle, verify_desired
from kiosk.logs import Log
from kiosk.services.fleet.in_force import InForce, texts_of
from kiosk.services.fleet.store import Store

MOST_ROOTS: Final = 64
_ANOTHER_ROOT: Final = frozenset(
    {
        RefusalCode.UNKNOWN_KEY,
        RefusalCode.WRONG_ROLE,
        RefusalCode.BAD_SIGNATURE,
        RefusalCode.TOO_FEW_SIGNATURES,
        RefusalCode.EPOCH_NOT_IN_ROOT,
        RefusalCode.ROOT_EXPIRED,
        RefusalCode.HOST_NOT_PINNED,
    }
)
"""Refusals that a newer root of trust may lift."""

Fits = Callable[[Bundle, date], Refused | None]
"""Can this bundle, which is believed, be run here on that day?"""
TextsFit = Callable[[Mapping[Language, Mapping[str, str]]], bool]


class Documents(Protocol):
    """What is fetched from the backend."""

    def bundle(self, sha256: str) -> bytes | CentralRefused | Silent: ...

    def root(self, version: int) -> bytes | CentralRefused | Silent: ...


class Believer:
    """Of one thread; raises StorageError when a root cannot be kept. `root`: the newest one in hand."""

    def __init__(
        self, documents: Documents, store: Store, root: Root, trusted: Callable[[Root], Trusted], fits: Fits,
        clock: Clock, log: Log,
    ) -> None:  # fmt: skip
        self._documents = documents
        self._store = store
        self._root = root
        self._trusted = trusted
        self._fits = fits
        self._clock = clock
        self._log = log
        self._floor = store.time_floor()

    def now(self) -> datetime:
        """No moment before the floor is now: signatures have been made since."""
        now = self._clock.now()
        return now if self._floor is None else max(now, self._floor)

    def statement(self, envelope: bytes) -> Statement | Refused:
        """A newer root is asked for only when the one in hand does not do."""
        believed = verify_desired(envelope, self._trusted(self._root), self.now())
        if isinstance(believed, Refused) and self._is_lifted(believed):
            believed = verify_desired(envelope, self._trusted(self._root), self.now())
        if isinstance(believed, Statement):
            self._raise_floor(believed.desired.issued)
        return believed

    def content(self, desired: Desired) -> bytes | CentralRefused | Silent:
        """The bundle's envelope: from the store if it lies there unharmed."""
        sha256 = desired.bundle.sha256
        kept = self._store.envelope(sha256) if self._store.bundle(sha256, self._root) is not None else None
        return kept if kept is not None else self._documents.bundle(sha256)

    def release(self, content: bytes, desired: Desired) -> Release | Refused:
        release = verify_bundle(content, desired, self._trusted(self._root))
        if isinstance(release, Refused) and self._is_lifted(release):
            release = verify_bundle(content, desired, self._trusted(self._root))
        if isinstance(release, Refused):
            return release
        return self._fits(release.bundle, self.now().date()) or release

    def command(self, judge: Callable[[Root, datetime], Command | Refused]) -> Command | Refused:
        """`judge` verifies one command under a root, at a moment."""
        judged = judge(self._root, self.now())
        if isinstance(judged, Refused) and self._is_lifted(judged):
            return judge(self._root, self.now())
        return judged

    # --- inside ------------------------------------------------------------------------------------------------------

    def _is_lifted(self, refused: Refused) -> bool:
        return refused.code in _ANOTHER_ROOT and self._has_newer_root()

    def _has_newer_root(self) -> bool:
        """Walks the chain, one by one; every link is kept before it is trusted."""
        before = self._root.version
        for _ in range(MOST_ROOTS):
            content = self._documents.root(self._root.version + 1)
            if not isinstance(content, bytes):
                break
            newer = next_root(self._root, content)
            if isinstance(newer, Refused):
                self._log.warning("root_refused", code=newer.code.value)
                break
            self._store.keep_root(content)
            self._root = newer
        return self._root.version > before

    def _raise_floor(self, issued: datetime) -> None:
        if self._floor is None or issued > self._floor:
            self._store.keep_time_floor(issued)
            self._floor = issued


def fits_here(in_force: InForce, texts_fit: TextsFit) -> Fits:
    """Its texts have the placeholders of this terminal's own, and its rules hold today."""

    def fits(bundle: Bundle, today: date) -> Refused | None:
        if not texts_fit(texts_of(bundle.sections)):
            return Refused(RefusalCode.TEXT_IMPLAUSIBLE, "placeholders differ from those of the terminal")
        try:
            in_force.check(bundle, today)
        except NoRuleError:
            return Refused(RefusalCode.FEE_MISSING, "no rule holds today")
        except ValueError:
            return Refused(RefusalCode.SCHEMA_VIOLATION, "makes no service")
        return None

    return fits
