"""The attack corpus: bad envelopes made from a good one, each with the word it must be refused with.

`CASES` maps a name in plain words to (expected code, statement, bundle, what the terminal trusted before).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from kiosk.central.wire import CalendarYear, FeeRow, Office
from kiosk.domain.application import Reason
from kiosk.fleet.bundle import BUNDLE_TYPE
from kiosk.fleet.command import COMMAND_TYPE
from kiosk.fleet.desired import DESIRED_TYPE
from kiosk.fleet.refusals import RefusalCode as Code
from kiosk.fleet.sections import Endpoints
from kiosk.fleet.strict_json import address, canonical
from kiosk.fleet.verifying import HighWater, Trusted
from tests.unit.fleet import good

PAYLOAD = good.bundle().to_bytes()
STATEMENT = good.desired(PAYLOAD)
GOOD_STATEMENT = good.sealed_desired(STATEMENT)
GOOD_BUNDLE = good.sealed_bundle(PAYLOAD)
ACTIVE = json.loads(PAYLOAD)["sections"]


@dataclass(frozen=True)
class Case:
    code: Code
    statement: bytes = GOOD_STATEMENT
    bundle: bytes = GOOD_BUNDLE
    trusted: Trusted = field(default_factory=good.trusted)


def of_statement(code: Code, content: Any, **trusted: Any) -> Case:
    """A statement that is wrong; signed by the director unless it is bytes."""
    envelope = content if isinstance(content, bytes) else good.sealed_desired(content)
    return Case(code, statement=envelope, trusted=good.trusted(**trusted))


def of_payload(code: Code, payload: bytes, counter: int = 7, *names: str, **trusted: Any) -> Case:
    """A bundle that is wrong inside, but signed and pointed to as it should be."""
    statement = good.sealed_desired(good.desired(payload, release_counter=counter))
    return Case(code, statement, good.sealed_bundle(payload, *names), good.trusted(**trusted))


def of_sections(code: Code, **changes: Any) -> Case:
    """One section of the good bundle replaced by raw JSON."""
    document = json.loads(PAYLOAD)
    document["sections"] = {**document["sections"], **changes}
    return of_payload(code, canonical(document))


def envelope(content: bytes, **changes: Any) -> bytes:
    return canonical({**json.loads(content), **changes})


def flipped(content: bytes, which: int = 0) -> bytes:
    """One bit of a signature changed."""
    document = json.loads(content)
    signature = bytearray(base64.b64decode(document["signatures"][which]["sig"]))
    signature[5] ^= 1
    document["signatures"][which]["sig"] = base64.b64encode(signature).decode()
    return canonical(document)


def renamed(content: bytes, name: str) -> bytes:
    """The same signature under another key's id."""
    document = json.loads(content)
    document["signatures"][0]["keyid"] = good.key_of(name).keyid
    return canonical(document)


def signed_raw(payload: bytes) -> bytes:
    return good.sealed(DESIRED_TYPE, payload, ["director"])


def section(name: str) -> dict[str, Any]:
    return json.loads(PAYLOAD)["sections"][name]


def fees(*rows: FeeRow) -> dict[str, Any]:
    return {**section("pricing"), "fees": [row.model_dump(mode="json") for row in rows]}


def fee(reason: Reason, fee_fen: int, day: date = date(2020, 1, 1)) -> FeeRow:
    return FeeRow(valid_from=day, reason=reason, fee_fen=fee_fen)


def week(*spans: tuple[time, time]) -> dict[str, Any]:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    listed = [{"opens": opens.isoformat(), "closes": closes.isoformat()} for opens, closes in spans]
    return {"usual": {day: listed if day == "monday" else [] for day in days}, "by_office": {}, "closed_days": []}


MARK = HighWater(0, 5, address(STATEMENT.to_bytes()))
HOUR, DAY, NOW = timedelta(hours=1), timedelta(days=1), good.NOW
text = PAYLOAD.decode()

