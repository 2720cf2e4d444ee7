"""How to hear: on and off, again, pause, slower and faster, softer and louder. One row per pair, its state between."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from kiosk.flow.controls import Control, speech_panel
from screens.widgets.block import Block, Choices, Column, Strip
from screens.widgets.target import PushButton
from screens.widgets.words import Words

PAIRS = (("speech.slower", "speech.faster"), ("speech.softer", "speech.louder"))


class SpeechPanel(Column):
    speech = ObjectProperty(None, allownone=True)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.fill, self.pad_x_mm, self.pad_y_mm, self.gap_mm, self.radius_mm = "tint", 5, 4, 4, 4.5
        self.bind(speech=self._fill)
        self._fill()

    def has_content(self) -> bool:
        return bool(self.is_shown) and self.speech is not None

    def _fill(self, *_: object) -> None:
        self.clear_widgets()
        controls = {control.control_id: control for control in speech_panel(self.speech)}
        paired = {name for pair in PAIRS for name in pair}
        plain = [control for name, control in controls.items() if name not in paired]
        if plain:
            self.add_widget(_row([_button(control) for control in plain]))
        for first, second in PAIRS:
            if first in controls:
                self.add_widget(Stepper(controls[first], controls[second]))


def _row(buttons: list[Block]) -> Block:
    row = Choices(gap_mm=4)
    for button in buttons:
        row.add_widget(button)
    return row


def _button(control: Control) -> PushButton:
    return PushButton(
        text=control.label,
        style="secondary",
        role="small",
        touch=control.touch,
        element_id=control.control_id,
        is_enabled=control.is_enabled,
        weight=1,
    )


class Stepper(Strip):
    """Less, how it is, more."""

    def __init__(self, less: Control, more: Control, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm = 4
        state = dict(less.details)["state"]
        self.words = Words(text=state, role="small", is_bold=True, halign="center", weight=1)
        for block in (_button(less), self.words, _button(more)):
            self.add_widget(block)
