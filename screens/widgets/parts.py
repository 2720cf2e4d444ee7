"""Parts that several screens share: actions at the bottom, notes, figures, phases."""

from __future__ import annotations

from collections.abc import Hashable

from kivy.clock import Clock, ClockEvent
from kivy.graphics import InstructionGroup
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.flow.texts import Text, text
from kiosk.flow.touches import Confirmed, Declined
from kiosk.flow.views import Phase
from screens.theme import Look
from screens.widgets.block import Block, Box, Choices, Column, Gap, Strip
from screens.widgets.contents import Pages
from screens.widgets.pen import Pen
from screens.widgets.pictures import Drawing
from screens.widgets.signs import PHASE_SIGNS, PhaseSign, Sign
from screens.widgets.target import PushButton
from screens.widgets.words import Words


class Actions(Column):
    """What ends the screen: the primary button at the lower right, the other one at its left (or above it)."""

    confirm = ObjectProperty(None, allownone=True)
    decline = ObjectProperty(None, allownone=True)
    can_confirm = BooleanProperty(True)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm = 3
        self.first = PushButton(is_high=True, touch=Declined(), element_id="decline", weight=1)
        self.empty = Gap(weight=1)
        self.second = PushButton(style="primary", touch=Confirmed(), element_id="confirm", weight=1.25)
        self.strip = Choices()
        for block in (self.first, self.empty, self.second):
            self.strip.add_widget(block)
        self.add_widget(self.strip)
        self.bind(confirm=self._on_texts, decline=self._on_texts, can_confirm=self._on_texts)
        self._on_texts()

    def _on_texts(self, *_: object) -> None:
        self.first.text, self.second.text = self.decline, self.confirm
        self.empty.is_shown = self.decline is None
        self.second.is_enabled = self.can_confirm

    def has_content(self) -> bool:
        return bool(self.is_shown) and (self.confirm is not None or self.decline is not None)


class Note(Strip):
    """A sentence with a sign: a problem (`!`), or a hint."""

    text = ObjectProperty(None, allownone=True)
    sign = ObjectProperty("!")
    tight_role = StringProperty("")

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.fill, self.border, self.pad_x_mm, self.pad_y_mm, self.gap_mm = "warning_tint", "warning", 5, 3, 4
        self.mark = Sign(sign="!", height_mm=9)
        self.words = Words(weight=1, is_bold=True)
        self.add_widget(self.mark)
        self.add_widget(self.words)
        self.bind(text=self._on_text, tight_role=self._on_text)
        self._on_text()

    def _on_text(self, *_: object) -> None:
        self.words.text, self.words.tight_role = self.text, self.tight_role

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.text is not None


class PhaseNote(Strip):
    """What a device is doing: sign and sentence on a ground of their own."""

    phase = ObjectProperty(Phase.WAITING)
    text = ObjectProperty(None, allownone=True)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.pad_x_mm, self.pad_y_mm, self.gap_mm = 6, 4, 5
        self.mark = PhaseSign(height_mm=11)
        self.words = Words(weight=1, is_bold=True)
        self.add_widget(self.mark)
        self.add_widget(self.words)
        self.bind(text=self._on_state, phase=self._on_state)
        self._on_state()

    def _on_state(self, *_: object) -> None:
        self.mark.phase = self.phase
        self.mark.on_phase()
        self.fill = PHASE_SIGNS[self.phase][1]
        self.border = {Phase.TROUBLE: "warning", Phase.DONE: "good"}.get(self.phase, "primary")
        self.words.text = self.text if self.text is not None else PHASE_TEXTS[self.phase]


PHASE_TEXTS = {
    Phase.WAITING: text("screen.phase.waiting"),
    Phase.WORKING: text("screen.phase.working"),
    Phase.TROUBLE: text("screen.phase.trouble"),
    Phase.DONE: text("screen.phase.done"),
}


class Figure(Strip):
    """A fact to remember, with its drawing: fee, days, hotline."""

    text = ObjectProperty(None, allownone=True)
    picture = ObjectProperty(None, allownone=True)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.fill, self.pad_x_mm, self.pad_y_mm, self.gap_mm, self.radius_mm = "tint", 6, 5, 5, 4.5
        self.drawing = Drawing(height_mm=20, is_square=True)
        self.words = Words(weight=1, is_bold=True, role="lead")
        self.add_widget(self.drawing)
        self.add_widget(self.words)
        self.bind(text=self._on_state, picture=self._on_state)
        self._on_state()

    def _on_state(self, *_: object) -> None:
        self.words.text, self.drawing.picture = self.text, self.picture

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.text is not None


class Notes(Pages):
    """Several warnings, one below the other."""

    values = ObjectProperty(())

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.wide_columns = 2
        self.bind(values=self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        values: tuple[Text, ...] = self.values
        self.fill_with([Note(text=value) for value in values])


class Countdown(Strip):
    """Time left, minutes and seconds; a change of a second redraws these words only."""

    seconds = NumericProperty(None, allownone=True)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm = 4
        self.mark = Sign(sign="wait", height_mm=8)
        self.words = Words(weight=1)
        self.add_widget(self.mark)
        self.add_widget(self.words)
        self.bind(seconds=self._on_seconds)
        self._on_seconds()

    def _on_seconds(self, *_: object) -> None:
        if self.seconds is not None:
            self.words.text = _time_left(int(self.seconds))

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.seconds is not None


def _time_left(seconds: int) -> Text:
    if seconds < 60:
        return text("screen.seconds_left", seconds=seconds)
    return text("screen.time_left", time=f"{seconds // 60}:{seconds % 60:02d}")


class Progress(Block):
    """Three dots, one of them full: at work. It takes a step twice a second, and only while it is in the picture."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.at = 0
        self._event: ClockEvent | None = None

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.sized(9)

    def place(self, look: Look) -> None:
        del look
        if self._event is None:
            self.at = 0
            self._event = Clock.schedule_interval(self._step, 0.5)

    def vanish(self) -> None:
        if self._event is not None:
            self._event.cancel()
            self._event = None
        super().vanish()

    def _step(self, _dt: float) -> None:
        self.at = (self.at + 1) % 3
        self.redraw()

    def ink(self) -> Hashable:
        return self.at

    def draw(self, look: Look, group: InstructionGroup) -> None:
        pen = Pen(look, group, Box(self.center_x - self.height / 2, self.y, self.height, self.height))
        for index, x in enumerate((-75, 50, 175)):
            pen.disc(x, 50, 42, "primary" if index == self.at else None, "primary", 10)