ENVELOPES: Mapping[str, Case] = {
    "empty": of_statement(Code.NOT_JSON, b""),
    "cut off": of_statement(Code.NOT_JSON, GOOD_STATEMENT[:-1]),
    "something after the end": of_statement(Code.NOT_JSON, GOOD_STATEMENT + b"x"),
    "not UTF-8": of_statement(Code.NOT_JSON, b'{"payload":"\xff"}'),
    "ten megabytes": of_statement(Code.TOO_LARGE, b"[" + b"1," * 5_000_000 + b"1]"),
    "ten thousand deep": of_statement(Code.TOO_DEEP, b"[" * 4_000),
    "a list": of_statement(Code.NOT_AN_ENVELOPE, b"[]"),
    "a captive portal's page": of_statement(Code.NOT_JSON, b"<html>log in</html>"),
    "a key twice": of_statement(Code.DUPLICATE_KEY, b'{"payload":"","payload":""}'),
    "a fraction beside the payload": of_statement(Code.FLOAT, envelope(GOOD_STATEMENT)[:-1] + b',"x":1.5}'),
    "a further member": of_statement(Code.NOT_AN_ENVELOPE, envelope(GOOD_STATEMENT, note="hello")),
    "a payload that is no base64": of_statement(Code.NOT_AN_ENVELOPE, envelope(GOOD_STATEMENT, payload="@@@@")),
    "no signatures": of_statement(Code.NOT_AN_ENVELOPE, envelope(GOOD_STATEMENT, signatures=[])),
    "one signature twice": of_statement(
        Code.NOT_AN_ENVELOPE, envelope(GOOD_STATEMENT, signatures=json.loads(GOOD_STATEMENT)["signatures"] * 2)
    ),
    "the type of a command": of_statement(Code.WRONG_PAYLOAD_TYPE, envelope(GOOD_STATEMENT, payloadType=COMMAND_TYPE)),
    "a bundle in place of a statement": of_statement(
        Code.WRONG_PAYLOAD_TYPE, good.sealed(BUNDLE_TYPE, PAYLOAD, ["director"])
    ),
}

SIGNATURES: Mapping[str, Case] = {
    "a bit of the signature": of_statement(Code.BAD_SIGNATURE, flipped(GOOD_STATEMENT)),
    "a stranger's key": of_statement(Code.UNKNOWN_KEY, good.sealed_desired(STATEMENT, "stranger")),
    "a stranger's signature under the director's name": of_statement(
        Code.BAD_SIGNATURE, renamed(good.sealed_desired(STATEMENT, "stranger"), "director")
    ),
    "a release key for a statement": of_statement(Code.WRONG_ROLE, good.sealed_desired(STATEMENT, "release-a")),
    "a payload exchanged after signing": of_statement(
        Code.BAD_SIGNATURE,
        envelope(GOOD_STATEMENT, payload=json.loads(good.sealed_desired(good.desired(PAYLOAD, 6)))["payload"]),
    ),
    "a root that has expired": of_statement(Code.ROOT_EXPIRED, GOOD_STATEMENT, root=good.root(expires=NOW - HOUR)),
}

STATEMENTS: Mapping[str, Case] = {
    "signed, but no JSON": of_statement(Code.NOT_JSON, signed_raw(b"hello")),
    "signed, but with a key twice": of_statement(Code.DUPLICATE_KEY, signed_raw(b'{"a":1,"a":2}')),
    "signed, but with a fraction": of_statement(Code.FLOAT, signed_raw(b'{"a":1e3}')),
    "signed, but deep": of_statement(Code.TOO_DEEP, signed_raw(b"[" * 17 + b"]" * 17)),
    "another type of document": of_statement(
        Code.WRONG_TYPE, signed_raw(good.edited(STATEMENT.to_bytes(), _type="kiosk-command"))
    ),
    "a later version of the language": of_statement(
        Code.WRONG_SPEC, signed_raw(good.edited(STATEMENT.to_bytes(), spec=2))
    ),
    "an unknown member": of_statement(
        Code.STATEMENT_MALFORMED, signed_raw(good.edited(STATEMENT.to_bytes(), sudo=True))
    ),
    "a fee among the overrides": of_statement(
        Code.STATEMENT_MALFORMED, signed_raw(good.edited(STATEMENT.to_bytes(), overrides={"fee_fen": 1}))
    ),
    "a floor that locks everything out": of_statement(
        Code.STATEMENT_MALFORMED, signed_raw(good.edited(STATEMENT.to_bytes(), min_release_counter=2**50))
    ),
    "a moment without a zone": of_statement(
        Code.STATEMENT_MALFORMED, signed_raw(good.edited(STATEMENT.to_bytes(), issued="2026-09-29T01:00:00"))
    ),
    "another terminal's": of_statement(Code.WRONG_TERMINAL, good.desired(PAYLOAD, terminal="lobby-2")),
    "an older version": of_statement(Code.ROLLBACK_REFUSED, good.desired(PAYLOAD, 4), high_water=MARK),
    "the same version with other bytes": of_statement(
        Code.EQUIVOCATION, good.desired(PAYLOAD, expires=NOW + DAY), high_water=MARK
    ),
    "an older epoch": of_statement(
        Code.ROLLBACK_REFUSED, good.desired(PAYLOAD, 99), root=good.root(epoch=1), high_water=HighWater(1, 1, "0" * 64)
    ),
    "an epoch before the root's": of_statement(
        Code.EPOCH_NOT_IN_ROOT, good.desired(PAYLOAD, 99), root=good.root(epoch=1), high_water=MARK
    ),
    "an epoch that no root has begun": of_statement(Code.EPOCH_NOT_IN_ROOT, good.desired(PAYLOAD, 9, epoch=2**40)),
    "expired": of_statement(Code.EXPIRED, good.desired(PAYLOAD, expires=NOW)),
    "issued tomorrow": of_statement(Code.FROM_THE_FUTURE, good.desired(PAYLOAD, issued=NOW + DAY)),
    "not to be used yet": of_statement(Code.NOT_YET_VALID, good.desired(PAYLOAD, not_before=NOW + HOUR)),
    "valid for a year": of_statement(Code.LIFETIME_TOO_LONG, good.desired(PAYLOAD, expires=NOW + 365 * DAY)),
    "below the floor": of_statement(Code.COUNTER_BELOW_FLOOR, STATEMENT, counter_floor=8),
}

