"""Lists that screens show: sentences with drawings, options, rows. They turn pages by themselves when room is short."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.domain.errands import StepMark
from kiosk.flow.texts import text
from kiosk.flow.touches import ChangeRequested, OptionChosen, PageTurned
from kiosk.flow.views import Line, Option, Row
from screens.theme import Look
from screens.widgets.block import Block, Box, Column, Gap, Panel, Strip, hide_absent, shrunk
from screens.widgets.pictures import Drawing
from screens.widgets.signs import Sign
from screens.widgets.target import PushButton, TileTarget
from screens.widgets.words import Words


class Pager(Strip):
    """Previous, `2 / 3`, next. Turns the flow's pages by touch or our own by action."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm = 4
        self.previous = PushButton(
            text=text("screen.previous"), style="quiet", role="small", element_id="page.previous"
        )
        self.label = Words(role="body", halign="center", is_bold=True, weight=1)
        self.next = PushButton(text=text("screen.next"), style="quiet", role="small", element_id="page.next")
        for block in (self.previous, self.label, self.next):
            self.add_widget(block)

    def show(self, page: int, pages: int) -> None:
        self.label.text = f"{page} / {pages}"
        self.previous.is_enabled = page > 1
        self.next.is_enabled = page < pages


class Pages(Panel):
    """Children in rows of equal columns, top down. With `look.may_page` it shows as many rows as fit, page by page."""

    page = NumericProperty(0)
    columns = NumericProperty(1)
    gap_across_mm = NumericProperty(0.0)
    wide_columns = NumericProperty(0)
    """Columns on a wide screen, if others."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.pager = Pager()
        self.pager.previous.action = self._back
        self.pager.next.action = self._on
        self.pager.previous.element_id, self.pager.next.element_id = "more.previous", "more.next"
        self.add_widget(self.pager)

    def fill_with(self, blocks: list[Block]) -> None:
        self.clear_widgets()
        self.page = 0
        for block in blocks:
            self.add_widget(block)
        self.add_widget(self.pager)

    def has_content(self) -> bool:
        return bool(self.is_shown) and len(self.children) > 1

    def items(self) -> list[Block]:
        return [block for block in self.blocks() if block is not self.pager]

    def column_count(self, look: Look, width: float) -> int:
        del width
        return int(self.wide_columns if self.wide_columns and not look.is_portrait else self.columns)

    def height_for(self, look: Look, width: float) -> float:
        return self._stacked(look, self._row_heights(look, width)) + self._pager_room(look, width)

    def least_for(self, look: Look, width: float) -> float:
        heights = self._row_heights(look, width, is_least=True)
        if not (look.may_page and self.can_page) or len(heights) < 2:
            return self._stacked(look, heights) + self._pager_room(look, width)
        return max(heights) + self.gap(look) + self.pager.height_for(look, width)

    def _pager_room(self, look: Look, width: float) -> float:
        return self.gap(look) + self.pager.height_for(look, width) if self.has_pager(1) else 0.0

    def _stacked(self, look: Look, heights: list[float]) -> float:
        return sum(heights) + self.gap(look) * max(0, len(heights) - 1)

    def _rows(self, look: Look, width: float) -> list[list[Block]]:
        items, count = self.items(), self.column_count(look, width)
        return [items[start : start + count] for start in range(0, len(items), count)]

    def _gap_across(self, look: Look) -> float:
        return look.space(self.gap_across_mm or self.gap_mm)

    def _cell_width(self, look: Look, width: float) -> float:
        count = self.column_count(look, width)
        return (width - self._gap_across(look) * (count - 1)) / count

    def _row_heights(self, look: Look, width: float, *, is_least: bool = False) -> list[float]:
        cell = self._cell_width(look, width)
        measure: Callable[[Block], float] = (
            (lambda block: block.least_for(look, cell)) if is_least else (lambda block: block.height_for(look, cell))
        )
        return [max(measure(block) for block in row) for row in self._rows(look, width)]

    def place(self, look: Look) -> None:
        rows, heights = self._rows(look, self.width), self._row_heights(look, self.width)
        room = self.height - self._pager_room(look, self.width)
        if self._stacked(look, heights) > room + 1:
            gaps = self.gap(look) * max(0, len(heights) - 1)
            heights = shrunk(heights, self._row_heights(look, self.width, is_least=True), room - gaps)
        pages = self._split(look, heights)
        self.page = min(int(self.page), len(pages) - 1)
        self.pager.is_shown = self.has_pager(len(pages))
        first, last = pages[int(self.page)]
        for row in (*rows[:first], *rows[last:]):
            for block in row:
                block.vanish()
        hide_absent(self, look)
        self._place_rows(look, rows[first:last], heights[first:last])
        if self.pager.is_shown:
            self.show_pager(len(pages))
            height = self.pager.height_for(look, self.width)
            self.pager.arrange(look, Box(self.x, self.y, self.width, height))

    def has_pager(self, own_pages: int) -> bool:
        return own_pages > 1

    def show_pager(self, own_pages: int) -> None:
        self.pager.show(int(self.page) + 1, own_pages)

    def _place_rows(self, look: Look, rows: list[list[Block]], heights: list[float]) -> None:
        cell, gap, across = self._cell_width(look, self.width), self.gap(look), self._gap_across(look)
        top = self.top
        for row, height in zip(rows, heights, strict=True):
            for column, block in enumerate(row, self.first_column(look, len(row))):
                block.arrange(look, Box(self.x + column * (cell + across), top - height, cell, height))
            top -= height + gap

    def first_column(self, look: Look, filled: int) -> int:
        """Where a row that is not full begins."""
        del look, filled
        return 0

    can_page = True

    def _split(self, look: Look, heights: list[float]) -> list[tuple[int, int]]:
        """Row ranges, one per page."""
        if not (look.may_page and self.can_page) or (
            self._stacked(look, heights) <= self.height - self._pager_room(look, self.width) + 1
        ):
            return [(0, len(heights))]
        gap = self.gap(look)
        room = self.height - self.pager.height_for(look, self.width) - gap
        ranges: list[tuple[int, int]] = []
        first, used = 0, 0.0
        for index, height in enumerate(heights):
            if index > first and used + height > room:
                ranges.append((first, index))
                first, used = index, 0.0
            used += height + gap
        return [*ranges, (first, len(heights))]

    def turns_to(self, element_id: str) -> Iterator[None]:
        items = self.items()
        if any(
            block.element_id == element_id
            for item in items
            for block in item.walk(restrict=True)
            if isinstance(block, Block)
        ):
            for page in range(len(items)):
                self.page = page
                yield

    def _back(self) -> None:
        self.page = max(0, self.page - 1)

    def _on(self) -> None:
        self.page += 1


class LineList(Pages):
    """Short sentences, each with its drawing in front."""

    lines = ObjectProperty(())
    role = StringProperty("lead")
    picture_mm = NumericProperty(18.0)
    is_numbered = BooleanProperty(False)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.bind(lines=self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        lines: tuple[Line, ...] = self.lines
        self.fill_with([self._row(line, number) for number, line in enumerate(lines, 1)])

    def _row(self, line: Line, number: int) -> Block:
        row = Strip(gap_mm=5)
        if self.is_numbered:
            row.add_widget(Sign(sign=str(number), height_mm=self.picture_mm))
        elif line.picture is not None:
            row.add_widget(Drawing(picture=line.picture, height_mm=self.picture_mm, is_framed=True, is_square=True))
        row.add_widget(Words(text=line.text, role=self.role, weight=1))
        return row


class OptionList(Pages):
    """Options as large cards (`cards`), slim rows (`list`) or short words (`grid`)."""

    options = ObjectProperty(())
    layout = StringProperty("cards")
    flow_page = NumericProperty(1)
    flow_pages = NumericProperty(1)
    """Where the flow has several pages of options, ours are pages within each of them."""

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.bind(options=self._fill, layout=self._fill)
        self._fill()

    def has_pager(self, own_pages: int) -> bool:
        return own_pages > 1 or self.flow_pages > 1

    def show_pager(self, own_pages: int) -> None:
        page = (int(self.flow_page) - 1) * own_pages + int(self.page) + 1
        self.pager.show(page, int(self.flow_pages) * own_pages)
        self._aim(self.pager.previous, -1, is_own=self.page > 0 or self.flow_pages == 1)
        self._aim(self.pager.next, 1, is_own=self.page < own_pages - 1 or self.flow_pages == 1)

    def _aim(self, button: PushButton, by: int, *, is_own: bool) -> None:
        turn = self._on if by > 0 else self._back
        button.action, button.touch = (turn, None) if is_own else (None, PageTurned(by))
        button.element_id = ("more." if is_own else "page.") + ("next" if by > 0 else "previous")

    def _fill(self, *_: object) -> None:
        self.fill_with([_option(option, self.layout) for option in self.options])

    def column_count(self, look: Look, width: float) -> int:
        if self.layout == "grid":
            return columns_that_fit(self.items(), look, width, self.gap(look), 3 if look.is_portrait else 5)
        if self.layout == "cards":
            return 2 if not look.is_portrait and len(self.items()) > 1 else 1
        return 1 if look.is_portrait else 2


def columns_that_fit(items: list[Block], look: Look, width: float, gap: float, most: int) -> int:
    """As many columns as the longest words allow on one line."""
    need = max((item.width_for(look) for item in items), default=1.0)
    return int(max(1, min(most, (width + gap) // (need + gap))))


def _option(option: Option, layout: str) -> Block:
    properties = {
        "touch": OptionChosen(option.option_id),
        "element_id": f"option.{option.option_id}",
        "is_enabled": option.is_enabled,
    }
    if layout == "grid":
        return PushButton(text=option.title, style="key", high_mm=24, **properties)
    return OptionCard(option, layout, **properties)


class OptionCard(TileTarget):
    """Drawing, title, what it means, an arrow: the whole card can be touched."""

    def __init__(self, option: Option, layout: str, **properties: object) -> None:
        super().__init__(is_primary=option.is_primary, **properties)
        is_card = layout == "cards"
        self.pad_x_mm, self.pad_y_mm, self.gap_mm = 6, 5 if is_card else 3.5, 6
        self.least_mm = 15.0
        self.radius_mm = 4.5
        if option.picture is not None:
            size = 34 if is_card else 18  # mm
            self.add_widget(Drawing(picture=option.picture, height_mm=size, least_mm=16, is_framed=True))
        words, roomy = Column(weight=1, gap_mm=1), "heading" if is_card else "lead"
        words.add_widget(Gap(weight=1))
        words.add_widget(Words(text=option.title, role="lead", roomy_role=roomy, is_bold=True))
        words.add_widget(Words(text=option.subtitle, role="small", roomy_role="body", colour="ink_soft"))
        if option.note is not None:
            note = Strip(gap_mm=2)
            if not option.is_enabled:  # a note on an open way is a hint, on a closed one the reason
                note.add_widget(Sign(sign="!", height_mm=7))
            note.add_widget(Words(text=option.note, role="small", roomy_role="body", weight=1))
            words.add_widget(note)
        words.add_widget(Gap(weight=1))
        self.add_widget(words)
        if option.is_enabled:
            self.add_widget(Sign(sign=">", height_mm=8))
        self.dress()

    def height_for(self, look: Look, width: float) -> float:
        return max(super().height_for(look, width), look.px(look.tokens.primary))

    def least_for(self, look: Look, width: float) -> float:
        return max(super().least_for(look, width), look.px(look.tokens.target) + 1)


class OptionButtons(Pages):
    """The other ways of a step: plain buttons, beside each other where they fit; the primary one stands last."""

    can_page = False
    options = ObjectProperty(())

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.bind(options=self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        options: tuple[Option, ...] = self.options
        ordered = sorted(options, key=lambda option: option.is_primary)
        buttons: list[Block] = [self._button(option) for option in ordered]
        is_lone = len(ordered) == 1 and ordered[0].is_primary
        self.fill_with([Gap(), *buttons] if is_lone else buttons)

    def _button(self, option: Option) -> Block:
        return PushButton(
            text=option.title,
            style="primary" if option.is_primary and option.is_enabled else "secondary",
            touch=OptionChosen(option.option_id),
            element_id=f"option.{option.option_id}",
            is_enabled=option.is_enabled,
            is_high=True,
        )

    def first_column(self, look: Look, filled: int) -> int:
        """The way on, which comes last, stands at the right."""
        return self.column_count(look, self.width) - filled

    def column_count(self, look: Look, width: float) -> int:
        items = self.items()
        return columns_that_fit(items, look, width, self.gap(look), len(items))


class RowTable(Pages):
    """Labels and values; `Change` beside those that may be changed."""

    rows = ObjectProperty(())
    has_ground = BooleanProperty(True)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm, self.gap_across_mm = 0, 8
        self.bind(rows=self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        rows: tuple[Row, ...] = self.rows
        neighbours = zip((None, *rows), rows, (*rows[1:], None), strict=False)
        self.fill_with([_line_of(row, before, after) for before, row, after in neighbours])


def _line_of(row: Row, before: Row | None, after: Row | None) -> RowLine:
    if row.mark is None:
        return RowLine(row)
    return StepLine(row, is_first=not (before and before.mark), is_last=not (after and after.mark))


class RowLine(Panel):
    """One row: label above value where space is narrow, beside it where there is room."""

    def __init__(self, row: Row, **properties: object) -> None:
        super().__init__(**properties)
        self.label = Words(text=row.label, role="small", roomy_role="body", colour="ink_soft")
        self.value = Words(text=row.value, role="lead", is_bold=True)
        self.change: PushButton | None = None
        self.add_widget(self.label)
        self.add_widget(self.value)
        if row.can_change:
            self.change = PushButton(
                text=text("screen.change"),
                style="quiet",
                role="small",
                touch=ChangeRequested(row.row_id),
                element_id=f"change.{row.row_id}",
            )
            self.change.pad_x_mm = 4
            self.add_widget(self.change)

    def _columns(self, look: Look, width: float) -> tuple[float, float, float]:
        """Widths of label, value and button; a label width of 0 means above."""
        button = self.change.width_for(look) + look.px(4) if self.change else 0.0
        room = width - button
        label = width * 0.3
        is_beside = room - label > look.px(60) and len(self.label.lines(look, label - look.px(4))) == 1
        fits = len(self.value.lines(look, room - label)) <= 2
        return (label, room - label, button) if is_beside and fits else (0.0, room, button)

    def height_for(self, look: Look, width: float) -> float:
        label, value, _button = self._columns(look, width)
        words = self.value.height_for(look, value)
        if not label:
            words += self.label.height_for(look, value)
        button = self.change.height_for(look, value) if self.change else 0.0
        return max(words + look.grown(6 * look.air), button + look.px(look.tokens.gap) + 3)

    def place(self, look: Look) -> None:
        label, value, button = self._columns(look, self.width)
        middle = self.center_y
        if label:
            self.label.arrange(look, Box(self.x, self.y, label - look.px(4), self.height))
            self.value.arrange(look, Box(self.x + label, self.y, value, self.height))
        else:
            high, low = self.label.height_for(look, value), self.value.height_for(look, value)
            bottom = middle - (high + low) / 2
            self.value.arrange(look, Box(self.x, bottom, value, low))
            self.label.arrange(look, Box(self.x, bottom + low, value, high))
        if self.change is not None:
            width = self.change.width_for(look)
            height = self.change.height_for(look, width)
            self.change.arrange(look, Box(self.right - width, middle - height / 2, width, height))
        del button

    def draw(self, look: Look, group: InstructionGroup) -> None:
        group.add(Color(*look.colour("line")))
        group.add(Rectangle(pos=(self.x, self.y), size=(self.width, max(1, look.px(0.35)))))


STEP_SIGNS = {StepMark.PAST: "tick", StepMark.NOW: "now", StepMark.TO_COME: "to_come"}


class StepLine(RowLine):
    """One step of a way: its sign on the line that joins the steps, its name, and when."""

    SIGN_MM, COLUMN_MM, JOINT_MM = 9.0, 15.0, 1.2

    def __init__(self, row: Row, *, is_first: bool, is_last: bool) -> None:
        super().__init__(row)
        self.is_first, self.is_last = is_first, is_last
        self.label.role, self.label.roomy_role, self.label.colour, self.label.is_bold = "lead", "lead", "ink", True
        self.value.role, self.value.is_bold = "body", row.mark is StepMark.NOW
        self.sign = Sign(sign=STEP_SIGNS[row.mark or StepMark.TO_COME], height_mm=self.SIGN_MM)
        self.add_widget(self.sign)

    def _columns(self, look: Look, width: float) -> tuple[float, float, float]:
        return (0.0, width - look.sized(self.COLUMN_MM), 0.0)

    def height_for(self, look: Look, width: float) -> float:
        room = width - look.sized(self.COLUMN_MM)
        words = self.label.height_for(look, room) + self.value.height_for(look, room)
        return max(words, self.sign.height_for(look, width)) + look.grown(4 * look.air)

    def place(self, look: Look) -> None:
        column, side = look.sized(self.COLUMN_MM), self.sign.height_for(look, self.width)
        room = self.width - column
        high, low = self.label.height_for(look, room), self.value.height_for(look, room)
        bottom = self.center_y - (high + low) / 2
        self.value.arrange(look, Box(self.x + column, bottom, room, low))
        self.label.arrange(look, Box(self.x + column, bottom + low, room, high))
        self.sign.arrange(look, Box(self.x, self.center_y - side / 2, side, side))

    def draw(self, look: Look, group: InstructionGroup) -> None:
        side, thick = self.sign.height_for(look, self.width), look.sized(self.JOINT_MM)
        top = self.center_y if self.is_first else self.top
        bottom = self.center_y if self.is_last else self.y
        group.add(Color(*look.colour("ink_soft")))
        group.add(Rectangle(pos=(self.x + (side - thick) / 2, bottom), size=(thick, top - bottom)))
