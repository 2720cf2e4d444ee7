"""The fleet at a glance: one tile for each terminal, counted by office and by how it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.applications.tables import ApplicationRow
from backend.console.charts import Series, level_per_hour, per_hour
from backend.fleet.conditions import Condition
from backend.fleet.tables import DECOMMISSIONED, ENROLLED, FleetTerminalRow, HealthRow, HistoryRow
from backend.payments.tables import PaymentRow

UNSEEN = "unseen"
"""Enrolled, and has never reported."""
CONDITIONS = (Condition.DOWN, Condition.BOOTING_STUCK, Condition.STUCK, Condition.DEGRADED, UNSEEN, Condition.OK)
"""The worst first."""
ALL_SHOWN_UP_TO = 400
"""Terminals of one page; beyond that a row shows those that need somebody."""
_A_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Tile:
    terminal_id: str
    office_id: str
    condition: str
    since: datetime | None
    is_synced: bool
    state: str
    """enrolled, frozen or decommissioned."""


@dataclass(frozen=True)
class Filters:
    """Empty: everything."""

    condition: str = ""
    office: str = ""
    config: str = ""
    """synced, pending, or frozen."""
    name: str = ""

    def take(self, tile: Tile) -> bool:
        return (
            (not self.condition or tile.condition == self.condition)
            and (not self.office or tile.office_id == self.office)
            and (not self.name or self.name.lower() in tile.terminal_id.lower())
            and self._takes_config(tile)
        )

    def _takes_config(self, tile: Tile) -> bool:
        match self.config:
            case "synced":
                return tile.is_synced
            case "pending":
                return not tile.is_synced
            case "frozen":
                return tile.state != ENROLLED
            case _:
                return True

    @property
    def is_any(self) -> bool:
        return bool(self.condition or self.office or self.config or self.name)


@dataclass(frozen=True)
class OfficeRow:
    office_id: str
    counts: Mapping[str, int]
    tiles: Sequence[Tile]
    """All of them, or of a large fleet those that need somebody."""
    hidden: int


@dataclass(frozen=True)
class Glance:
    total: int
    counts: Mapping[str, int]
    """By condition, of everybody."""
    synced: int
    shown: int
    offices: Sequence[OfficeRow]


@dataclass(frozen=True)
class Day:
    """The last 24 hours."""

    troubled: Series
    applications: Series
    payments: Series


def read_tiles(session: Session) -> Sequence[Tile]:
    """Every terminal that still belongs to the fleet."""
    columns = (
        FleetTerminalRow.terminal_id,
        FleetTerminalRow.office_id,
        HealthRow.condition,
        HealthRow.condition_since,
        HealthRow.is_synced,
        FleetTerminalRow.state,
    )
    joined = select(*columns).outerjoin(HealthRow, HealthRow.terminal_id == FleetTerminalRow.terminal_id)
    rows = session.execute(
        joined.where(FleetTerminalRow.state != DECOMMISSIONED).order_by(FleetTerminalRow.terminal_id)
    )
    return [
        Tile(name, office, cond or UNSEEN, since, bool(synced), state)
        for name, office, cond, since, synced, state in rows
    ]


def glance(tiles: Sequence[Tile], filters: Filters) -> Glance:
    """Pure: counts of all, rows of those that pass the filters."""
    passing = [tile for tile in tiles if filters.take(tile)]
    shows_all = len(passing) <= ALL_SHOWN_UP_TO
    by_office: dict[str, list[Tile]] = {}
    for tile in passing:
        by_office.setdefault(tile.office_id, []).append(tile)
    rows = [_office_row(office, inside, shows_all=shows_all) for office, inside in by_office.items()]
    rows.sort(key=lambda row: (-sum(n for word, n in row.counts.items() if word != Condition.OK), row.office_id))
    return Glance(
        total=len(tiles),
        counts=_counted(tiles),
        synced=sum(tile.is_synced for tile in tiles),
        shown=len(passing),
        offices=rows,
    )


def read_day(session: Session, now: datetime) -> Day:
    since = now - _A_DAY
    changes = select(HistoryRow.at, HistoryRow.facts).where(HistoryRow.kind == "condition", HistoryRow.at > since)
    steps = [(at, _step(facts)) for at, facts in session.execute(changes)]
    troubled = sum(tile.condition not in (Condition.OK, UNSEEN) for tile in read_tiles(session))
    applied = select(ApplicationRow.created_at).where(ApplicationRow.created_at > since)
    paid = select(PaymentRow.paid_at).where(PaymentRow.paid_at > since)
    return Day(
        troubled=level_per_hour(troubled, steps, now),
        applications=per_hour(session.scalars(applied), now),
        payments=per_hour((moment for moment in session.scalars(paid) if moment), now),
    )


def _step(facts: Mapping[str, str]) -> int:
    """+1 when a terminal fell ill, -1 when it recovered."""
    return (facts.get("now") != Condition.OK) - (facts.get("before") != Condition.OK)


def _office_row(office_id: str, tiles: Sequence[Tile], *, shows_all: bool) -> OfficeRow:
    shown = [tile for tile in tiles if shows_all or tile.condition != Condition.OK]
    shown.sort(key=lambda tile: (CONDITIONS.index(tile.condition), tile.terminal_id))
    shown = shown[:ALL_SHOWN_UP_TO]
    return OfficeRow(office_id, _counted(tiles), shown, len(tiles) - len(shown))


def _counted(tiles: Sequence[Tile]) -> Mapping[str, int]:
    counted = Counter(tile.condition for tile in tiles)
    return {word: counted[word] for word in map(str, CONDITIONS)}
