"""The whole picture: frame, screen or overlay, foot. It arranges everything in one pass when a display is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil
from typing import Any, Literal

from kivy.clock import Clock, ClockEvent
from kivy.graphics import Color, Rectangle
from kivy.input import MotionEvent
from kivy.uix.widget import Widget

from kiosk.flow.controls import Place
from kiosk.flow.focus import focused
from kiosk.flow.touches import KeyPressed
from kiosk.flow.views import AttractView, Display, OutOfServiceView, Size
from screens.finger import Finger, Send
from screens.focus_ring import FocusRing
from screens.frame import Foot, TopColumn
from screens.painting import clear_all
from screens.router import Router
from screens.say import Say
from screens.screen import Screen
from screens.settings import ScreenSettings
from screens.theme import Look, looks_for, pixels_per_mm
from screens.widgets.block import Block, Box, Turning
from screens.widgets.preview import Frames, Preview
from screens.widgets.target import Target

BLACK = (0.0, 0.0, 0.0, 1.0)
"""Until there is a display."""

BUILD_AHEAD_S = 0.2
"""Between two screens built while the attract screen stands: a touch never waits for more than one."""

ROUNDING_PX = 3
"""Boxes end on whole pixels; a column of several loses this much at most."""

LOW_SHARES = {True: 0.62, False: 0.8}
"""Of the height of a high and of a wide screen: the lower part that hands reach without effort."""

REACH_MM = 420.0
"""Of the glass above its lower edge, which stands 800 mm above the floor: 1220 mm (EN 301 549 8.3.2)."""

USUAL_PART = 2 / 3
"""Of what the reach adds to the effortless part: the least that holds our longest pages in usual letters."""


class Stage(Widget):
    """The root widget."""

    def __init__(
        self,
        settings: ScreenSettings,
        speaker_for: Callable[[str], Say],
        send: Send,
        frames: Frames,
        now_s: Callable[[], float],
    ) -> None:
        super().__init__()
        self.display: Display | None = None
        self.screen: Screen | None = None
        self.fit = 0
        """Which of the candidate looks was taken; 0 is the most generous."""
        self._settings = settings
        self._speaker_for = speaker_for
        self._frames = frames
        self._router = Router()
        self._looks: dict[tuple[object, ...], tuple[Look, ...]] = {}
        self._build_event: ClockEvent | None = None
        self._finger = Finger(send, now_s, settings.repeat_guard_s, settings.new_page_guard_s)
        self._pressed: Target | None = None
        self._release_event: ClockEvent | None = None
        self._top, self._foot = TopColumn(), Foot()
        self.add_widget(self._top)
        self.add_widget(self._foot)
        self.bind(size=self._on_size)
        self._ground: tuple[object, ...] = ()
        ground: Any = self.canvas
        self._ring = FocusRing(ground.after)
        with ground.before:
            clear_all(BLACK)

    # --- showing ---------------------------------------------------------------------------------------------------

    def show(self, display: Display) -> None:
        if self.display is not None and display.serial != self.display.serial:
            self._finger.lift()
            self._let_go(display)
        self.display = display
        screen = self._router.screen_for(display.overlay or display.view)
        if screen is not self.screen:
            self._change_screen(screen)
        self._build_ahead(display)
        self._top.show(display.frame)
        self._foot.show(display.frame)
        self.arrange()
        self._show_focus(display)

    def _show_focus(self, display: Display) -> None:
        """The ring follows the flow's focus; a list turns to the page on which its control is."""
        control = focused(display)
        target = None if control is None else self._revealed(control.control_id)
        self._ring.show(self.looks()[0], target, Place.PAGE if control is None else control.place)

    def _revealed(self, element_id: str) -> Target | None:
        shown = self._shown_target(element_id)
        if shown is not None or self.screen is None:
            return shown
        for block in self.screen.walk(restrict=True):
            for _ in block.turns_to(element_id) if isinstance(block, Turning) else ():
                self.arrange()
                shown = self._shown_target(element_id)
                if shown is not None:
                    return shown
        return None

    def _shown_target(self, element_id: str) -> Target | None:
        return next((target for target in self.targets() if target.element_id == element_id), None)

    def may_touch(self) -> bool:
        """False for a moment after a new page has come."""
        return self._finger.may_touch()

    def _change_screen(self, screen: Screen) -> None:
        if self.screen is not None:
            self.remove_widget(self.screen)
            self.screen.vanish()
        self.screen = screen
        self.add_widget(screen)
        for block in screen.walk(restrict=True):
            if isinstance(block, Preview):
                block.frames = self._frames

    def _build_ahead(self, display: Display) -> None:
        """While nobody is there, one screen at a time; nothing is left to wake the terminal when all are built."""
        is_waiting = isinstance(display.view, AttractView) and display.overlay is None
        if is_waiting and self._build_event is None:
            self._build_event = Clock.schedule_interval(self._build_one, BUILD_AHEAD_S)
        elif not is_waiting and self._build_event is not None:
            self._build_event.cancel()
            self._build_event = None

    def _build_one(self, _dt: float) -> bool:
        """Kivy ends the interval when this is False."""
        return self._router.build_one()

    def _on_size(self, *_: object) -> None:
        if self.display is not None:
            self.arrange()
            self._show_focus(self.display)

    def _shown(self) -> Display:
        if self.display is None:
            raise RuntimeError("nothing is shown yet")
        return self.display

    def looks(self) -> tuple[Look, ...]:
        frame = self._shown().frame
        key = (frame.size, frame.theme, frame.language, *self.size)
        if key not in self._looks:
            self._looks[key] = looks_for(
                pixels_per_mm(self.width, self.height, self._settings.diagonal_inch),
                frame.size,
                frame.theme,
                frame.language,
                is_portrait=self.height > self.width,
                say=self._speaker_for(frame.language.value),
            )
        return self._looks[key]

    def arrange(self) -> None:
        """Gives everything its place: frame and foot first, the screen what is left."""
        if self.display is None or self.screen is None:
            return
        for high in self._usable_heights():
            if self._arrange_within(high):
                break

    def _arrange_within(self, high: float) -> bool:
        """True when everything fits in letters as large as they were asked for."""
        looks, screen = self.looks(), self._on_stage()
        base = looks[0]
        top_height = self._top.height_for(base, self.width)
        self._top.arrange(base, Box(self.x, self.y + high - top_height, self.width, top_height))
        foot_height = self._arrange_foot(base)
        room = ceil(high - top_height - foot_height)
        self.fit = best_fit(screen, looks, self.width, room)
        look = looks[self.fit]
        screen.arrange(look, Box(self.x, self.y + foot_height, self.width, room))
        self._paint_ground(base, high)
        return look.tokens is base.tokens and screen.least_for(look, self.width) <= room - ROUNDING_PX

    def _on_stage(self) -> Screen:
        if self.screen is None:
            raise RuntimeError("no screen is on the stage")
        return self.screen

    def _usable_heights(self) -> tuple[float, ...]:
        """In the low layout the lower part: as much as a seated person can reach, somewhat less for usual letters.

        The same for all screens of a size, so that the header never moves: all of ours fit. What a site makes longer
        still goes up to the reach, for a line cut off were worse.
        """
        frame = self._shown().frame
        if not frame.is_low_reach:
            return (self.height,)
        least = LOW_SHARES[self.height > self.width]
        most = max(least, min(1.0, REACH_MM * self.looks()[0].px_per_mm / self.height))
        shares = (least + (most - least) * USUAL_PART, most) if frame.size is Size.STANDARD else (most,)
        return tuple(round(self.height * share) for share in shares)

    def _arrange_foot(self, look: Look) -> float:
        display = self._shown()
        frame = display.frame
        has_foot = frame.can_go_back or frame.can_end or frame.has_help
        if display.overlay is not None or not has_foot or isinstance(display.view, OutOfServiceView):
            self._foot.vanish()
            return 0.0
        height = self._foot.height_for(look, self.width)
        self._foot.arrange(look, Box(self.x, self.y, self.width, height))
        return height

    def _paint_ground(self, look: Look, high: float) -> None:
        state = (id(look), high, *self.pos, *self.size)
        if state == self._ground:
            return
        self._ground = state
        ground: Any = self.canvas
        ground.before.clear()
        with ground.before:
            clear_all(look.colour("paper"))
            if high < self.height:
                Color(*look.colour("header"))
                Rectangle(pos=(self.x, self.y + high - 1), size=(self.width, self.height - high + 1))

    # --- touching ----------------------------------------------------------------------------------------------------

    def blocks(self) -> Iterator[Block]:
        """Everything in the picture, in reading order."""
        for part in (self._top, self.screen, self._foot):
            if part is not None:
                yield from part.walk_shown()

    def targets(self) -> list[Target]:
        return [block for block in self.blocks() if isinstance(block, Target)]

    def on_touch_down(self, touch: MotionEvent) -> Literal[True]:
        if self.display is not None and not touch.is_mouse_scrolling:
            self._finger.down(touch.uid, touch.x, touch.y, self.display.serial, self.targets())
        return True

    def on_touch_move(self, touch: MotionEvent) -> Literal[True]:
        del touch
        return True

    def on_touch_up(self, touch: MotionEvent) -> Literal[True]:
        if self.display is None:
            return True
        target = self._finger.up(touch.uid, touch.x, touch.y, self.display.serial)
        if target is not None:
            self._release()
            self._pressed = target
            self._release_event = Clock.schedule_once(self._release, self._settings.press_shown_s)
            if target.action is not None:
                self.arrange()
                self._show_focus(self.display)
        return True

    def _let_go(self, display: Display) -> None:
        """A button must not look pressed on the next screen. A key may, while one goes on typing."""
        is_key = self._pressed is not None and isinstance(self._pressed.touch, KeyPressed)
        is_same_screen = self.display is not None and type(display.view) is type(self.display.view)
        if not (is_key and is_same_screen and display.overlay is None):
            self._release()

    def _release(self, _dt: float = 0.0) -> None:
        if self._release_event is not None:
            self._release_event.cancel()
        if self._pressed is not None:
            self._pressed.press(is_pressed=False)
        self._pressed = self._release_event = None


def best_fit(screen: Screen, looks: tuple[Look, ...], width: float, room: float) -> int:
    """The first look in which the screen fits; the last one if none does."""
    for index, look in enumerate(looks):
        if screen.least_for(look, width) <= room - ROUNDING_PX:
            return index
    return len(looks) - 1
