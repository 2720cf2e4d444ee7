"""What staff mode records has its place in the catalogue: every word, every phase, every fact."""

import ast
from collections.abc import Iterator
from pathlib import Path

from kiosk.audit.catalogue import PHASES, definition_of
from kiosk.flow.staff.facts import AuditPhase, AuditWord

STAFF = Path("kiosk/flow/staff")


def records() -> Iterator[tuple[AuditWord, AuditPhase, set[str]]]:
    """Every call of `recorded` whose word stands there literally."""
    for path in sorted(STAFF.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "recorded":
                names = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
                words = [word for word in AuditWord if word.name in names]
                phase = next((phase for phase in AuditPhase if phase.name in names), AuditPhase.ONCE)
                yield from ((word, phase, _fact_names(node)) for word in words)


def _fact_names(call: ast.Call) -> set[str]:
    """First members of pairs, where they stand in the call itself."""
    pairs = [each for each in ast.walk(call) if isinstance(each, ast.Tuple) and len(each.elts) == 2]
    firsts = [pair.elts[0] for pair in pairs]
    return {first.value for first in firsts if isinstance(first, ast.Constant) and isinstance(first.value, str)}


def test_every_record_of_staff_mode_is_in_the_catalogue() -> None:
    found = list(records())
    assert len(found) > 20
    misplaced = [
        (word.value, phase.value, facts)
        for word, phase, facts in found
        if phase not in PHASES[definition_of(word).is_pair] or not facts <= definition_of(word).fields.keys()
    ]
    assert misplaced == []
