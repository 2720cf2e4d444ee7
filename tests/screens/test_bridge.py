from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.screens.samples import BY_NAME


@pytest.fixture
def bridge(window: Any) -> Any:
    from screens.bridge import Bridge

    shown, woken = [], []
    made = Bridge(shown.append, lambda: {"shown": len(shown)}, lambda: woken.append(True))
    made.shown, made.woken = shown, woken
    return made


def in_thread(work: Any) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def test_only_the_newest_display_is_shown(bridge: Any) -> None:
    first, second = BY_NAME["01_attract"].display(serial=1), BY_NAME["06_record"].display(serial=2)
    in_thread(lambda: (bridge.publish(first), bridge.publish(second)))
    bridge.take()
    assert bridge.shown == [second]


def test_every_display_wakes_the_loop(bridge: Any) -> None:
    in_thread(lambda: bridge.publish(BY_NAME["01_attract"].display()))
    assert bridge.woken == [True]


def test_a_description_is_made_after_the_newest_display(bridge: Any) -> None:
    answers = []
    in_thread(lambda: (bridge.ask(answers.append), bridge.publish(BY_NAME["01_attract"].display())))
    bridge.take()
    assert answers == [{"shown": 1}]


def test_displays_are_not_shown_from_another_thread(bridge: Any) -> None:
    from screens.bridge import ThreadError

    caught = []

    def work() -> None:
        try:
            bridge.take()
        except ThreadError as error:
            caught.append(error)

    in_thread(work)
    assert len(caught) == 1
