"""Which terminal comes in which wave; pure, and the same however often it is asked.

Every kind of terminal (machine, program, office's region) is represented early, at least twice in the first percent,
because a fault is seldom spread evenly: it hits one kind of machine. Only the last wave takes all of a site.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIRST_WAVE = 5
PERCENTS = (1, 10, 50, 100)
WAVES = 1 + len(PERCENTS)
EARLY_OF_EACH_KIND = 2


@dataclass(frozen=True)
class Candidate:
    terminal_id: str
    site: str
    kind: str
    """Machine, program and region in one word."""
    is_online: bool = True
    """Those that are away come last: nothing can be learned from them."""


def plan_waves(rollout_id: str, candidates: Sequence[Candidate]) -> Mapping[str, int]:
    """Terminal to wave; waves grow from a handful over 1, 10 and 50 percent to all."""
    ordered = _by_turns(rollout_id, candidates)
    sizes = _sizes(len(ordered))
    places: dict[str, int] = {}
    of_site = Counter(one.site for one in ordered)
    taken: Counter[str] = Counter()
    queue = ordered
    for wave, size in enumerate(sizes):
        later: list[Candidate] = []
        for one in queue:
            has_room = len(places) < size
            leaves_one = taken[one.site] + 1 < of_site[one.site] or wave == WAVES - 1
            is_its_turn = one.is_online or wave == WAVES - 1
            if has_room and leaves_one and is_its_turn:
                places[one.terminal_id] = wave
                taken[one.site] += 1
            else:
                later.append(one)
        queue = later
    return places


def _sizes(total: int) -> Sequence[int]:
    """Cumulative: how many terminals have the change after each wave."""
    first = min(FIRST_WAVE, max(1, total // 100))
    sizes = [first]
    sizes += [max(sizes[-1], total * percent // 100) for percent in PERCENTS]
    return [*sizes[:-1], total]


def _by_turns(rollout_id: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Two of every kind first, then each kind in proportion; chance, but the same chance for the same rollout."""
    kinds: dict[str, list[Candidate]] = defaultdict(list)
    for one in sorted(candidates, key=lambda one: _lot(rollout_id, one.terminal_id)):
        kinds[one.kind].append(one)
    early = [one for members in kinds.values() for one in members[:EARLY_OF_EACH_KIND]]
    early.sort(key=lambda one: _lot(rollout_id + "early", one.terminal_id))
    rest = [
        ((place + 0.5) / len(members), one)
        for members in (members[EARLY_OF_EACH_KIND:] for members in kinds.values())
        for place, one in enumerate(members)
    ]
    rest.sort(key=lambda pair: (pair[0], _lot(rollout_id, pair[1].terminal_id)))
    return early + [one for _, one in rest]


def _lot(rollout_id: str, terminal_id: str) -> str:
    return hashlib.sha256(f"{rollout_id}\n{terminal_id}".encode()).hexdigest()
