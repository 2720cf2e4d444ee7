"""Keys of the other errands that are put together at run time. Their words come from many enums of the wire; that each
of them is there is shown by the stories, which translate every display (`tests/flows`)."""

from __future__ import annotations

import re
from collections.abc import Iterable

TEMPLATES = (
    "agent.relationship.{}",
    "card_details.keep.{}",
    "check.photo.{}",
    "hand_off.phone.{}",
    "hand_off.title.{}",
    "hand_off.{}",
    "identify.{}",
    "own.certificate.{}",
    "own.loss.{}",
    "own.errand.{}",
    "own.errand.{}.about",
    "own.guide.papers.{}",
    "own.guide.who.{}",
    "own.next.{}",
    "own.notice.{}",
    "own.print.{}",
    "own.reason.{}",
    "own.state.{}",
    "own.timeline.{}",
    "own.timeline.{}.on",
    "own.step.{}",
    "own.step.{}.on",
    "passport.problem.{}",
    "passport.refused.{}",
    "passport.{}.placeholder",
    "passport.{}.question",
    "purpose.{}",
    "purpose.{}.about",
    "slip.{}.subtitle",
    "e_card.{}",
    "e_card.problem.{}",
    "resume.{}",
    "resume.problem.{}",
    "scan.problem.{}",
)
TROUBLES = (
    "hand_off_expired.address",
    "hand_off_expired.photo",
    "hand_off_silent.address",
    "hand_off_silent.photo",
    "loss_final",
    "no_application",
    "no_card_to_stop",
    "name_differs.community",
    "name_differs.employer",
    "number_differs.community",
    "number_differs.employer",
)
"""Problems of these errands that are no words of the wire by themselves."""
CHOICES = frozenset({"another_agent", "document", "start_here", "track"})
PREFIXED = frozenset({"{}.instruction", "{}.printed", "{}.printing", "{}.title"})
"""Put together from a whole name and a part; the names are above."""


def errand_families(keys: Iterable[str]) -> dict[str, frozenset[str]]:
    """Template -> the words that the texts have for it."""
    known = tuple(keys)
    return {template: _words(template, known) for template in TEMPLATES}


def _words(template: str, keys: tuple[str, ...]) -> frozenset[str]:
    pattern = re.compile(re.escape(template).replace(r"\{\}", "([a-z_0-9]+)"))
    return frozenset(match.group(1) for key in keys if (match := pattern.fullmatch(key)))
