"""The way of an application, as pages and terminals show it: past, now, to come."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.application import ApplicationState, DeliveryMode


@dataclass(frozen=True)
class Step:
    """One line of the progress: past, now or to come."""

    state: ApplicationState
    is_past: bool
    is_now: bool


def steps_of(state: ApplicationState, delivery: DeliveryMode, fee_fen: int) -> tuple[Step, ...]:
    """The way of this application; an end that is not on the way stands alone after what was reached."""
    last = ApplicationState.AT_OUTLET if delivery is DeliveryMode.PICKUP else ApplicationState.DISPATCHED
    first = ApplicationState.PAID if fee_fen else ApplicationState.SUBMITTED
    way = (first, ApplicationState.ACCEPTED, ApplicationState.PRODUCING, last, ApplicationState.COLLECTED)
    if state is ApplicationState.AWAITING_PAYMENT:
        way = (state, *way)
    if state is ApplicationState.ACTIVATED:
        way = (*way, state)
    if state not in way:
        way = (state,)
    at = way.index(state)
    return tuple(Step(step, is_past=n < at, is_now=n == at) for n, step in enumerate(way))
