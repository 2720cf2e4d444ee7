"""Who works at a terminal and what each role may do there.

An attendant keeps it running (paper, cards, receipts). A technician may do everything an attendant does and change the
machine itself. An auditor looks, and takes copies away; an auditor changes nothing.
"""

from __future__ import annotations

from enum import StrEnum

PIN_LENGTH = 6
PIN_TRIES = 5
"""Wrong PINs before the card is locked out."""
FIRST_LOCKOUT_S = 15
"""The first lock-out; each further one is twice as long. Kept over a restart by who verifies the PIN."""


class Role(StrEnum):
    ATTENDANT = "attendant"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One word per entry of the staff pages."""

    TEST_DEVICES = "test_devices"
    REFILL_PAPER = "refill_paper"
    CLEAR_JAM = "clear_jam"
    TAKE_IN_CARD = "take_in_card"
    SEE_UNSETTLED = "see_unsettled"
    SETTLE = "settle"
    REPRINT = "reprint"
    SET_SERVICE = "set_service"
    SET_LEVELS = "set_levels"
    RESTART = "restart"
    SHUT_DOWN = "shut_down"
    MAP_DEVICES = "map_devices"
    READINESS = "readiness"
    EXPORT_AUDIT = "export_audit"


_TECHNICIANS_ONLY = frozenset({Permission.MAP_DEVICES, Permission.SHUT_DOWN})
_AUDITORS = frozenset({Permission.SEE_UNSETTLED, Permission.READINESS, Permission.EXPORT_AUDIT})

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.ATTENDANT: frozenset(Permission) - _TECHNICIANS_ONLY - {Permission.EXPORT_AUDIT},
    Role.TECHNICIAN: frozenset(Permission),
    Role.AUDITOR: _AUDITORS,
}


def may(role: Role, permission: Permission) -> bool:
    return permission in ALLOWED[role]
