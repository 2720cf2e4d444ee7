"""Chinese set well: Latin beside Han, and characters that the usual face lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.flow.texts import literal, text
from kiosk.flow.views import Row
from screens.typography import set_apart
from screens.widgets.rare import face_for, rare_in, without_rare
from screens.widgets.words import Words, text_px
from tests.screens.samples import BY_NAME, RECORD, Sample

RARE = "\U0002b81d\U0002a6a5"
"""Two Han characters of Unicode that the main face has not."""


def test_latin_and_han_stand_apart() -> None:
    assert set_apart("2099年3月12日 星期四，工本费20元") == "2099 年 3 月 12 日 星期四，工本费 20 元"


def test_what_stands_apart_already_stays() -> None:
    assert set_apart("打开 WeChat，按“ABC”（3 次）") == "打开 WeChat，按“ABC”（3 次）"


def test_a_screen_sets_them_apart_and_leaves_data_as_it_is(theatre: Any) -> None:
    theatre.show(BY_NAME["08_loss"])
    lines = [
        "".join(block.lines(block.look, block.width)) for block in theatre.stage.blocks() if isinstance(block, Words)
    ]
    assert any("2099 年 3 月 12 日" in line for line in lines)
    theatre.show(Sample("data", replace(RECORD, rows=(Row("a", text("record.name"), literal("王2号")),))))
    assert any(
        block.lines(block.look, block.width) == ("王2号",)
        for block in theatre.stage.blocks()
        if isinstance(block, Words)
    )


def test_rare_characters_have_a_face_and_usual_ones_need_none(window: Any) -> None:
    assert all(face_for(character) for character in RARE)
    assert not any(face_for(character) for character in "王样例䶮\U00020bb7A1，")
    assert rare_in(f"王{RARE[0]}") == [(1, face_for(RARE[0]))]


def test_a_rare_character_takes_the_room_of_any_other(window: Any) -> None:
    assert without_rare(f"王{RARE}") == "王\u3000\u3000"
    assert text_px(without_rare(RARE), 60, False) == text_px("样例", 60, False)


def test_a_rare_name_is_drawn(theatre: Any) -> None:
    drawn = []
    for name in (RARE, RARE[::-1], "\u3000\u3000"):
        theatre.show(Sample("rare", replace(RECORD, rows=(Row("a", text("record.name"), literal(f"王{name}")),))))
        drawn.append(theatre.pixels())
    assert len(set(drawn)) == 3
