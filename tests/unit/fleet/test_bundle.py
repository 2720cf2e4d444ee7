from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.fleet.bundle import Bundle, parse_bundle
from kiosk.fleet.refusals import Refused
from kiosk.fleet.risk import changed_sections, risk_of
from kiosk.fleet.sections import SENSITIVITY, Sections, Sensitivity
from kiosk.fleet.strict_json import address, canonical, decode
from tests.unit.fleet import good

PAYLOAD = good.bundle().to_bytes()


def test_a_bundle_read_and_written_again_has_the_same_address() -> None:
    bundle = parse_bundle(PAYLOAD, good.HOSTS)
    assert isinstance(bundle, Bundle)
    assert address(bundle.to_bytes()) == address(PAYLOAD)


def test_every_section_has_its_sensitivity() -> None:
    assert SENSITIVITY.keys() == Sections.model_fields.keys()


def test_every_fault_is_told_at_once_with_its_place() -> None:
    document: dict[str, Any] = json.loads(PAYLOAD)
    document["sections"]["pricing"]["fees"][0]["fee_fen"] = 0
    document["sections"]["lead_times"]["rows"] = []
    document["sections"]["timeouts"]["idel_s"] = 60
    del document["sections"]["links"]
    document["min_app"] = "one"
    faults = parse_bundle(canonical(document))
    assert isinstance(faults, tuple)
    told = {fault.path: str(fault) for fault in faults}
    assert told.keys() == {
        "min_app",
        "sections.pricing",
        "sections.lead_times",
        "sections.timeouts.idel_s",
        "sections.links",
    }
    assert "did you mean `idle_s`?" in told["sections.timeouts.idel_s"]
    assert "is missing" in told["sections.links"]


def test_a_fault_repeats_no_value() -> None:
    document = json.loads(PAYLOAD)
    document["author"] = 13800000001
    faults = parse_bundle(canonical(document))
    assert isinstance(faults, tuple)
    assert "13800000001" not in str(faults)


def test_the_risk_follows_from_what_changed() -> None:
    before = json.loads(PAYLOAD)["sections"]
    assert changed_sections(before, before) == frozenset()
    assert changed_sections(None, before) == frozenset(before)
    assert risk_of(frozenset()) is Sensitivity.ORDINARY
    assert risk_of(frozenset({"texts", "pricing"})) is Sensitivity.MONEY
    assert risk_of(frozenset({"pricing", "staff"})) is Sensitivity.TRUST
    assert risk_of(changed_sections(before, {**before, "new": 1})) is Sensitivity.TRUST


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(_JSON)
def test_what_was_written_canonically_is_read_as_it_was(value: Any) -> None:
    try:
        content = canonical(value)
    except UnicodeEncodeError:
        return  # a lone surrogate is no text
    assert decode(content, 10_000) == value
    assert canonical(decode(content, 10_000)) == content


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_refusal(content: bytes) -> None:
    decode(content, 150)


def test_brackets_in_a_text_are_no_depth() -> None:
    assert decode(canonical("[" * 100), 1000) == "[" * 100
    assert isinstance(decode(b"[" * 17 + b"]" * 17, 1000), Refused)
