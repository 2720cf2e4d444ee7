"""Each check finds the fault that it is for: one is planted in a screen that is in order, and only its check speaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from kiosk.domain.language import Language
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.views import ExplainView, Option
from kiosk.i18n import load_catalogue
from screens.theme import Colour, contrast
from screens.widgets.block import Box
from screens.widgets.parts import Note
from screens.widgets.signs import Sign
from screens.widgets.target import PushButton
from screens.widgets.words import Words
from tests.catalogue import geometry, glyphs, heard, motion, pixels, plain_words
from tests.catalogue.conftest import FONTS, LOCALE
from tests.catalogue.criteria import BY_NAME as CRITERIA
from tests.catalogue.criteria import Criterion, check_no_dragging, names_of_tests
from tests.catalogue.findings import Tally
from tests.catalogue.fingerprints import difference
from tests.catalogue.picture import Guise, Picture
from tests.screens.samples import BY_NAME, NOTICE, Sample

STANDARD = Guise()


def shown(theatre: Any, name: str = "03_notice", guise: Guise = STANDARD) -> Picture:
    theatre.show(BY_NAME[name], guise.language, guise.size, guise.theme)
    return Picture(theatre.stage, guise)


def failures(check: Any, picture: Picture) -> list[str]:
    tally = Tally()
    if check in (pixels.check_text_contrast, pixels.check_control_edges, pixels.check_drawings, pixels.check_codes):
        check(picture, pixels.Pixels(picture.stage), tally)
    else:
        check(picture, tally)
    return [finding.what for finding in tally.findings]


def sentence(picture: Picture) -> Words:
    """A text of the page that is no title and on no button."""
    return next(words for words in picture.words if words.role == "lead")


def button(picture: Picture) -> PushButton:
    return next(target for target in picture.targets if target.element_id == "confirm")


def grey_of(wanted: float, ground: Colour) -> Colour:
    """The grey whose contrast on this ground is nearest to the wanted one."""
    greys = [(step / 255, step / 255, step / 255, 1.0) for step in range(256)]
    return min(greys, key=lambda grey: abs(contrast(grey, ground) - wanted))


def recoloured(block: Any, **colours: Colour) -> None:
    look = replace(block.look, palette=replace(block.look.palette, **colours))
    for each in (block, *block.children):
        if each.look is not None:
            each.arrange(look, Box(each.x, each.y, each.width, each.height))


# --- contrast --------------------------------------------------------------------------------------------------------


def test_a_label_of_4_4_to_1_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    assert failures(pixels.check_text_contrast, picture) == []
    words = sentence(picture)
    recoloured(words, ink=grey_of(4.4, words.look.palette.surface))
    found = failures(pixels.check_text_contrast, picture)
    assert len(found) == 1
    assert "4.4" in found[0]


def test_a_button_whose_edge_nobody_sees_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    assert failures(pixels.check_control_edges, picture) == []
    decline = next(target for target in picture.targets if target.element_id == "decline")
    recoloured(decline, primary=grey_of(1.5, decline.look.palette.paper), surface=decline.look.palette.paper)
    assert [what.split(":")[0] for what in failures(pixels.check_control_edges, picture)] == ["edge of decline"]


def test_a_faint_drawing_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    drawing = next(block for block in picture.blocks if type(block).__name__ == "Drawing")
    faint = grey_of(1.3, drawing.look.palette.tint)
    recoloured(drawing, **dict.fromkeys(("primary", "accent", "surface", "accent_tint"), faint))
    assert [what.split(":")[0] for what in failures(pixels.check_drawings, picture)] == ["Drawing"]


def test_a_code_without_its_quiet_zone_is_found(theatre: Any) -> None:
    picture = shown(theatre, "17_pay_code")
    assert failures(pixels.check_codes, picture) == []
    code = next(block for block in picture.blocks if type(block).__name__ == "QrCode")
    code.module_count += 12
    assert failures(pixels.check_codes, picture) != []


# --- millimetres -----------------------------------------------------------------------------------------------------


def test_a_button_of_12_mm_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    assert failures(geometry.check_targets, picture) == []
    button(picture).height = 12 * picture.px_per_mm
    assert failures(geometry.check_targets, picture) == [
        f"confirm: {picture.mm(button(picture).width):.1f} x 12.0 mm, at least 20"
    ]


def test_buttons_2_mm_apart_are_found(theatre: Any) -> None:
    picture = shown(theatre)
    decline = next(target for target in picture.targets if target.element_id == "decline")
    button(picture).x = decline.right + 2 * picture.px_per_mm
    assert failures(geometry.check_gaps, picture) == ["decline and confirm: 2.0 mm apart"]


def test_letters_of_4_mm_are_found(theatre: Any) -> None:
    picture = shown(theatre)
    words = sentence(picture)
    words.look = replace(words.look, tokens=replace(words.look.tokens, lead=4.0))
    assert len(failures(geometry.check_letters, picture)) == 1


def test_a_control_out_of_reach_is_found(theatre: Any) -> None:
    theatre.show(BY_NAME["03_notice"], is_low_reach=True)
    picture = Picture(theatre.stage, Guise(is_low_reach=True))
    assert failures(geometry.check_reach, picture) == []
    button(picture).y = 450 * picture.px_per_mm
    assert len(failures(geometry.check_reach, picture)) == 1


# --- texts -----------------------------------------------------------------------------------------------------------


def test_a_clipped_text_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    assert failures(geometry.check_whole, picture) == []
    words = sentence(picture)
    words.arrange(words.look, Box(words.x, words.y, words.width, words.texture_size[1] / 2))
    assert failures(geometry.check_whole, picture) == [f"“{words.string(words.look)}” is cut off"]


def test_a_text_over_another_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    first, second, *_rest = (words for words in picture.words if words.role == "lead")
    first.arrange(first.look, Box(second.x, second.y + 3, first.width, first.height))
    assert any("lies over" in what for what in failures(geometry.check_whole, picture))


def test_a_part_that_is_left_out_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    assert failures(geometry.check_left_out, picture) == []
    button(picture).parent.parent.least_air = 9.0
    assert failures(geometry.check_left_out, picture) == ["Actions is left out"]


def test_a_character_without_a_glyph_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    words = sentence(picture)
    words.text = "姓名 \U0010fffd"
    tally = Tally()
    glyphs.check_glyphs(picture, FONTS, tally)
    assert [finding.what for finding in tally.findings] == ["“姓名 \U0010fffd” has no glyph for U+10FFFD"]


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("请核对\n，姓名和号码", "starts with closing punctuation"),
        ("请选择“\n丢失”一项", "ends with opening punctuation"),
        ("请拿好您的凭\n条", "is a last line of one character"),
    ],
)
def test_a_bad_line_break_is_found(theatre: Any, broken: str, fault: str) -> None:
    picture = shown(theatre)
    assert failures(geometry.check_breaks, picture) == []
    sentence(picture).text = broken
    assert [what.endswith(fault) for what in failures(geometry.check_breaks, picture)] == [True]


def test_a_word_cut_in_two_is_found() -> None:
    assert geometry.ends_within_a_word("请打开 WeChat 应用", ("请打开 WeC", "hat 应用")) == ["请打开 WeC"]
    assert geometry.ends_within_a_word("Use my phone", ("Use my", "phone")) == []


def test_a_line_of_41_characters_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    sentence(picture).text = "字" * 41
    assert failures(geometry.check_breaks, picture) == []
    sentence(picture).lines = lambda _look, _width: ("字" * 41,)
    assert len(failures(geometry.check_breaks, picture)) == 1


# --- understanding ---------------------------------------------------------------------------------------------------


def test_two_questions_on_one_screen_are_found(theatre: Any) -> None:
    view: ExplainView = replace(NOTICE, title=text("reason.question"))
    theatre.show(Sample("two questions", view))
    picture = Picture(theatre.stage, Guise())
    assert failures(geometry.check_question, picture) == []
    words = sentence(picture)
    words.role, words.text = "heading", "您的手机号是多少？"
    assert len(failures(geometry.check_question, picture)) == 1


def test_six_choices_at_once_are_found(theatre: Any) -> None:
    many = tuple(Option(f"option{number}", text("reason.lost")) for number in range(6))
    theatre.show(Sample("six", replace(BY_NAME["02_purpose"].view, options=many, layout="list")))
    assert failures(geometry.check_question, Picture(theatre.stage, Guise())) == ["6 choices at once"]


def test_a_problem_told_by_colour_alone_is_found(theatre: Any) -> None:
    picture = shown(theatre, "16_pay_again")
    assert failures(pixels.check_signs, picture) == []
    note = next(block for block in picture.blocks if isinstance(block, Note))
    next(block for block in note.children if isinstance(block, Sign)).sign = ""
    assert failures(pixels.check_signs, picture) == ["Note without a sign"]


def test_a_closed_button_that_looks_open_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    open_field, tally = pixels.Pixels(picture.stage), Tally()
    pixels.check_closed_controls(picture, open_field, open_field, button(picture), tally)
    assert [finding.what for finding in tally.findings] == ["confirm looks the same closed"]


def test_what_flashes_is_found(theatre: Any) -> None:
    picture = shown(theatre, "05_working")
    assert failures(motion.check_flashing, picture) == []
    _progress, event = motion.moving(picture.blocks)[0]
    event.timeout = 0.05
    assert len(failures(motion.check_flashing, picture)) == 1


@dataclass(frozen=True)
class Said:
    speaks_for: str
    text: Text


def test_a_mute_control_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    texts = [words.text for words in picture.words if isinstance(words.text, Text)]
    spoken = [Said(target.element_id, texts[0]) for target in picture.targets if target.element_id != "decline"]
    tally = Tally()
    heard.check_heard(picture, [*spoken, *(Said("text", each) for each in texts)], tally)
    assert [finding.what for finding in tally.findings] == ["decline cannot be heard"]


def test_a_text_that_is_not_spoken_is_found(theatre: Any) -> None:
    picture = shown(theatre)
    spoken = [Said(target.element_id, text("screen.back")) for target in picture.targets]
    tally = Tally()
    heard.check_heard(picture, spoken, tally)
    assert "“4 个工作日后可以领新卡” is not spoken" in [finding.what for finding in tally.findings]


def test_silence_in_place_of_words_is_found(theatre: Any) -> None:
    catalogue, tally = load_catalogue(LOCALE), Tally()
    heard.check_sounds(heard.heard_of(shown(theatre).stage.display), catalogue, Language.ZH, tally)
    assert tally.findings == []
    heard.check_sounds([Said("line.1", literal("…"))], catalogue, Language.ZH, tally)
    assert [finding.what for finding in tally.findings] == ["line.1 (literal) is silence"]


def test_a_control_that_no_key_leads_to_is_found(theatre: Any) -> None:
    picture, tally = shown(theatre), Tally()
    display = picture.stage.display
    heard.check_keys(picture, display, tally)
    assert tally.findings == []
    heard.check_keys(picture, replace(display, view=replace(display.view, decline=None)), tally)
    assert [finding.what for finding in tally.findings] == ["no key leads to decline"]


@pytest.mark.parametrize(
    ("zh", "fault"),
    [
        ("请您将身份证平稳放置在读卡区域中央位置并且保持完全不要移动", "29"),
        ("网络超时，请再试", "says 超时"),
    ],
)
def test_a_text_that_is_not_plain_is_found(zh: str, fault: str) -> None:
    assert fault in plain_words.fault_zh(zh)
    assert plain_words.fault_zh("请放上身份证。不要移动") == ""


def test_english_of_the_trade_is_found() -> None:
    assert plain_words.fault_en("Request timed out") == "says timed out"
    assert "22 words" in plain_words.fault_en(" ".join(["word"] * 22))


def test_a_widget_that_wants_dragging_is_found(tmp_path: Any) -> None:
    (tmp_path / "list.kv").write_text("<Rows>:\n    ScrollView:\n", encoding="utf-8")
    tally = Tally()
    check_no_dragging(tmp_path, tally)
    assert [finding.what for finding in tally.findings] == ["list.kv uses ScrollView"]


def test_a_test_that_is_not_there_is_found(tmp_path: Any) -> None:
    assert names_of_tests(tmp_path / "test_nothing.py") == frozenset()
    assert isinstance(CRITERIA["A12"], Criterion)


def test_a_changed_picture_is_found_and_noise_is_not() -> None:
    assert difference("AAAA", "AABA") == 0
    assert difference("AAAA", "AAFA") == 1
    assert difference("AAAA", "AA") == 4
