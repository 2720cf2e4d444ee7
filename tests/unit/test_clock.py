"""The machine's clock."""

from datetime import UTC, datetime, timedelta

from kiosk.clock import Clock, SystemClock


def test_the_time_of_day_is_the_machines_in_beijing() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC)  # noqa: TID251  the machine's own answer, to compare with
    now = clock.now()
    after = datetime.now(UTC)  # noqa: TID251
    assert before <= now <= after
    assert now.utcoffset() == timedelta(hours=8)
    assert now.tzname() == "Asia/Shanghai"


def test_the_monotonic_clock_never_goes_back() -> None:
    clock = SystemClock()
    readings = [clock.monotonic_s() for _ in range(100)]
    assert readings == sorted(readings)
