"""What surrounds every screen, in the same places: office, step, language, size, contrast; Back, Help, End."""

from __future__ import annotations

from collections.abc import Hashable
from math import ceil
from typing import TypeVar

from kivy.graphics import Color, InstructionGroup, Rectangle, SmoothRoundedRectangle
from kivy.properties import NumericProperty, ObjectProperty

from kiosk.flow.texts import Text, text
from kiosk.flow.touches import (
    BackTouched,
    EndTouched,
    HelpTouched,
    LanguageChosen,
    LowReachChosen,
    SizeChosen,
    ThemeChosen,
)
from kiosk.flow.views import Frame, Language, Size, Theme
from screens.painting import add_opaque
from screens.theme import CAPITAL_PER_EM, TOKENS, Look
from screens.widgets.block import Block, Box, Column, Gap, Strip, hide_absent, shrunk
from screens.widgets.parts import Note
from screens.widgets.pen import Pen, arc
from screens.widgets.signs import Sign
from screens.widgets.target import PushButton, Target
from screens.widgets.words import Words

SIZES = (Size.STANDARD, Size.LARGE, Size.EXTRA_LARGE)
THEMES = (Theme.NORMAL, Theme.HIGH_CONTRAST, Theme.DARK)


class SignTarget(Target):
    """A square on the header band with a sign instead of words; `caption_text` names it for people who listen."""

    caption_text = ObjectProperty(None)

    def caption(self, look: Look) -> str:
        return look.say(self.caption_text)

    def dress(self) -> None:
        self.fill, self.border = ("header_pressed" if self.is_pressed else "header"), "on_header"

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.px(look.tokens.target) + 1

    def width_for(self, look: Look) -> float:
        return look.px(look.tokens.target) + 1


class FixedWords(Words):
    """A letter that is a drawing: it shows sizes and has none of its own."""

    def font_px(self, look: Look) -> int:
        return ceil(getattr(TOKENS[Size.STANDARD], self.role) / CAPITAL_PER_EM * look.px_per_mm)


class SizeTarget(SignTarget):
    """A small, a larger and a large A; the bar stands under the one that is on. A touch takes the next."""

    size_now = ObjectProperty(Size.STANDARD)

    def __init__(self, **properties: object) -> None:
        super().__init__(caption_text=text("screen.size"), element_id="size", **properties)
        self.letters = [
            FixedWords(text="A", role=role, is_bold=True, colour="on_header", halign="center")
            for role in ("small", "body", "heading")
        ]
        for letter in self.letters:
            self.add_widget(letter)
        self.dress()

    def width_for(self, look: Look) -> float:
        letters = sum(letter.width_for(look) for letter in self.letters)
        return max(letters + look.px(9), super().width_for(look))

    def place(self, look: Look) -> None:
        letters = sum(letter.width_for(look) for letter in self.letters)
        left = self.center_x - letters / 2 - look.px(2)
        baseline = self.y + self.height * 0.27
        for letter in self.letters:
            width, descent = letter.width_for(look), letter.font_px(look) * 0.288
            height = letter.height_for(look, width)
            letter.arrange(look, Box(left, baseline - descent, width, height))
            left += width + look.px(2)

    def ink(self) -> Hashable:
        return (super().ink(), self.size_now)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        super().draw(look, group)
        letter = self.letters[SIZES.index(self.size_now)]
        group.add(Color(*look.colour("on_header")))
        high = max(3, look.px(1.1))
        group.add(
            Rectangle(pos=(letter.x, self.y + self.height * 0.27 - high - look.px(1.1)), size=(letter.width, high))
        )


class ThemeTarget(SignTarget):
    """A disc, half filled. A touch takes the next theme."""

    def __init__(self, **properties: object) -> None:
        super().__init__(caption_text=text("screen.theme"), element_id="theme", **properties)
        self.dress()

    def draw(self, look: Look, group: InstructionGroup) -> None:
        super().draw(look, group)
        pen = Pen(look, group, Box(self.x, self.y, self.width, self.height))
        pen.shape(arc(50, 50, 24, 90, 270, 24), "on_header", "on_header", 2)
        pen.disc(50, 50, 24, None, "on_header", 5)


class ReachTarget(SignTarget):
    """An arrow down to a line: everything moves within reach of a seated person."""

    is_low = ObjectProperty(False)

    def __init__(self, **properties: object) -> None:
        super().__init__(caption_text=text("screen.reach"), element_id="reach", **properties)
        self.dress()

    def ink(self) -> Hashable:
        return (super().ink(), self.is_low)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        super().draw(look, group)
        pen = Pen(look, group, Box(self.x, self.y, self.width, self.height))
        start, end = ((50, 32), (50, 74)) if self.is_low else ((50, 74), (50, 32))
        pen.arrow(start, end, "on_header", 5, 16)
        pen.line([(28, 24 if not self.is_low else 80), (72, 24 if not self.is_low else 80)], "on_header", 5)


