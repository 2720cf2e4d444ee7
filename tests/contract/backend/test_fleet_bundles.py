from __future__ import annotations

import json
from typing import Any

from backend.fleet.bundles import Faulty
from backend.fleet.ceremony import sign_bundle
from backend.fleet.key_files import read_signer
from backend.fleet.tables import BundleRow
from backend.problems import Refusal
from kiosk.fleet.refusals import RefusalCode, Refused
from kiosk.fleet.sections import TimeOuts
from tests.contract.backend.fleet_bench import FleetBench
from tests.contract.backend.test_backend_errors import problem_of


def with_fee(bench: FleetBench, fee_fen: int) -> dict[str, Any]:
    sections = json.loads(bench.sections().model_dump_json())
    for row in sections["pricing"]["fees"]:
        row["fee_fen"] = fee_fen
    return sections


def drafted(bench: FleetBench, sections: Any, author: str = "anna") -> BundleRow:
    with bench.session() as session:
        row = bench.fleet.bundles.draft(session, "b", sections, author)
        assert isinstance(row, BundleRow), row
        return row


def approve(bench: FleetBench, row: BundleRow, who: str) -> str:
    with bench.session() as session:
        outcome = bench.fleet.bundles.approve(session, row.sha256, who)
        return "refused" if isinstance(outcome, Refusal) else outcome.state


def signed(bench: FleetBench, row: BundleRow, *names: str) -> BundleRow | Refusal | Refused:
    envelope = sign_bundle(row.payload, [read_signer(bench.keys / f"{name}.key", None) for name in names])
    with bench.session() as session:
        return bench.fleet.bundles.sign(session, row.sha256, envelope, "anna")


def test_a_price_needs_two_people_and_two_keys(bench: FleetBench) -> None:
    row = drafted(bench, with_fee(bench, 2500))
    assert row.risk == "money"
    assert isinstance(signed(bench, row, "release-a", "release-b"), Refusal), "not approved yet"
    assert approve(bench, row, "anna") == "draft"
    assert approve(bench, row, "anna") == "refused", "one person counts once"
    assert approve(bench, row, "bert") == "approved"
    outcome = signed(bench, row, "release-a")
    assert isinstance(outcome, Refused)
    assert outcome.code is RefusalCode.TOO_FEW_SIGNATURES
    problem_of(bench.get(f"/v1/bundles/{row.sha256}"), 404, "not_found")
    outcome = signed(bench, row, "release-b")
    assert isinstance(outcome, BundleRow), "the second signature joins the first"
    assert outcome.state == "signed"
    assert bench.get(f"/v1/bundles/{row.sha256}").status_code == 200


def test_a_time_out_needs_one_person_and_one_key(bench: FleetBench) -> None:
    row = drafted(bench, bench.sections().model_copy(update={"timeouts": TimeOuts(idle_s=90)}))
    assert row.risk == "ordinary"
    assert approve(bench, row, "anna") == "approved"
    assert isinstance(signed(bench, row, "release-b"), BundleRow)


def test_the_directors_key_signs_no_bundle(bench: FleetBench) -> None:
    row = drafted(bench, with_fee(bench, 1))
    for person in ("anna", "bert"):
        approve(bench, row, person)
    outcome = signed(bench, row, "director")
    assert isinstance(outcome, Refused)
    assert outcome.code is RefusalCode.WRONG_ROLE


def test_a_faulty_draft_says_everything_at_once(bench: FleetBench) -> None:
    sections = with_fee(bench, 0)
    sections["links"]["app_url"] = "https://evil.example/"
    sections["timeouts"]["idel_s"] = 3
    with bench.session() as session:
        outcome = bench.fleet.bundles.draft(session, "b", sections, "anna")
    assert isinstance(outcome, Faulty)
    assert {fault.path for fault in outcome.faults} == {"sections.pricing", "sections.timeouts.idel_s"}


def test_nothing_changed_is_no_bundle(bench: FleetBench) -> None:
    with bench.session() as session:
        assert isinstance(bench.fleet.bundles.draft(session, "b", bench.sections(), "anna"), Refusal)
