"""What must work before which service is offered. Each word has its text under `missing.` in the locale."""

from __future__ import annotations

from kiosk.flow.facts import Conditions

CLOCK_LIMIT_S = 180.0


def missing_to_identify(conditions: Conditions) -> tuple[str, ...]:
    """Words for what keeps a person from being identified at all."""
    missing: list[str] = []
    if not conditions.device("identity_reader").is_online:
        missing.append("identity_reader")
    if not conditions.is_central_reachable:
        missing.append("central")
    return tuple(missing)


def missing_to_charge(conditions: Conditions) -> tuple[str, ...]:
    """No fee is taken unless the terminal can deliver what is paid for: receipt, record, honest time."""
    missing = list(missing_to_identify(conditions))
    printer = conditions.device("receipt_printer")
    if printer.paper == "out":
        missing.append("paper")
    elif not printer.is_online or printer.paper == "jammed":
        missing.append("receipt_printer")
    if conditions.is_central_reachable and not (conditions.are_payments_open and conditions.takes_payments):
        missing.append("payments")
    if abs(conditions.clock_skew_s) > CLOCK_LIMIT_S:
        missing.append("clock")
    return tuple(missing)