OTHER = good.sealed_bundle(good.bundle(8, 2100))
CHEAPER = good.bundle(8, 1).to_bytes()

BUNDLES: Mapping[str, Case] = {
    "another bundle": Case(Code.BUNDLE_HASH, bundle=OTHER),
    "a longer bundle": Case(Code.BUNDLE_LENGTH, bundle=good.sealed_bundle(PAYLOAD + b" ")),
    "a bundle of a megabyte": Case(Code.TOO_LARGE, bundle=b" " * 1_000_000),
    "a bundle without an envelope": Case(Code.NOT_AN_ENVELOPE, bundle=PAYLOAD),
    "a statement in place of a bundle": Case(Code.WRONG_PAYLOAD_TYPE, bundle=GOOD_STATEMENT),
    "the director's own bundle": Case(Code.WRONG_ROLE, bundle=good.sealed_bundle(PAYLOAD, "director")),
    "a stranger's bundle": Case(Code.UNKNOWN_KEY, bundle=good.sealed_bundle(PAYLOAD, "stranger")),
    "one of two signatures spoiled": Case(Code.BAD_SIGNATURE, bundle=flipped(GOOD_BUNDLE, 1)),
    "everything new, one signature": Case(Code.TOO_FEW_SIGNATURES, bundle=good.sealed_bundle(PAYLOAD, "release-a")),
    "a price changed by one person": of_payload(
        Code.TOO_FEW_SIGNATURES, CHEAPER, 8, "release-a", active_sections=ACTIVE
    ),
    "an address changed by one person": of_payload(
        Code.TOO_FEW_SIGNATURES,
        good.bundle(8, changes={"endpoints": Endpoints()}).to_bytes(),
        8,
        "release-b",
        active_sections=ACTIVE,
    ),
    "a section nobody knows, by one person": of_payload(
        Code.TOO_FEW_SIGNATURES,
        good.edited(PAYLOAD, sections={**ACTIVE, "backdoor": {}}),
        7,
        "release-a",
        active_sections=ACTIVE,
    ),
    "another type inside": of_payload(Code.WRONG_TYPE, good.edited(PAYLOAD, _type="kiosk-desired")),
    "another spec inside": of_payload(Code.WRONG_SPEC, good.edited(PAYLOAD, spec=2)),
    "another counter inside": of_payload(Code.COUNTER_MISMATCH, PAYLOAD, 8),
    "a newer schema": of_payload(Code.SCHEMA_UNSUPPORTED, good.edited(PAYLOAD, schema_version=2)),
    "for other machines": of_payload(Code.HARDWARE_UNSUPPORTED, good.bundle(hardware=("tower",)).to_bytes()),
    "for a newer program": of_payload(Code.APP_TOO_OLD, good.bundle(min_app="9.0.0").to_bytes()),
    "for an older program": of_payload(Code.APP_TOO_NEW, good.bundle(max_app="0.0.9").to_bytes()),
    "one that failed here": of_payload(Code.DENIED_HERE, PAYLOAD, denied=frozenset({address(PAYLOAD)})),
}

