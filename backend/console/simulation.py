"""What a bundle would do to the fleet before it is rolled out: which terminals, what changes, who refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.console.differences import Difference, differences
from backend.console.drafts import sections_in
from backend.fleet.tables import DECOMMISSIONED, BundleRow, DesiredRow, FleetTerminalRow, HealthRow


@dataclass(frozen=True)
class Group:
    """Terminals that are wished the same bundle now, so that the same would change for all of them."""

    bundle: BundleRow | None
    """None: nothing is wished of them yet."""
    terminals: int
    by_office: Mapping[str, int]
    changes: Sequence[Difference]

    def touched(self, difference: Difference) -> int:
        """Hours of one office change at its own terminals only."""
        if difference.steps[:2] == ("opening", "by_office") and len(difference.steps) > 2:
            return self.by_office.get(difference.steps[2], 0)
        return self.terminals


@dataclass(frozen=True)
class Unfit:
    """Machines that would refuse it, whatever it says."""

    terminal_id: str
    why: str
    """hardware or app."""


@dataclass(frozen=True)
class Simulation:
    groups: Sequence[Group]
    unfit: Sequence[Unfit]

    @property
    def terminals(self) -> int:
        return sum(group.terminals for group in self.groups)

    @property
    def changed(self) -> int:
        return sum(group.terminals for group in self.groups if group.changes)


def simulate(session: Session, sections: Mapping[str, Any], document: Mapping[str, Any] | None = None) -> Simulation:
    """`document`: the whole bundle, when there is one: it may be made for some machines only."""
    joined = select(FleetTerminalRow.office_id, DesiredRow.bundle_sha256).outerjoin(
        DesiredRow, DesiredRow.terminal_id == FleetTerminalRow.terminal_id
    )
    wished: dict[str | None, dict[str, int]] = {}
    for office, sha256 in session.execute(joined.where(FleetTerminalRow.state != DECOMMISSIONED)):
        of_bundle = wished.setdefault(sha256, {})
        of_bundle[office] = of_bundle.get(office, 0) + 1
    groups = [_group(session, sha256, by_office, sections) for sha256, by_office in wished.items()]
    groups.sort(key=lambda group: -group.terminals)
    return Simulation(groups, _unfit(session, document) if document else ())


def _group(session: Session, sha256: str | None, by_office: Mapping[str, int], sections: Mapping[str, Any]) -> Group:
    bundle = session.get(BundleRow, sha256) if sha256 else None
    changes = differences(sections_in(bundle) if bundle else {}, sections)
    return Group(bundle, sum(by_office.values()), dict(sorted(by_office.items())), changes)


def _unfit(session: Session, document: Mapping[str, Any]) -> Sequence[Unfit]:
    kinds = document.get("hardware") or []
    oldest, newest = _version(document["min_app"]), _version(document["max_app"])
    if not kinds and oldest == (0, 0, 0) and newest[0] == 9999:
        return ()
    found: list[Unfit] = []
    for row in session.scalars(select(HealthRow).order_by(HealthRow.terminal_id)):
        if kinds and row.report["hardware"] not in kinds:
            found.append(Unfit(row.terminal_id, "hardware"))
        elif not oldest <= _version(row.report["app_version"]) <= newest:
            found.append(Unfit(row.terminal_id, "app"))
    return found


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
