"""Every reason for refusing something signed; one word each, for attacks as for slips."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RefusalCode(StrEnum):
    # --- bytes and JSON
    TOO_LARGE = "TOO_LARGE"
    NOT_JSON = "NOT_JSON"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    TOO_DEEP = "TOO_DEEP"
    FLOAT = "FLOAT"
    """Money and times are whole numbers; no number of this language has a fraction or an exponent."""
    NOT_AN_ENVELOPE = "NOT_AN_ENVELOPE"
    WRONG_PAYLOAD_TYPE = "WRONG_PAYLOAD_TYPE"
    # --- signatures
    UNKNOWN_KEY = "UNKNOWN_KEY"
    """No signature is by a key that the root knows."""
    WRONG_ROLE = "WRONG_ROLE"
    """Signed by keys of the root, but by none that may say this."""
    BAD_SIGNATURE = "BAD_SIGNATURE"
    TOO_FEW_SIGNATURES = "TOO_FEW_SIGNATURES"
    # --- roots
    ROOT_MALFORMED = "ROOT_MALFORMED"
    ROOT_SKIPPED = "ROOT_SKIPPED"
    ROOT_ROLLBACK = "ROOT_ROLLBACK"
    ROOT_NOT_SIGNED_BY_OLD = "ROOT_NOT_SIGNED_BY_OLD"
    ROOT_NOT_SIGNED_BY_NEW = "ROOT_NOT_SIGNED_BY_NEW"
    ROOT_EPOCH_LOWERED = "ROOT_EPOCH_LOWERED"
    ROOT_EXPIRED = "ROOT_EXPIRED"
    # --- statements and commands
    WRONG_TYPE = "WRONG_TYPE"
    WRONG_SPEC = "WRONG_SPEC"
    STATEMENT_MALFORMED = "STATEMENT_MALFORMED"
    WRONG_TERMINAL = "WRONG_TERMINAL"
    EPOCH_NOT_IN_ROOT = "EPOCH_NOT_IN_ROOT"
    ROLLBACK_REFUSED = "ROLLBACK_REFUSED"
    EQUIVOCATION = "EQUIVOCATION"
    """Two different statements with the same number: somebody else holds the director's key."""
    LIFETIME_TOO_LONG = "LIFETIME_TOO_LONG"
    FROM_THE_FUTURE = "FROM_THE_FUTURE"
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    COUNTER_BELOW_FLOOR = "COUNTER_BELOW_FLOOR"
    WRONG_BOOT = "WRONG_BOOT"
    ALREADY_DONE = "ALREADY_DONE"
    # --- bundles
    BUNDLE_LENGTH = "BUNDLE_LENGTH"
    BUNDLE_HASH = "BUNDLE_HASH"
    COUNTER_MISMATCH = "COUNTER_MISMATCH"
    HARDWARE_UNSUPPORTED = "HARDWARE_UNSUPPORTED"
    APP_TOO_OLD = "APP_TOO_OLD"
    APP_TOO_NEW = "APP_TOO_NEW"
    SCHEMA_UNSUPPORTED = "SCHEMA_UNSUPPORTED"
    SCHEMA_VIOLATION = "SCHEMA_VIOLATION"
    FEE_OUT_OF_RANGE = "FEE_OUT_OF_RANGE"
    FEE_MISSING = "FEE_MISSING"
    LEAD_TIME_MISSING = "LEAD_TIME_MISSING"
    HOURS_IMPLAUSIBLE = "HOURS_IMPLAUSIBLE"
    CALENDAR_IMPLAUSIBLE = "CALENDAR_IMPLAUSIBLE"
    OFFICES_IMPLAUSIBLE = "OFFICES_IMPLAUSIBLE"
    TEXT_IMPLAUSIBLE = "TEXT_IMPLAUSIBLE"
    STAFF_IMPLAUSIBLE = "STAFF_IMPLAUSIBLE"
    NOT_HTTPS = "NOT_HTTPS"
    HOST_NOT_PINNED = "HOST_NOT_PINNED"
    DENIED_HERE = "DENIED_HERE"
    """This terminal ran it once and had to go back; it is not tried again."""


@dataclass(frozen=True)
class Refused:
    """Why something is not believed. `detail` names places, never contents; at most 200 characters."""

    code: RefusalCode
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else str(self.code)
