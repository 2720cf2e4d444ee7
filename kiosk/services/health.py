"""Watches the backend: is it there, what does it say of payments and the time, and what is the service today?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Protocol

from kiosk.central import wire
from kiosk.central.errors import Refused, Silent
from kiosk.clock import Clock
from kiosk.domain.application import DeliveryMode, Reason
from kiosk.domain.rules import NoRuleError, ServiceRules
from kiosk.flow.events import CentralChanged, Event, ReferenceArrived
from kiosk.flow.facts import Reference
from kiosk.logs import Log
from kiosk.services.records import reference_of

FAILURES_BEFORE_DOWN = 2
"""One lost health call is no outage."""
PAUSE_IN_TROUBLE_S = 1.0
"""With the limit of a health call, a backend that returns is noticed within seconds."""
REFERENCE_EVERY_S = 300.0
REFERENCE_AGAIN_S = 10.0
SKEW_STEP_S = 10.0
DOWN = CentralChanged(is_reachable=False, are_payments_open=False, clock_skew_s=0.0)


class HealthDesk(Protocol):
    """What is asked of the backend; its client is one."""

    def health(self) -> wire.Health | Refused | Silent: ...

    def reference(self) -> wire.Reference | Refused | Silent: ...


class HealthWatch:
    """Belongs to one thread, which calls `look` again after the pause that it returns. Tells of changes only."""

    def __init__(
        self,
        desk: HealthDesk,
        post: Callable[[Event], None],
        on_return: Callable[[], None],
        clock: Clock,
        log: Log,
        every_s: float,
        shape: Callable[[wire.Reference], Reference] = reference_of,
    ) -> None:
        """`shape` makes the service in force of the reference data; raises ValueError or NoRuleError when it cannot."""
        self._shape = shape
        self._desk = desk
        self._post = post
        self._on_return = on_return
        self._clock = clock
        self._log = log
        self._every_s = every_s
        self._known = DOWN
        self._failures = 0
        self._reference_due_s: float | None = None
        self._reference_trouble = ""

    def look(self) -> float:
        """One round; returns the pause before the next one, in seconds."""
        health = self._desk.health()
        if isinstance(health, wire.Health):
            self._answered(health)
            self._refresh_if_due()
            return self._every_s
        self._failed(health)
        return min(PAUSE_IN_TROUBLE_S, self._every_s)

    def _answered(self, health: wire.Health) -> None:
        self._failures = 0
        measured_s = (self._clock.now() - health.time).total_seconds()
        skew_s = steady_skew_s(self._known.clock_skew_s, measured_s)
        is_back = not self._known.is_reachable
        self._tell(
            replace(self._known, is_reachable=True, are_payments_open=health.payments == "ok", clock_skew_s=skew_s)
        )
        if is_back:
            self._log.info("central_up")
            self._on_return()

    def _failed(self, answer: Refused | Silent) -> None:
        self._failures += 1
        self._reference_due_s = None  # what changed meanwhile is asked for first
        if self._failures == FAILURES_BEFORE_DOWN:
            self._log.warning("central_down", kind=word_of(answer))
            self._tell(replace(DOWN, clock_skew_s=self._known.clock_skew_s))

    def _tell(self, changed: CentralChanged) -> None:
        if changed != self._known:
            self._known = changed
            self._post(changed)

    # --- reference -------------------------------------------------------------------------------------------------

    def _refresh_if_due(self) -> None:
        now_s = self._clock.monotonic_s()
        if self._reference_due_s is not None and now_s < self._reference_due_s:
            return
        self._reference_due_s = now_s + REFERENCE_AGAIN_S
        trouble = self._refresh()
        if trouble and trouble != self._reference_trouble:
            self._log.warning("reference_missing", kind=trouble)
        self._reference_trouble = trouble
        if not trouble:
            self._reference_due_s = now_s + REFERENCE_EVERY_S

    def _refresh(self) -> str:
        """What went wrong, as a word; empty when the flow has been told."""
        answer = self._desk.reference()
        if not isinstance(answer, wire.Reference):
            return word_of(answer)
        try:
            reference = self._shape(answer)
            check_rules(reference.rules, self._clock.now().date())
        except (ValueError, NoRuleError):  # understood member by member, and yet no service that can be offered
            return "not_usable"
        self._post(ReferenceArrived(reference))
        return ""


def check_rules(rules: ServiceRules, today: date) -> None:
    """A fee and a time for everything that the terminal offers; `NoRuleError` otherwise."""
    for reason in Reason:
        rules.lead_time_for(reason, today)
        rules.surrender_card_required(reason, today)
        for delivery in DeliveryMode:
            rules.fee_for(reason, delivery, today)


def steady_skew_s(told_s: float, measured_s: float) -> float:
    """The clocks' difference in whole steps, as told before until it is off by a step: jitter tells nothing new."""
    if abs(measured_s - told_s) < SKEW_STEP_S:
        return told_s
    return round(measured_s / SKEW_STEP_S) * SKEW_STEP_S


def word_of(answer: Refused | Silent) -> str:
    """Why there is nothing to use, for the log."""
    return answer.kind.value if isinstance(answer, Silent) else answer.code.value
