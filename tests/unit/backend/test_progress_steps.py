from __future__ import annotations

import pytest

from backend.applications.steps import steps_of
from kiosk.domain.application import ApplicationState, DeliveryMode


@pytest.mark.parametrize("state", ApplicationState)
@pytest.mark.parametrize("delivery", DeliveryMode)
@pytest.mark.parametrize("fee_fen", [0, 2000])
def test_exactly_one_step_is_now(state: ApplicationState, delivery: DeliveryMode, fee_fen: int) -> None:
    assert [step.state for step in steps_of(state, delivery, fee_fen) if step.is_now] == [state]


def test_express_is_dispatched_and_not_collected_at_an_office() -> None:
    way = [step.state for step in steps_of(ApplicationState.PAID, DeliveryMode.EXPRESS, 2000)]
    assert ApplicationState.DISPATCHED in way
    assert ApplicationState.AT_OUTLET not in way