class BandWords(Words):
    """Words in the band: what is too long for `most_lines` in large text is written a step smaller than the rest."""

    most_lines = NumericProperty(2)

    def lines(self, look: Look, width: float) -> tuple[str, ...]:
        self.is_long = False
        self.is_long = len(super().lines(look, width)) > self.most_lines
        return super().lines(look, width)

    def font_px(self, look: Look) -> int:
        tokens = TOKENS[Size.LARGE if look.size is Size.EXTRA_LARGE else Size.STANDARD]
        small_mm = tokens.small if self.is_long else look.tokens.small
        return ceil(small_mm / CAPITAL_PER_EM * look.px_per_mm)

    is_long = False


class Header(Strip):
    """The band at the top: whose terminal this is, and how it shall look and speak."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.fill, self.radius_mm, self.pad_x_mm, self.pad_y_mm, self.gap_mm = "header", 0, 12, 5, 3
        self.office = BandWords(role="small", is_bold=True, colour="on_header", weight=1)
        self.reach, self.size_target, self.theme = ReachTarget(), SizeTarget(), ThemeTarget()
        self.language = PushButton(
            text=text("screen.language.other"), style="header", role="small", element_id="language"
        )
        self.step = BandWords(role="small", is_bold=True, colour="on_header", halign="right", weight=0.6, most_lines=1)
        for block in (self.office, self.step, self.reach, self.theme, self.size_target, self.language):
            self.add_widget(block)

    def gap(self, look: Look) -> float:
        return look.px(look.tokens.gap) + 1

    def pads(self, look: Look) -> tuple[float, float]:
        return look.px(self.pad_x_mm), look.px(self.pad_y_mm)

    def prepare(self, look: Look) -> None:
        """On a wide screen the step stands in the band, on a high one below it."""
        self.step.is_shown = not look.is_portrait

    def height_for(self, look: Look, width: float) -> float:
        self.prepare(look)
        return super().height_for(look, width)

    def place(self, look: Look) -> None:
        self.prepare(look)
        is_short = look.tokens.body > TOKENS[Size.LARGE].body
        self.language.text = text("screen.language.other_short" if is_short else "screen.language.other")
        hide_absent(self, look)
        left = self.x + self.pads(look)[0]
        for block, width in zip(self.blocks_in(look), self.widths(look, self.width), strict=True):
            height = block.height_for(look, width)
            block.arrange(look, Box(left, self.center_y - height / 2, width, height))
            left += width + self.gap(look)

    def show(self, frame: Frame) -> None:
        self.office.text = frame.office_name or " "
        self.step.text = step_text(frame) or " "  # its place stays, so the band is as high on every screen
        other = Language.EN if frame.language is Language.ZH else Language.ZH
        self.language.touch = LanguageChosen(other)
        self.size_target.size_now = frame.size
        self.size_target.touch = SizeChosen(_after(SIZES, frame.size))
        self.theme.touch = ThemeChosen(_after(THEMES, frame.theme))
        self.reach.touch = LowReachChosen(not frame.is_low_reach)
        self.reach.is_low = frame.is_low_reach

    def draw(self, look: Look, group: InstructionGroup) -> None:
        group.add(Color(*look.colour("header")))
        add_opaque(group, Rectangle(pos=self.pos, size=self.size))
        if look.theme is Theme.HIGH_CONTRAST:
            group.add(Color(*look.colour("on_header")))
            group.add(Rectangle(pos=self.pos, size=(self.width, max(2, look.px(0.6)))))


T = TypeVar("T")


def _after(values: tuple[T, ...], value: T) -> T:
    return values[(values.index(value) + 1) % len(values)]


def step_text(frame: Frame) -> Text | None:
    return None if frame.step is None else text("screen.step", number=frame.step.number, total=frame.step.total)


class StepBar(Strip):
    """`Step 2 of 6` with a bar of as many parts; the parts done are full."""

    step = ObjectProperty(None, allownone=True)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.pad_x_mm, self.pad_y_mm, self.gap_mm = 12, 0, 6
        self.words = Words(role="small", is_bold=True)
        self.parts = StepParts(weight=1)
        self.add_widget(self.words)
        self.add_widget(self.parts)

    def show(self, frame: Frame) -> None:
        self.step = frame.step
        if frame.step is not None:
            self.words.text = step_text(frame)
            self.parts.step = frame.step

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.step is not None


class StepParts(Block):
    step = ObjectProperty(None, allownone=True)

    def ink(self) -> Hashable:
        return self.step

    def draw(self, look: Look, group: InstructionGroup) -> None:
        total, number = self.step.total, self.step.number
        gap, high = look.px(2), look.px(2.4)
        width = (self.width - gap * (total - 1)) / total
        for index in range(total):
            is_done = index < number
            group.add(Color(*look.colour("primary" if is_done else "edge")))
            size = (width, high if is_done else max(2, high / 3))
            pos = (self.x + index * (width + gap), self.center_y - size[1] / 2)
            group.add(SmoothRoundedRectangle(pos=pos, size=size, radius=[size[1] / 2] * 4))


class TopColumn(Column):
    """Header, step and notice."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm = 0
        self.header, self.step = Header(), StepBar()
        self.notice = Note()
        self.notice.words.role = "small"
        self.add_widget(self.header)
        self.above_step = Gap(height_mm=6)
        self.add_widget(self.above_step)
        self.add_widget(self.step)
        self.above_notice = Gap(height_mm=4)
        self.add_widget(self.above_notice)
        self.notice_strip = Strip(pad_x_mm=12)
        self.notice.weight = 1
        self.notice_strip.add_widget(self.notice)
        self.add_widget(self.notice_strip)

    def show(self, frame: Frame) -> None:
        self.header.show(frame)
        self.step.show(frame)
        self.notice.text = frame.notice
        self.has_step = frame.step is not None
        self.notice_strip.is_shown = self.above_notice.is_shown = frame.notice is not None

    has_step = False

    def blocks_in(self, look: Look) -> list[Block]:
        self.step.is_shown = self.above_step.is_shown = self.has_step and look.is_portrait
        return super().blocks_in(look)


