from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from kiosk.domain.language import Language
from kiosk.domain.money import Money
from kiosk.flow.texts import Text, TextValue, bilingual, literal, text
from kiosk.i18n import Catalogue, load_catalogue
from kiosk.speech.wording import Kind, Piece, fixed_pieces, script_of, words_of

ZH, EN = Language.ZH, Language.EN
CATALOGUE = Catalogue(
    {
        ZH: {
            "whole": "请放上身份证",
            "value": "工本费 {value}，谢谢",
            "days": "还要 {days} 天",
            "speech.masked": "隐藏 {count} 位",
        },
        EN: {
            "whole": "Lay down your card",
            "value": "Fee {value}, thank you",
            "days": "{days} {days|day|days} left",
            "speech.masked": "{count} hidden",
        },
    }
)
AT = datetime(2026, 11, 27, 10, 5, tzinfo=timezone(timedelta(hours=8)))


def heard(wanted: Text, language: Language) -> str:
    return words_of(script_of(CATALOGUE, wanted, language))


VALUES: list[tuple[TextValue, str, str]] = [
    (Money(2000), "二 十 元", "twenty yuan"),
    (Money(2050), "二 十 元 五 角", "twenty yuan fifty fen"),
    (Money(105), "一 元 零 五 分", "one yuan five fen"),
    (
        date(2026, 11, 27),
        "二 零 二 六 年 十 一 月 二 十 七 日 星期五",
        "Friday twenty seventh November twenty twenty six",
    ),
    (
        AT,
        "二 零 二 六 年 十 一 月 二 十 七 日 星期五 十 点 零 五 分",
        "Friday twenty seventh November twenty twenty six ten oh five",
    ),
    (0, "零", "zero"),
    (10, "十", "ten"),
    (105, "一 百 零 五", "one hundred and five"),
    (20_010, "二 万 零 一 十", "twenty thousand ten"),
    ("138 0013 8000", "一 三 八 零 零 一 三 八 零 零 零", "one three eight zero zero one three eight zero zero zero"),
    ("138****0001", "一 三 八 隐藏 四 位 零 零 零 一", "one three eight four hidden zero zero zero one"),
    ("002X", "零 零 二 X", "zero zero two X"),
    ("8号楼", "八 号楼", "eight 号楼"),
    ("A2026", "A 二 零 二 六", "A two zero two six"),
    ("#", "井号", "number sign"),
    ("3-201", "三 二 零 一", "three two zero one"),
]


@pytest.mark.parametrize(("value", "zh", "en"), VALUES, ids=str)
def test_values_are_said_by_their_type(value: TextValue, zh: str, en: str) -> None:
    assert heard(text("value", value=value), ZH) == f"工本费 {zh} ，谢谢"
    assert heard(text("value", value=value), EN) == f"Fee {en} , thank you"


def test_english_chooses_between_one_and_many() -> None:
    assert heard(text("days", days=1), EN) == "one day left"
    assert heard(text("days", days=2), EN) == "two days left"


def test_a_whole_text_is_one_clip_named_by_its_key() -> None:
    assert script_of(CATALOGUE, text("whole"), ZH) == (Piece(Kind.FIXED, "请放上身份证", ZH, "whole"),)


def test_the_parts_around_a_value_are_clips_with_a_number() -> None:
    clips = [piece.clip for piece in script_of(CATALOGUE, text("value", value=Money(2000)), ZH)]
    assert clips == ["value.1", "value.二", "value.十", "value.元", "value.3"]


def test_names_and_offices_are_free_words_in_their_language() -> None:
    office = bilingual(zh="一号中心", en="Centre One")
    assert script_of(CATALOGUE, office, ZH) == (Piece(Kind.FREE, "一号中心", ZH),)
    assert {piece.language for piece in script_of(CATALOGUE, office, EN)} == {EN}
    assert [piece.kind for piece in script_of(CATALOGUE, literal("王样例"), ZH)] == [Kind.FREE]


def test_every_fixed_word_of_every_text_has_a_clip_of_its_own_name() -> None:
    catalogue = load_catalogue(Path("assets/locale"))
    pieces = [piece for piece in fixed_pieces(catalogue) if piece.kind is Kind.FIXED]
    names = [(piece.language, piece.clip) for piece in pieces]
    assert len(names) == len(set(names))
    assert len(names) > 1000


def test_whatever_a_text_says_is_a_clip_that_the_set_up_makes() -> None:
    catalogue = load_catalogue(Path("assets/locale"))
    made = {(piece.language, piece.clip) for piece in fixed_pieces(catalogue)}
    for language in (ZH, EN):
        for key in catalogue.texts[language]:
            values = dict.fromkeys(("count", "days", "number", "minutes", "seconds", "page"), 1234)
            for piece in script_of(catalogue, text(key, **values), language):
                assert piece.kind is not Kind.FIXED or (language, piece.clip) in made, piece
