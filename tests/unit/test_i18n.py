"""Texts by key."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.language import Language
from kiosk.domain.money import Money
from kiosk.i18n import (
    Catalogue,
    CatalogueError,
    CatalogueFault,
    FaultKind,
    Value,
    catalogue_faults,
    format_value,
    load_catalogue,
    placeholder_names,
    pseudo,
)

ZH, EN, PSEUDO = Language.ZH, Language.EN, Language.PSEUDO
SHIPPED = Path(__file__).parents[2] / "assets" / "locale"


def write(directory: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory


def catalogue_of(chinese: Mapping[str, str], english: Mapping[str, str]) -> Catalogue:
    return Catalogue({ZH: chinese, EN: english})


# --- loading


def test_nested_tables_of_every_file_become_dotted_keys(tmp_path: Path) -> None:
    directory = write(
        tmp_path,
        {
            "zh/pay.toml": '[pay]\ntitle = "缴费"\n[pay.code]\nhint = "请扫码"\n',
            "zh/common.toml": 'back = "返回"\n',
            "en/all.toml": 'back = "Back"\n[pay]\ntitle = "Pay"\ncode.hint = "Scan the code"\n',
        },
    )
    catalogue = load_catalogue(directory)
    assert catalogue.text("pay.code.hint", ZH) == "请扫码"
    assert catalogue.text("pay.code.hint", EN) == "Scan the code"
    assert catalogue.text("back", ZH) == "返回"
    assert not catalogue_faults(catalogue)


def test_all_that_is_wrong_with_the_files_is_said_at_once(tmp_path: Path) -> None:
    directory = write(tmp_path, {"zh/a.toml": 'x = "一"\n', "zh/b.toml": 'x = "二"\ny = 3\n', "zh/c.toml": "= broken"})
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(directory)
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert lines[0] == "zh/b.toml: x is there already"
    assert lines[1] == "zh/b.toml: y is no text"
    assert lines[2].startswith("zh/c.toml: ")
    assert lines[3] == "en: no texts"


def test_a_file_that_is_not_utf_8_is_refused_by_name(tmp_path: Path) -> None:
    directory = write(tmp_path, {"zh/a.toml": 'x = "一"\n', "en/a.toml": 'x = "One"\n'})
    (directory / "zh" / "b.toml").write_bytes('y = "二"\n'.encode("gbk"))
    with pytest.raises(CatalogueError, match=r"zh/b\.toml"):
        load_catalogue(directory)


# --- looking up


def test_a_missing_text_shows_its_key_and_is_reported() -> None:
    reported: list[CatalogueFault] = []
    catalogue = Catalogue({ZH: {}, EN: {}}, reported.append)
    for language in Language:
        assert catalogue.text("pay.title", language) == "pay.title"
    assert reported == [CatalogueFault(FaultKind.MISSING_KEY, "pay.title", language) for language in Language]


def test_a_missing_value_leaves_its_placeholder_and_is_reported() -> None:
    reported: list[CatalogueFault] = []
    catalogue = Catalogue({ZH: {"a": "{fee}，{days} 天"}, EN: {}}, reported.append)
    assert catalogue.text("a", ZH, days=4) == "{fee}，4 天"
    assert reported == [CatalogueFault(FaultKind.MISSING_VALUE, "a", ZH, "fee")]


def test_a_value_is_never_read_as_a_text_with_placeholders() -> None:
    catalogue = catalogue_of({"a": "{name}"}, {})
    assert catalogue.text("a", ZH, name="{name}{0}%s") == "{name}{0}%s"


def test_placeholders_may_be_called_key_and_language() -> None:
    catalogue = catalogue_of({}, {"a": "{key} {language}"})
    assert catalogue.text("a", EN, key="left", language="right") == "left right"


@pytest.mark.parametrize(("days", "shown"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_english_has_a_singular(days: int, shown: str) -> None:
    catalogue = catalogue_of({"a": "{days} 天"}, {"a": "{days} {days|day|days}"})
    assert catalogue.text("a", EN, days=days) == shown
    assert catalogue.text("a", ZH, days=days) == f"{days} 天"
    assert not catalogue_faults(catalogue)


# --- values


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (date(2026, 2, 25), "2026年2月25日 星期三", "Wednesday, 25 February 2026"),
        (datetime(2026, 2, 24, 17, 5, tzinfo=UTC), "2026年2月25日 01:05", "25 February 2026, 01:05"),
        (time(9, 0), "09:00", "09:00"),
        (Money(2000), "20 元", "CNY 20"),
        (Money(2050), "20.50 元", "CNY 20.50"),
        (Money(1), "0.01 元", "CNY 0.01"),
        (Money(0), "0 元", "CNY 0"),
        (Money(123456700), "1,234,567 元", "CNY 1,234,567"),
        (4, "4", "4"),
        (12345, "12,345", "12,345"),
        ("王**", "王**", "王**"),
    ],
)
def test_values_are_written_as_people_of_the_language_do(value: Value, chinese: str, english: str) -> None:
    assert format_value(value, ZH) == chinese
    assert format_value(value, EN) == english
    assert format_value(value, PSEUDO) == english


def test_a_yes_or_no_is_not_a_value() -> None:
    with pytest.raises(TypeError):
        format_value(True, ZH)


# --- checks


@pytest.mark.parametrize(
    ("chinese", "english", "faults"),
    [
        ({"a": "一"}, {}, [CatalogueFault(FaultKind.MISSING_KEY, "a", EN)]),
        ({}, {"a": "One"}, [CatalogueFault(FaultKind.MISSING_KEY, "a", ZH)]),
        ({"a": " "}, {"a": "One"}, [CatalogueFault(FaultKind.EMPTY, "a", ZH)]),
        (
            {"a": "{x}"},
            {"a": "{y}"},
            [
                CatalogueFault(FaultKind.PLACEHOLDERS_DIFFER, "a", ZH, "y"),
                CatalogueFault(FaultKind.PLACEHOLDERS_DIFFER, "a", EN, "x"),
            ],
        ),
        ({"a": "一"}, {"a": "{x} and {y}"}, [CatalogueFault(FaultKind.PLACEHOLDERS_DIFFER, "a", ZH, "x, y")]),
        ({"a": "{x"}, {"a": "One"}, [CatalogueFault(FaultKind.STRAY_BRACE, "a", ZH)]),
        ({"a": "{x:>3}"}, {"a": "One"}, [CatalogueFault(FaultKind.STRAY_BRACE, "a", ZH)]),
        ({"a": "{x|一}"}, {"a": "One"}, [CatalogueFault(FaultKind.STRAY_BRACE, "a", ZH)]),
        ({"b": "{x}", "a": "一"}, {"a": "One", "b": "{x} {x|a|b}"}, []),
    ],
)
def test_each_fault_is_found(chinese: dict[str, str], english: dict[str, str], faults: list[CatalogueFault]) -> None:
    assert list(catalogue_faults(catalogue_of(chinese, english))) == faults


def test_the_shipped_texts_have_no_fault() -> None:
    assert not catalogue_faults(load_catalogue(SHIPPED))


# --- the pseudo-language


def test_pseudo_is_accented_english_with_values_in_place() -> None:
    catalogue = catalogue_of({}, {"a": "Pay {fee} [b]now[/b]"})
    shown = catalogue.text("a", PSEUDO, fee=Money(2000))
    assert shown.startswith("[Páy CNY 20 [b]nów[/b]")
    assert shown.endswith("]")


@given(st.text("abe {}[]|x_.", max_size=80))
def test_pseudo_is_40_percent_longer_and_keeps_placeholders(english: str) -> None:
    made = pseudo(english)
    assert len(made) >= 1.4 * len(english)
    assert placeholder_names(made) == placeholder_names(english)
