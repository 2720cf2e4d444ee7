"""Set-up of the pinyin dictionary: `python -m deploy.pinyin --out .build/pinyin`.

Words of Beijing addresses first (`assets/pinyin/places.toml`, districts, streets, offices), then the dictionary of
Debian's `rime-data-pinyin-simp`. Compiled by `rime_deployer`. Nothing is done while words and program are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin, load_phrases_dict

ASSETS = Path("assets/pinyin/places.toml")
DIVISIONS, OFFICES = Path("backend/reference/divisions.json"), Path("backend/reference/offices.toml")
DEBIAN_DICTIONARY = Path("/usr/share/rime-data/pinyin_simp.dict.yaml")
FIRST_WEIGHT = 1_000_000
"""Above every weight of the general dictionary."""
DEPLOY_LIMIT_S = 120.0
ENDINGS = ("街道", "地区", "镇", "乡")
"""People write 建国门外, not 建国门外街道."""

DEFAULT = "config_version: '1'\nschema_list:\n  - schema: kiosk_pinyin\n"
SCHEMA = """\
schema:
  schema_id: kiosk_pinyin
  name: kiosk pinyin
  version: '1'
engine:
  processors: [speller, selector, express_editor]
  segmentors: [abc_segmentor, fallback_segmentor]
  translators: [script_translator]
speller:
  alphabet: zyxwvutsrqponmlkjihgfedcba
  delimiter: " '"
  algebra:
    - erase/^(hm|m|n|ng)$/
    - abbrev/^([a-z]).+$/$1/
    - abbrev/^([zcs]h).+$/$1/
    - derive/^([nl])ve$/$1ue/
    - derive/^([jqxy])u/$1v/
translator:
  dictionary: kiosk_pinyin
  enable_user_dict: false
  enable_completion: true
menu:
  page_size: 10
"""
HEADER = "---\nname: kiosk_pinyin\nversion: '1'\nsort: by_weight\nimport_tables:\n  - pinyin_simp\n...\n\n"


class PinyinDataMissingError(Exception):
    """The general dictionary or its compiler is not on this machine."""


def build(out: Path) -> bool:
    """Make the dictionary in `out`; False when it was there already, from the same words."""
    lines = sorted({f"{word}\t{' '.join(reading)}\t{FIRST_WEIGHT}" for word, reading in _readings()})
    stamp = hashlib.sha256((SCHEMA + "\n".join(lines)).encode()).hexdigest()
    if (out / "stamp").is_file() and (out / "stamp").read_text("ascii") == stamp:
        return False
    if not DEBIAN_DICTIONARY.is_file() or shutil.which("rime_deployer") is None:
        raise PinyinDataMissingError("install the Debian packages librime-bin and rime-data-pinyin-simp")
    _compile(out, HEADER + "\n".join(lines) + "\n")
    (out / "stamp").write_text(stamp, "ascii")
    return True


def _compile(out: Path, dictionary: str) -> None:
    shutil.rmtree(out, ignore_errors=True)
    shared = out / "shared"
    for folder in (shared, out / "user", out / "build"):
        folder.mkdir(parents=True)
    shutil.copy(DEBIAN_DICTIONARY, shared)
    (shared / "kiosk_pinyin.dict.yaml").write_text(dictionary, "utf-8")
    (shared / "kiosk_pinyin.schema.yaml").write_text(SCHEMA, "utf-8")
    (shared / "default.yaml").write_text(DEFAULT, "utf-8")
    command = ["rime_deployer", "--build", str(out / "user"), str(shared), str(out / "build")]
    done = subprocess.run(command, check=False, capture_output=True, timeout=DEPLOY_LIMIT_S)
    if done.returncode != 0:
        raise PinyinDataMissingError(f"rime_deployer ended with {done.returncode}: {done.stderr[-400:].decode()}")


def _readings() -> Iterator[tuple[str, list[str]]]:
    with ASSETS.open("rb") as file:
        listed = tomllib.load(file)
    readings: dict[str, str] = listed.pop("readings")
    load_phrases_dict({word: [[one] for one in reading.split()] for word, reading in readings.items()})
    words = [word for row in listed.values() for word in row.split()]
    for word in (*words, *_place_names()):
        yield word, lazy_pinyin(word, v_to_u=False)


def _place_names() -> Iterator[str]:
    divisions: list[dict[str, Any]] = json.loads(DIVISIONS.read_text("utf-8"))
    with OFFICES.open("rb") as file:
        offices = tomllib.load(file)["office"]
    for district in divisions:
        yield district["name"]
        for street in district["streets"]:
            yield street
            yield from (street.removesuffix(ending) for ending in ENDINGS if street.endswith(ending))
    for office in offices:
        yield office["name_zh"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.pinyin", description="Builds the pinyin dictionary.")
    parser.add_argument("--out", type=Path, default=Path(".build/pinyin"), help="folder of the dictionary")
    out: Path = parser.parse_args(arguments).out
    try:
        is_new = build(out)
    except PinyinDataMissingError as error:
        print(error, file=sys.stderr)
        return 1
    if is_new:
        print(f"Built the pinyin dictionary in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