class FootTarget(Target, Strip):
    """Sign and words, one of the three places of the foot."""

    def __init__(self, key: str, sign: str, **properties: object) -> None:
        super().__init__(element_id=key, weight=1, **properties)
        self.pad_x_mm, self.gap_mm = 3, 2
        self.add_widget(Gap(weight=0.01))
        self.add_widget(Sign(sign=sign, height_mm=7))
        self.words = Words(text=text(f"screen.{key}"), role="small", is_bold=True)
        self.add_widget(self.words)
        self.add_widget(Gap(weight=0.01))
        self.dress()

    def dress(self) -> None:
        self.fill, self.border = ("pressed" if self.is_pressed else "", "edge")

    def height_for(self, look: Look, width: float) -> float:
        return max(look.px(look.tokens.target) + 1, super().height_for(look, width) + look.px(4))

    def width_for(self, look: Look) -> float:
        return 2 * self.pads(look)[0] + 3 * self.gap(look) + look.sized(7) + self.words.width_for(look)

    def least_width_for(self, look: Look) -> float:
        return self.width_for(look) - self.words.width_for(look) + self.words.least_width_for(look)

    def widths(self, look: Look, width: float) -> list[float]:
        """Words take a second line rather than more than their part of the foot."""
        room = width - 2 * self.pads(look)[0] - self.gap(look) * 3
        sign = look.sized(7)
        words = min(self.words.width_for(look), room - sign)
        rest = max(0.0, room - sign - words) / 2
        return [rest, sign, words, rest]


class Foot(Strip):
    """Back, Help, End and clear; a place whose button is absent stays empty."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.pad_x_mm, self.pad_y_mm, self.gap_mm = 12, 6, 4
        self.back = FootTarget("back", "<", touch=BackTouched())
        self.help = FootTarget("help", "?", touch=HelpTouched())
        self.end = FootTarget("end", "x", touch=EndTouched())
        self.places = [(target, Gap()) for target in (self.back, self.help, self.end)]
        for target, gap in self.places:
            self.add_widget(target)
            self.add_widget(gap)

    def pads(self, look: Look) -> tuple[float, float]:
        return look.px(self.pad_x_mm), look.px(self.pad_y_mm)

    def widths(self, look: Look, width: float) -> list[float]:
        """What each of the three needs, and an equal part of what is left: the same on every screen."""
        needs = [target.width_for(look) for target, _gap in self.places]
        room = width - 2 * self.pads(look)[0] - 2 * self.gap(look)
        if sum(needs) > room:
            return shrunk(needs, [target.least_width_for(look) for target, _gap in self.places], room)
        return [need + (room - sum(needs)) / 3 for need in needs]

    def show(self, frame: Frame) -> None:
        flags = (frame.can_go_back, frame.has_help, frame.can_end)
        for (target, gap), is_shown in zip(self.places, flags, strict=True):
            target.is_shown, gap.is_shown = is_shown, not is_shown

    def draw(self, look: Look, group: InstructionGroup) -> None:
        group.add(Color(*look.colour("line")))
        pad = look.px(self.pad_x_mm)
        group.add(Rectangle(pos=(self.x + pad, self.top - 2), size=(self.width - 2 * pad, max(1, look.px(0.4)))))
