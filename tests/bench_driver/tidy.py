"""From whatever was done to it back to a well terminal that waits for the next person."""

from __future__ import annotations

from typing import Any

from tests.bench_driver.words import says
from tests.tour.bench_client import BenchClient

NO_FAULTS = {"drop_next_response": 0, "system_error_next": 0, "delay_s": 0, "duplicate_notifications": 0}
WAYS_OUT = (
    "end_confirm",
    "help_close",
    "option.finish",
    "option.cancel",
    "option.receipt",
    "end",
    "confirm",
    "decline",
)
"""What leads on from any screen, the most wanted first."""
MISSING = ("central", "identity_reader", "receipt_printer", "paper", "payments", "clock")
LIMIT_S = 60.0


def make_well(bench: BenchClient) -> None:
    """Every peripheral as in the morning."""
    state = bench.state()
    bench.do("network", "pass")
    bench.do("camera", "clear")
    bench.do("camera", "come_up")
    bench.do("card", "remove")
    bench.do("card", "answer_slowly", seconds=0)
    bench.do("identity", "remove")
    bench.do("identity", "garble", mode="none")
    bench.do("identity", "fail_next", status_byte=0x41, count=0)
    if not state["identity"]["plugged"]:
        bench.do("identity", "plug")
    bench.do("printer", "reset")
    if not state["reader"].get("readers"):
        bench.do("reader", "restart")
    bench.payment_act("faults", **NO_FAULTS)
    bench.payment_act("release")


def come_home(bench: BenchClient) -> None:
    """To the attract screen, with nothing missing."""
    make_well(bench)
    bench.wait(lambda screen: is_home(screen) or _steps_towards_it(bench, screen), "the attract screen", LIMIT_S)


def is_home(screen: dict[str, Any]) -> bool:
    """The attract screen, which has nothing to warn of."""
    return screen.get("view") == "AttractView" and not any(says(screen, f"missing.{word}") for word in MISSING)


def _steps_towards_it(bench: BenchClient, screen: dict[str, Any]) -> bool:
    """One touch at most; it never is the attract screen yet."""
    if screen.get("view") != "AttractView":
        enabled = {one["id"] for one in screen.get("elements", []) if one["is_enabled"]}
        way = next((way for way in WAYS_OUT if way in enabled), None)
        if way is not None:
            bench.try_touch(way)
    return False
