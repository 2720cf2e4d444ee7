"""Settings for the tests: complete, and with one thing changed."""

from __future__ import annotations

WHOLE = {
    "terminal": {"id": "test-01", "office_id": "CY01", "office_name_zh": "示例", "office_name_en": "Sample"},
    "central": {"url": "https://backend.example", "token_file": "token"},
    "card_reader": {"driver": "pcsc"},
    "identity_reader": {"driver": "sam_serial", "port": "/dev/ttyS1"},
    "code_scanner": {"driver": "camera", "source": "/dev/video0"},
    "receipt_printer": {"driver": "escpos", "connection": "network", "host": "printer.example"},
}


def ini(changes: dict[str, dict[str, str | None] | None] | None = None) -> str:
    """The whole file with `changes`: a key set, or taken out with None; a section taken out with None."""
    sections: dict[str, dict[str, str]] = {name: dict(keys) for name, keys in WHOLE.items()}
    for name, keys in (changes or {}).items():
        if keys is None:
            del sections[name]
            continue
        section = sections.setdefault(name, {})
        for key, text in keys.items():
            if text is None:
                del section[key]
            else:
                section[key] = text
    return "\n".join(
        f"[{name}]\n" + "\n".join(f"{k} = {v}" for k, v in keys.items()) for name, keys in sections.items()
    )
