"""The home page of staff: what is wrong first, then every device, the figures and the week."""

from __future__ import annotations

from collections.abc import Hashable

from kivy.graphics import Color, InstructionGroup, Rectangle, SmoothLine, SmoothRoundedRectangle
from kivy.properties import ObjectProperty

from kiosk.flow.staff.views import Chart, StaffHomeView
from kiosk.flow.views import Phase
from screens.screen import Screen
from screens.staff.parts import EntryCard, TileGrid
from screens.theme import Look
from screens.widgets.block import Block, Box, Column, Gap, Strip
from screens.widgets.contents import Pages
from screens.widgets.parts import PhaseNote
from screens.widgets.words import Words


class StaffHomeScreen(Screen):
    pass


class HomePages(Pages):
    """Everything but the buttons. Where room is short it comes in pages, what is wrong on the first."""

    view = ObjectProperty(None)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self.gap_mm, self.gap_across_mm = 4, 8
        self.bind(view=self._fill)

    def _fill(self, *_: object) -> None:
        view: StaffHomeView = self.view
        page = self.page
        entries = [EntryCard(entry, number) for number, entry in enumerate(view.entries)]
        above: list[Block] = [*_notice(view), *entries]
        if len(above) % 2:
            above.append(Gap())  # on a wide screen devices and figures stand side by side
        devices = Column(gap_mm=4)
        devices.add_widget(TileGrid(tiles=view.devices))
        if view.chart is not None:
            devices.add_widget(ChartCard(view.chart))
        self.fill_with([*above, devices, *([TileGrid(tiles=view.facts)] if view.facts else [])])
        self.page = page

    def column_count(self, look: Look, width: float) -> int:
        del width
        return 1 if look.is_portrait or look.may_page else 2


def _notice(view: StaffHomeView) -> list[Block]:
    """What has just been done, or was not done."""
    if view.notice is None:
        return []
    return [PhaseNote(text=view.notice, phase=Phase.DONE if view.is_notice_good else Phase.TROUBLE)]


class ChartCard(Column):
    """Title and legend above, bars and the line of paper below."""

    is_dispensable = True
    """A picture of figures that the report has."""

    def __init__(self, chart: Chart) -> None:
        super().__init__(fill="surface", border="line", radius_mm=4.5, pad_x_mm=5, pad_y_mm=3, gap_mm=2, least_air=0.5)
        self.add_widget(Words(text=chart.title, role="small", is_bold=True))
        legend = Strip(gap_mm=4)
        for kind, words in (("sessions", chart.sessions), ("completed", chart.completed), ("paper", chart.paper)):
            legend.add_widget(LegendMark(kind))
            legend.add_widget(Words(text=words, role="small", weight=1))
        self.add_widget(legend)
        self.add_widget(WeekChart(chart))


class LegendMark(Block):
    """An open bar, a full bar, a line: told apart by shape."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def height_for(self, look: Look, width: float) -> float:
        del width
        return look.sized(5)

    def width_for(self, look: Look) -> float:
        return look.sized(7)

    def draw(self, look: Look, group: InstructionGroup) -> None:
        side = look.sized(5)
        box = Box(self.x, self.center_y - side / 2, look.sized(6), side)
        if self.kind == "paper":
            draw_line(look, group, [box.x, self.center_y, box.x + box.width, self.center_y])
        else:
            draw_bar(look, group, box, is_full=self.kind == "completed")


class WeekChart(Block):
    """Open bars for visits, full ones inside for those completed, a line with dots for metres of paper."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self.chart = chart
        self.labels = [Words(text=day.label, role="small", halign="center") for day in chart.days]
        self.numbers = [Words(text=str(day.sessions), role="small", halign="center") for day in chart.days]
        for words in (*self.labels, *self.numbers):
            self.add_widget(words)

    def height_for(self, look: Look, width: float) -> float:
        return look.grown(26) + 2 * self._line_px(look, width)

    def least_for(self, look: Look, width: float) -> float:
        return look.px(16) + 2 * self._line_px(look, width)

    def _line_px(self, look: Look, width: float) -> float:
        return max((words.height_for(look, width) for words in self.labels), default=0.0)

    def _column(self, index: int) -> Box:
        width = self.width / len(self.labels)
        return Box(self.x + index * width, self.y, width, self.height)

    def place(self, look: Look) -> None:
        line = self._line_px(look, self.width)
        for index, (label, number) in enumerate(zip(self.labels, self.numbers, strict=True)):
            column = self._column(index)
            label.arrange(look, Box(column.x, self.y, column.width, line))
            number.arrange(look, Box(column.x, self.top - line, column.width, line))

    def ink(self) -> Hashable:
        return self.chart

    def draw(self, look: Look, group: InstructionGroup) -> None:
        line = self._line_px(look, self.width)
        ground = Box(self.x, self.y + line, self.width, self.height - 2 * line - look.px(1))
        most = max((day.sessions for day in self.chart.days), default=0) or 1
        for index, day in enumerate(self.chart.days):
            column = self._column(index)
            left, width = column.x + column.width * 0.25, column.width * 0.5
            draw_bar(look, group, Box(left, ground.y, width, ground.height * day.sessions / most), is_full=False)
            draw_bar(look, group, Box(left, ground.y, width, ground.height * day.completed / most), is_full=True)
        group.add(Color(*look.colour("edge")))
        group.add(Rectangle(pos=(ground.x, ground.y - 1), size=(ground.width, max(1, look.px(0.4)))))
        self._draw_paper(look, group, ground)

    def _draw_paper(self, look: Look, group: InstructionGroup, ground: Box) -> None:
        most = max((day.paper_m for day in self.chart.days), default=0) or 1
        points: list[float] = []
        for index, day in enumerate(self.chart.days):
            column = self._column(index)
            points += [column.x + column.width / 2, ground.y + ground.height * 0.9 * day.paper_m / most]
        draw_line(look, group, points)


def draw_bar(look: Look, group: InstructionGroup, box: Box, *, is_full: bool) -> None:
    if box.height < 1:
        return
    radius = [min(look.px(1), box.width / 2, box.height / 2)] * 4
    group.add(Color(*look.colour("primary")))
    group.add(SmoothRoundedRectangle(pos=(box.x, box.y), size=(box.width, box.height), radius=radius))
    edge = max(2.0, look.px(0.6))
    if not is_full and box.height > 2 * edge:
        group.add(Color(*look.colour("surface")))
        inner = (box.width - 2 * edge, box.height - 2 * edge)
        group.add(Rectangle(pos=(box.x + edge, box.y + edge), size=inner))


def draw_line(look: Look, group: InstructionGroup, points: list[float]) -> None:
    group.add(Color(*look.colour("accent")))
    if len(points) >= 4:
        group.add(SmoothLine(points=points, width=max(1.6, look.px(0.5))))
    radius = max(3.0, look.px(1.1))
    for x, y in zip(points[::2], points[1::2], strict=True):
        group.add(
            SmoothRoundedRectangle(pos=(x - radius, y - radius), size=(2 * radius, 2 * radius), radius=[radius] * 4)
        )
