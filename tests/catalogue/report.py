"""From what every process made to one answer: criteria with their counts, failures, pictures that changed."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.catalogue import fingerprints
from tests.catalogue.criteria import CRITERIA
from tests.catalogue.findings import Finding, Place, Tally
from tests.catalogue.rendering import Made

SAME_PX = 1.5
"""Rounding of a place on the largest glass."""


@dataclass
class Result:
    made: list[Made]
    looked: Counter[str] = field(default_factory=Counter)
    once: list[Finding] = field(default_factory=list)
    """Findings that belong to no picture."""
    changed: dict[tuple[str, str], int] = field(default_factory=dict)
    """Pictures unlike the accepted ones: blocks that differ; -1 when none was accepted yet."""
    uncovered: tuple[str, ...] = ()

    @property
    def failures(self) -> list[tuple[str, str, Finding]]:
        """State, guise, finding."""
        pictures = [(made.state, made.guise.name, finding) for made in self.made for finding in made.findings]
        return [*(("", "", finding) for finding in self.once), *pictures]

    def failed_by_criterion(self) -> Counter[str]:
        return Counter(finding.criterion for _state, _guise, finding in self.failures)


def collect(made: list[Made], once: Tally, uncovered: tuple[str, ...], accepted: dict[tuple[str, str], str]) -> Result:
    check_frame_places(made, once)
    result = Result(made, Counter(once.looked), list(once.findings), uncovered=uncovered)
    for each in made:
        result.looked.update(each.looked)
        if each.print_:
            key = (each.state, each.guise.name)
            before = accepted.get(key)
            differs = -1 if before is None else fingerprints.difference(before, each.print_)
            if differs:
                result.changed[key] = differs
    return result


def check_frame_places(made: Iterable[Made], tally: Tally) -> None:
    """A23: on one terminal in one guise, each control of the frame has one place."""
    places: dict[tuple[str, str, str], dict[tuple[int, ...], str]] = defaultdict(dict)
    for each in made:
        for element_id, place in each.frame:
            places[each.guise.name, each.office, element_id].setdefault(_rounded(place), each.state)
    for (guise, _office, element_id), found in places.items():
        names = ", ".join(found.values())
        tally.look("A23", f"{guise}: {element_id} stands in {len(found)} places ({names})" if len(found) > 1 else "")


def _rounded(place: Place) -> tuple[int, ...]:
    return tuple(round(share * 1920 / SAME_PX) for share in place)


def table(result: Result) -> list[dict[str, Any]]:
    failed = result.failed_by_criterion()
    return [
        {
            "criterion": criterion.name,
            "asks": criterion.asks,
            "source": criterion.source,
            "proved_by": list(criterion.proved_by) or ["this catalogue", *criterion.also_by],
            "looked_at": result.looked[criterion.name],
            "failures": failed[criterion.name],
        }
        for criterion in CRITERIA
    ]


def write_json(result: Result, out: Path) -> None:
    report = {
        "pictures": sum(1 for made in result.made if made.file),
        "measured": len(result.made),
        "states": len({made.state for made in result.made}),
        "criteria": table(result),
        "uncovered": list(result.uncovered),
        "changed": [{"state": s, "guise": g, "blocks": n} for (s, g), n in sorted(result.changed.items())],
        "smaller_text": sorted(
            {f"{made.state} | {made.guise.name}" for made in result.made if made.fit >= FIRST_REDUCED}
        ),
        "failures": [
            {"state": s, "guise": g, "criterion": f.criterion, "what": f.what, "place": f.place}
            for s, g, f in result.failures
        ],
    }
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")


FIRST_REDUCED = 7
"""Of the candidate looks: from here on text is set a step smaller than the size that was chosen."""


def lines(result: Result) -> Iterable[str]:
    for row in table(result):
        yield f"{row['criterion']:>4}  {row['looked_at']:>8}  {row['failures']} failures  {row['asks']}"
    for name in result.uncovered:
        yield f"in no picture: {name} (tests/flows/stages.py or tests/screens/samples.py should reach it)"
