from __future__ import annotations

from backend.console.differences import differences


def seen(before: object, after: object) -> list[tuple[str, object, object]]:
    return [("/".join(one.steps), one.before, one.after) for one in differences({"s": before}, {"s": after})]


def test_equal_bundles_differ_in_nothing() -> None:
    assert seen({"rows": [{"office_id": "A", "x": 1}]}, {"rows": [{"office_id": "A", "x": 1}]}) == []


def test_a_row_is_found_by_its_name_wherever_it_stands() -> None:
    before = [{"office_id": "A", "phone": "1"}, {"office_id": "B", "phone": "2"}]
    after = [{"office_id": "C", "phone": "9"}, {"office_id": "B", "phone": "3"}, {"office_id": "A", "phone": "1"}]
    assert seen(before, after) == [
        ("s/#C/office_id", None, "C"),
        ("s/#C/phone", None, "9"),
        ("s/#B/phone", "2", "3"),
    ]


def test_a_fee_is_named_by_its_day_and_reason() -> None:
    row = {"valid_from": "2026-01-01", "reason": "LOST", "fee_fen": 2000}
    (one,) = differences({"pricing": {"fees": [row]}}, {"pricing": {"fees": [row | {"fee_fen": 2500}]}})
    assert (one.section, one.steps[2], one.field, one.before, one.after) == (
        "pricing",
        "#2026-01-01 LOST",
        "fee_fen",
        2000,
        2500,
    )


def test_what_is_gone_is_told_like_what_is_new() -> None:
    assert seen({"zh": {"a.b": "x"}}, {"zh": {}}) == [("s/zh/a.b", "x", None)]
    assert seen(["1", "2"], ["2", "3"]) == [("s/#3", None, "3"), ("s/#1", "1", None)]
    assert seen(None, {"monday": []}) == []
    assert seen({"usual": None}, {"usual": {"open": True}}) == [("s/usual/open", None, True)]


def test_a_value_that_becomes_an_object_is_one_difference() -> None:
    assert seen({"x": "text"}, {"x": {"y": 1}}) == [("s/x", "text", {"y": 1})]