CONTENTS: Mapping[str, Case] = {
    "a fee with a fraction": of_payload(Code.FLOAT, text.replace('"fee_fen":2000', '"fee_fen":2000.0').encode()),
    "a fee as text": of_sections(
        Code.SCHEMA_VIOLATION, pricing=json.loads(json.dumps(section("pricing")).replace("2000", '"2000"'))
    ),
    "an unknown section, by two people": of_sections(Code.SCHEMA_VIOLATION, backdoor={}),
    "an unknown key in a section": of_sections(Code.SCHEMA_VIOLATION, payments={**section("payments"), "payee": "x"}),
    "a section missing": of_payload(
        Code.SCHEMA_VIOLATION,
        good.edited(PAYLOAD, sections={k: v for k, v in ACTIVE.items() if k != "links"}),
    ),
    "a time-out nobody can live with": of_sections(
        Code.SCHEMA_VIOLATION, timeouts={**section("timeouts"), "idle_s": 1}
    ),
    "a fee of nothing": of_sections(Code.FEE_OUT_OF_RANGE, pricing=fees(fee(Reason.LOST, 0), fee(Reason.DAMAGED, 1))),
    "a fee of a month's wages": of_sections(
        Code.FEE_OUT_OF_RANGE, pricing=fees(fee(Reason.LOST, 100_001), fee(Reason.DAMAGED, 1))
    ),
    "two fees for one day": of_sections(
        Code.FEE_OUT_OF_RANGE,
        pricing=fees(fee(Reason.LOST, 1), fee(Reason.LOST, 2), fee(Reason.DAMAGED, 1)),
    ),
    "no fee for damaged cards": of_sections(Code.FEE_MISSING, pricing=fees(fee(Reason.LOST, 2000))),
    "no lead time": of_sections(Code.LEAD_TIME_MISSING, lead_times={"rows": []}),
    "closing before opening": of_sections(Code.HOURS_IMPLAUSIBLE, opening=week((time(17), time(9)))),
    "overlapping hours": of_sections(Code.HOURS_IMPLAUSIBLE, opening=week((time(9), time(12)), (time(11), time(17)))),
    "never open": of_sections(Code.HOURS_IMPLAUSIBLE, opening=week()),
    "a holiday in another year": of_sections(
        Code.CALENDAR_IMPLAUSIBLE,
        calendar={"years": {"2027": CalendarYear(holidays=(date(2026, 1, 1),), workdays=()).model_dump(mode="json")}},
    ),
    "an office twice": of_sections(Code.OFFICES_IMPLAUSIBLE, offices={"rows": section("offices")["rows"] * 2}),
    "no office hands out cards": of_sections(
        Code.OFFICES_IMPLAUSIBLE,
        offices={
            "rows": [
                Office.model_validate(row).model_copy(update={"is_collection_point": False}).model_dump()
                for row in section("offices")["rows"]
            ]
        },
    ),
    "a text in one language": of_sections(Code.TEXT_IMPLAUSIBLE, texts={"zh": {"pay.title": "付"}, "en": {}}),
    "a text that commands a terminal": of_sections(
        Code.TEXT_IMPLAUSIBLE, texts={"zh": {"pay.title": "\x1b[2J"}, "en": {"pay.title": "x"}}
    ),
    "a member of staff twice": of_sections(
        Code.STAFF_IMPLAUSIBLE,
        staff={
            "roster": [
                {"staff_id": "S-1", "role": "auditor", "card_key": "04" + digit * 128, "office_ids": []}
                for digit in "ab"
            ]
        },
    ),
    "a link without TLS": of_sections(
        Code.NOT_HTTPS, links={**section("links"), "app_url": "http://app.example.org/ssc"}
    ),
    "a link elsewhere": of_sections(
        Code.HOST_NOT_PINNED, links={**section("links"), "app_url": "https://app.example.org.evil.example/ssc"}
    ),
    "a link with a user part": of_sections(
        Code.HOST_NOT_PINNED, links={**section("links"), "app_url": "https://app.example.org@evil.example/"}
    ),
    "a backend elsewhere": of_sections(
        Code.HOST_NOT_PINNED, endpoints={**section("endpoints"), "backend_url": "https://evil.example/"}
    ),
    "a backend on another port": of_sections(
        Code.HOST_NOT_PINNED, endpoints={**section("endpoints"), "backend_url": "https://backend.example.org:8443/"}
    ),
}

CASES: Mapping[str, Case] = {**ENVELOPES, **SIGNATURES, **STATEMENTS, **BUNDLES, **CONTENTS}
