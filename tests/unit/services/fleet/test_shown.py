"""`config show` of a member of the fleet: what is in force, and where each value comes from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.config import Settings, load
from kiosk.fleet.desired import Overrides
from kiosk.fleet.report import Slot
from kiosk.fleet.sections import TimeOuts
from kiosk.fleet.strict_json import address
from kiosk.fleet.verifying import HighWater
from kiosk.services.fleet.applying import Applying, Held
from kiosk.services.fleet.desk import FOLDER
from kiosk.services.fleet.files import DiskSteps, Files
from kiosk.services.fleet.shown import Shown, service_in_force
from kiosk.services.fleet.store import Store
from tests.unit.fleet import good

CONTENT = good.bundle(counter=7, fee_fen=2100, changes={"timeouts": TimeOuts(idle_s=77)})


def settings_in(folder: Path) -> Settings:
    settings = load(Path("kiosk.ini"))
    assert isinstance(settings, Settings)
    return settings.model_copy(update={"terminal": settings.terminal.model_copy(update={"state_dir": folder})})


def runs_a_bundle(folder: Path, slot: Slot = Slot.ACTIVE) -> Store:
    store, sha256 = Store(Files(DiskSteps(folder / FOLDER))), address(CONTENT.to_bytes())
    store.keep_root(good.sealed_root(good.root(), "root-a", "root-b"))
    store.keep_bundle(sha256, good.sealed_bundle(CONTENT))
    overrides = Overrides(office_name_zh="样板中心", office_name_en="Model Centre")
    store.keep_state(Applying(runs=Held(HighWater(0, 3, "3" * 64), sha256, 7, overrides), slot=slot))
    return store


def test_what_the_bundle_says_is_shown_with_its_name(tmp_path: Path) -> None:
    runs_a_bundle(tmp_path)
    shown = {one.place: one for one in service_in_force(settings_in(tmp_path))}
    assert shown["timeouts.idle_s"] == Shown("timeouts.idle_s", 77.0, "bundle b7, counter 7")
    assert '"fee_fen": 2100' in str(shown["service.pricing.fees[0]"].value)
    assert shown["site.office_name_en"] == Shown("site.office_name_en", "Model Centre", "statement")


def test_a_fallback_is_named_as_one(tmp_path: Path) -> None:
    runs_a_bundle(tmp_path, Slot.LAST_KNOWN_GOOD)
    assert service_in_force(settings_in(tmp_path))[0].origin == "bundle b7, counter 7, last_known_good"


@pytest.mark.parametrize("what", ["nothing", "a spoilt bundle"])
def test_without_a_bundle_that_holds_there_is_nothing_above(tmp_path: Path, what: str) -> None:
    if what != "nothing":
        runs_a_bundle(tmp_path).keep_bundle(address(CONTENT.to_bytes()), b"{}")
    assert service_in_force(settings_in(tmp_path)) == ()


def test_a_machine_of_no_fleet_shows_its_file_alone(tmp_path: Path) -> None:
    runs_a_bundle(tmp_path)
    settings = settings_in(tmp_path)
    alone = settings.model_copy(update={"fleet": settings.fleet.model_copy(update={"enabled": False})})
    assert service_in_force(alone) == ()


def test_the_command_prints_the_effective_value_once(tmp_path: Path) -> None:
    runs_a_bundle(tmp_path / "terminal")
    text = Path("kiosk.ini").read_text(encoding="utf-8").replace("var/terminal", str(tmp_path / "terminal"))
    (tmp_path / "kiosk.ini").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "kiosk", "--config", str(tmp_path / "kiosk.ini"), "config", "show"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    assert [line for line in shown if line.startswith("timeouts.idle_s")] == [
        "timeouts.idle_s = 77.0    (bundle b7, counter 7)"
    ]
    assert any(line.startswith("service.pricing.fees[0] = {") for line in shown)
