"""The guides for staff say what the screens say, and show pictures of stories that there are."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.tour.guide import GUIDES, pictures
from tests.tour.staff import STAFF

NO_LABELS = {
    "en": {"by you", "what", "who", "To leave, take the card out.", "Never take the money again.", "to the USB stick"},
    "zh": {"取出员工卡就退出。", "您可处理", "出了什么事", "由谁处理", "千万不要再收一次钱。"},
}
"""What is bold because it matters, not because it can be touched."""


@pytest.mark.parametrize("language", GUIDES)
def test_every_label_of_the_guide_is_one_of_the_screens(language: str) -> None:
    text = GUIDES[language].read_text(encoding="utf-8")
    bold = {re.sub(r"\s+", " ", found) for found in re.findall(r"\*\*([^*]+)\*\*", text)} - NO_LABELS[language]
    with GUIDES[language].parents[1].joinpath("assets", "locale", language, "staff.toml").open("rb") as file:
        said = set(tomllib.load(file).values())
    labels = {part for label in bold for part in re.split(r"[,，]\s*", label.rstrip(".。"))}
    assert len(labels) > 15
    assert not sorted(labels - said)


@pytest.mark.parametrize("language", GUIDES)
def test_every_picture_of_the_guide_is_of_a_story_of_the_tour(language: str) -> None:
    named = pictures(language)
    assert len(named) > 8
    assert not [picture for picture in named if picture.parent.name not in STAFF]
    assert all(picture.stem.endswith(f"-{language}") for picture in named)


def test_both_guides_show_the_same() -> None:
    assert [str(picture).replace("-zh.png", "-en.png") for picture in pictures("zh")] == list(map(str, pictures("en")))
