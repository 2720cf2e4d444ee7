from __future__ import annotations

import json
from typing import Any

import pytest

from backend.console.drafts import FORM, SECTIONS
from backend.console.forms.controls import control_of
from backend.console.forms.reading import add_row, read_form, remove_row
from backend.console.forms.schema import Keyed, Node, Pairs, Rows, group_of
from backend.fleet.rollouts.decision import Limits
from backend.fleet.seeding import sections_of_reference
from backend.reference.service import load_reference
from backend.texts.catalogue import Language, load_texts
from kiosk.fleet.bundle import BundleFault
from kiosk.fleet.refusals import RefusalCode
from kiosk.fleet.sections import SENSITIVITY
from tests.unit.backend.console.form_in_browser import sent_by

WEEK = {day: [] for day in ("tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}
FULL: dict[str, Any] = {
    **json.loads(sections_of_reference(load_reference()).model_dump_json()),
    "opening": {
        "usual": {"monday": [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:30", "closes": "17:00"}], **WEEK},
        "by_office": {"CY01": {"monday": [{"opens": "08:00", "closes": "10:00"}], **WEEK}},
        "closed_days": ["2027-02-06", "2027-02-07"],
    },
    "calendar": {"years": {"2027": {"holidays": ["2027-01-01"], "workdays": []}}},
    "texts": {"zh": {"attract.title": "您好\n请触摸"}, "en": {"attract.title": "Hello"}},
    "staff": {
        "roster": [
            {"staff_id": "S-1", "role": "auditor", "card_key": "04" + "ab" * 64, "office_ids": ["CY01"]}
            | {"valid_until": None}
        ]
    },
    "features": {"switches": {"express": False}},
    "hotlines": ["12333", "010-12333"],
}


def node_of(section: str) -> Node:
    return dict(FORM.fields)[section]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_form_that_nobody_changed_sends_what_it_showed(section: str) -> None:
    control = control_of(node_of(section), FULL[section], section, f"sections.{section}", ())
    assert read_form(node_of(section), sent_by(control), section) == FULL[section]


def test_every_section_of_a_bundle_has_a_form_and_a_risk() -> None:
    assert set(SECTIONS) == set(SENSITIVITY) == set(FULL)


def test_money_is_typed_in_yuan_and_kept_in_fen() -> None:
    node = node_of("pricing")
    control = control_of(node, FULL["pricing"], "pricing", "sections.pricing", ())
    sent = sent_by(control)
    assert sent["pricing.fees.0.fee_fen"] == ["20.00"]
    for typed, fen in (("25", 2500), ("25.5", 2550), ("0.05", 5), ("25．50", 2550)):
        sent["pricing.fees.0.fee_fen"] = [typed]
        assert read_form(node, sent, "pricing")["fees"][0]["fee_fen"] == fen
    for typed in ("25,0", "-3", "", "1.234", "二十"):
        sent["pricing.fees.0.fee_fen"] = [typed]
        assert read_form(node, sent, "pricing")["fees"][0]["fee_fen"] == typed, "stays as it was typed"


def test_a_fault_stands_at_its_field_or_at_the_nearest_one_around_it() -> None:
    faults = [
        BundleFault("sections.pricing.fees.0.fee_fen", RefusalCode.SCHEMA_VIOLATION, "a"),
        BundleFault("sections.pricing.fees.99.fee_fen", RefusalCode.SCHEMA_VIOLATION, "b"),
        BundleFault("sections.pricing", RefusalCode.FEE_MISSING, "c"),
        BundleFault("sections.payments.methods", RefusalCode.SCHEMA_VIOLATION, "elsewhere"),
    ]
    root = control_of(node_of("pricing"), FULL["pricing"], "pricing", "sections.pricing", faults)
    placed = {fault.message: one.place for one in root.all() for fault in one.faults}
    assert placed == {
        "a": "sections.pricing.fees.0.fee_fen",
        "b": "sections.pricing.fees",
        "c": "sections.pricing",
    }


def test_a_fault_of_a_text_whose_key_has_dots_stands_at_that_text() -> None:
    fault = BundleFault("sections.texts.zh.attract.title", RefusalCode.SCHEMA_VIOLATION, "long")
    root = control_of(node_of("texts"), FULL["texts"], "texts", "sections.texts", [fault])
    assert [one.name for one in root.all() if one.faults] == ["texts.0.zh"]


@pytest.mark.parametrize(
    ("section", "steps"),
    [("pricing", ["fees"]), ("opening", ["by_office"]), ("opening", ["usual", "monday"]), ("texts", [])],
)
def test_a_row_is_added_and_taken_out_again(section: str, steps: list[str]) -> None:
    value = json.loads(json.dumps(FULL[section]))
    add_row(node_of(section), value, steps)
    assert value != FULL[section]
    place = {"fees": 2, "by_office": 1, "monday": 2}.get(steps[-1] if steps else "", 1)
    if steps == ["fees"]:
        place = len(FULL["pricing"]["fees"])
    remove_row(node_of(section), value, [*steps, str(place)])
    assert value == FULL[section]


def test_a_row_inside_an_entry_is_found() -> None:
    value = json.loads(json.dumps(FULL["opening"]))
    add_row(node_of("opening"), value, ["by_office", "0", "value", "tuesday"])
    assert value["by_office"]["CY01"]["tuesday"] == [{"opens": "", "closes": ""}]


@pytest.mark.parametrize("steps", [["fees", "99"], ["nothing"], ["fees", "x", "y"], []])
def test_steps_that_lead_nowhere_change_nothing(steps: list[str]) -> None:
    value = json.loads(json.dumps(FULL["pricing"]))
    remove_row(node_of("pricing"), value, steps)
    add_row(node_of("pricing"), value, ["fees", "99", "x"])
    assert value == FULL["pricing"]


def test_a_key_that_stands_twice_is_kept_and_refused_later() -> None:
    sent = {
        "texts.count": ["2"],
        **{f"texts.{i}.{k}": [v] for i in (0, 1) for k, v in (("key", "a.b"), ("zh", "字"), ("en", "x"))},
    }
    read = read_form(Pairs(), sent, "texts")
    assert list(read["zh"]) == ["a.b", "a.b ="]


def fields_of(node: Node) -> set[str]:
    match node:
        case Rows(item) | Keyed(item):
            return fields_of(item)
        case _ if hasattr(node, "fields"):
            return {name for name, _ in node.fields} | {x for _, one in node.fields for x in fields_of(one)}
        case _:
            return set()


def test_every_field_and_every_choice_has_words() -> None:
    words = load_texts()[Language.EN].by_key
    names = {name for _, node in FORM.fields for name in fields_of(node)} | fields_of(group_of(Limits))
    assert {name for name in names if f"console_field.{name}" not in words} == set()
    assert {name for name in SECTIONS if f"console_section.{name}" not in words} == set()
    root = control_of(FORM, FULL, "", "sections", ())
    options = {option for one in root.all() if one.kind in ("choice", "choices", "switches") for option in one.options}
    assert {option for option in options if f"console_value.{option}" not in words} == set()
