"""Work with the hands: the step that is on stands large with its picture, the others say where it leads."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from kiosk.flow.staff.views import GuideStep
from kiosk.flow.views import Phase, Picture
from screens.screen import Screen
from screens.widgets.block import Column, Strip
from screens.widgets.pictures import Drawing
from screens.widgets.signs import Sign
from screens.widgets.words import Words


class GuideScreen(Screen):
    pass


class GuideSteps(Column):
    """All steps, one below the other, done ones with a tick; where room is short only the one that is on."""

    steps = ObjectProperty(())

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm = 4
        self.bind(steps=self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        self.clear_widgets()
        steps: tuple[GuideStep, ...] = self.steps
        for number, step in enumerate(steps, 1):
            self.add_widget(_row(step, number))


def _row(step: GuideStep, number: int) -> Strip:
    is_on = step.phase is Phase.WORKING
    row = Strip(gap_mm=5, pad_x_mm=4, pad_y_mm=2.5, radius_mm=4, least_air=0.0 if is_on else 1.0)
    row.is_dispensable = not is_on  # it comes when its turn has come
    row.fill, row.border = ("tint", "primary") if is_on else ("", "")
    row.add_widget(Sign(sign="tick" if step.phase is Phase.DONE else str(number), height_mm=11))
    colour = "ink" if is_on else "ink_soft"
    row.add_widget(Words(text=step.text, role="lead" if is_on else "body", is_bold=is_on, weight=1, colour=colour))
    return row


class GuidePicture(Drawing):
    """The picture of the step that is on; a tick when all are done."""

    steps = ObjectProperty(())

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.bind(steps=self._choose)
        self._choose()

    def _choose(self, *_: object) -> None:
        steps: tuple[GuideStep, ...] = self.steps
        self.picture = next((step.picture for step in steps if step.phase is Phase.WORKING), Picture.TICK)
