"""What a browser would send of a form that nobody changed."""

from __future__ import annotations

from backend.console.forms.controls import Control


def sent_by(control: Control) -> dict[str, list[str]]:
    sent: dict[str, list[str]] = {}
    for one in control.all():
        match one.kind:
            case "flag":
                sent |= {one.name: ["on"]} if one.value else {}
            case "choices":
                sent[one.name] = list(one.value)
            case "switches":
                sent |= {f"{one.name}.{name}": ["on"] for name, is_on in one.value.items() if is_on}
            case "rows" | "keyed" | "pairs":
                sent[f"{one.name}.count"] = [str(len(one.children))]
            case "entry" | "pair":
                sent[f"{one.name}.key"] = [one.value]
            case "optional":
                sent |= {f"{one.name}.is_set": ["on"]} if one.value else {}
            case "group" | "fixed":
                pass
            case _:
                sent[one.name] = [str(one.value)]
    return sent
