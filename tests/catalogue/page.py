"""`index.html`: the pictures side by side, filtered by language, size, theme, orientation, screen and failures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from tests.catalogue.report import Result, table

TEMPLATE: Final = Path(__file__).with_suffix(".html")


def write_page(result: Result, out: Path) -> None:
    data = {"criteria": table(result), "pictures": _pictures(result), "once": [f.what for f in result.once]}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    html = TEMPLATE.read_text(encoding="utf-8").replace("/*DATA*/null", text)
    (out / "index.html").write_text(html, encoding="utf-8")


def _pictures(result: Result) -> list[dict[str, Any]]:
    """Those with a picture; what was only measured in a guise without one is told by the report."""
    return [
        {
            "state": made.state,
            "file": made.file,
            "language": made.guise.language,
            "size": made.guise.size.value,
            "theme": made.guise.theme.value,
            "orientation": "portrait" if made.guise.is_portrait else "landscape",
            "low": made.guise.is_low_reach,
            "changed": result.changed.get((made.state, made.guise.name), 0),
            "failures": [{"c": f.criterion, "w": f.what, "p": f.place} for f in made.findings],
        }
        for made in result.made
        if made.file
    ]
