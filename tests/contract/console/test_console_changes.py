"""A fee on its way: typed, refused where it is wrong, approved by two, signed with keys from elsewhere, rolled out."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import httpx

from backend.__main__ import main
from backend.fleet.bundles import read_bundle
from backend.fleet.rollouts.decision import Limits
from backend.fleet.tables import BundleRow, RolloutRow
from tests.contract.backend.server import PEOPLE
from tests.contract.console.console_bench import ConsoleBench, Person

QUICK = Limits(soak_s=0, min_payments=0, ack_deadline_s=120)
OFFICES = ("CY01", "CY02", "HD01")


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the fees' form."""
    form = page[page.index("data-careful") : page.index("savebar")]
    fields = {name: unescape(value) for name, value in re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"', form)}
    for name, options in re.findall(r'<select name="([^"]+)">(.*?)</select>', form, re.DOTALL):
        fields[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    return fields


def begun(person: Person, title: str = "fee-2027") -> str:
    answer = person.post("/console/drafts", title=title)
    assert answer.status_code == 200, answer.text
    return answer.url.path


def save(person: Person, draft: str, **changes: str) -> httpx.Response:
    section = f"{draft}/sections/pricing"
    fields = fields_of(person.get(section).text) | changes
    fields = {"do": "save", **fields} | {"csrf": person.csrf}
    headers = {"Origin": person.origin}
    return person.http.post(section, data=fields, headers=headers, follow_redirects=True)


def put_up(person: Person, fee: str = "25") -> str:
    draft = begun(person)
    for index in range(2):
        assert save(person, draft, **{f"pricing.fees.{index}.fee_fen": fee}).status_code == 200
    answer = person.post(f"{draft}/put-up")
    assert "/console/bundles/" in str(answer.url)
    return answer.url.path


def state(console: ConsoleBench, bundle: str) -> str:
    with console.bench.session() as session:
        return session.get_one(BundleRow, bundle.rpartition("/")[2]).state


def test_a_wrong_fee_stays_as_it_was_typed_with_its_fault_beside_it(shared: ConsoleBench) -> None:
    with shared.signed_in("eddy") as eddy:
        draft = begun(eddy)
        page = save(eddy, draft, **{"pricing.fees.0.fee_fen": "25,0"}).text
        typed = r'<input name="pricing.fees.0.fee_fen" value="25,0"[^>]*aria-invalid="true">'
        field = re.search(typed + "(.*?)</label>", page)
        assert field is not None
        assert 'class="fault"' in field[1]
        assert page.count('class="fault"') == 1
        overview = eddy.get(draft).text
        assert "sections.pricing.fees.0.fee_fen" in overview
        assert "put-up" not in overview
        assert eddy.post(f"{draft}/put-up").url.params["said"] == "faulty"


def test_rows_are_added_and_removed_without_scripts(shared: ConsoleBench) -> None:
    with shared.signed_in("eddy") as eddy:
        draft = begun(eddy)
        before = eddy.get(f"{draft}/sections/pricing").text.count('class="row"')
        assert save(eddy, draft, do="add:pricing.fees").text.count('class="row"') == before + 1
        assert save(eddy, draft, do=f"remove:pricing.fees.{before}").text.count('class="row"') == before
        assert "put-up" not in eddy.get(draft).text, "as it was: nothing to put up"


def test_nobody_overwrites_what_another_has_saved(shared: ConsoleBench) -> None:
    with shared.signed_in("eddy") as eddy, shared.signed_in("anna") as anna:
        draft = begun(eddy)
        old = fields_of(eddy.get(f"{draft}/sections/pricing").text)["edition"]
        save(anna, draft, **{"pricing.fees.0.fee_fen": "21"})
        answer = save(eddy, draft, edition=old, **{"pricing.fees.0.fee_fen": "22"})
        assert answer.status_code == 409
        assert 'value="22"' in answer.text or 'value="22.00"' in answer.text, "nothing typed is lost"
        assert 'value="21.00"' in eddy.get(f"{draft}/sections/pricing").text


def test_a_fee_is_approved_by_two_signed_and_rolled_out(console_on_each: ConsoleBench) -> None:
    console = console_on_each
    names = [*console.add_terminals(OFFICES, 2), "lobby-1"]
    console.speak(names, 1)
    with console.signed_in("anna") as anna, console.signed_in("bert") as bert:
        bundle = put_up(anna)
        page = anna.get(bundle, headers={"Accept-Language": "en"}).text
        assert "CNY 20.00" in page
        assert "CNY 25.00" in page
        assert f"Of {len(names)} terminals, {len(names)} would change." in page
        assert anna.post(f"{bundle}/sign-on-bench").url.params["said"] == "not_signed", "nobody has approved it"
        assert anna.post(f"{bundle}/approve").url.params["said"] == "approved_first"
        assert anna.post(f"{bundle}/approve").url.params["said"] == "not_approved", "one person counts once"
        assert state(console, bundle) == "draft"
        assert bert.post(f"{bundle}/approve").url.params["said"] == "approved"
        assert bert.post(f"{bundle}/sign-on-bench").url.params["said"] == "signed"
        limits = {f"limits__{name}": str(value) for name, value in QUICK.model_dump().items()}
        rollout = bert.post(f"{bundle}/rollout", **limits).url.path
        assert bert.post(f"{rollout}/start").url.params["said"] == "rollout_started"
        for seq in range(2, 12):
            console.clock.advance(seconds=61)
            console.speak(names, seq)
            console.fleet.look_after()
        assert "finished" in bert.get(f"{rollout}/live").text
        assert "CNY 25.00" in bert.get("/console/terminals/lobby-1", headers={"Accept-Language": "en"}).text
    with console.bench.session() as session:
        running = console.fleet.bundles.running(session)
        assert running is not None
        assert {row.fee_fen for row in read_bundle(running).sections.pricing.fees} == {2500}


def test_a_limit_nobody_understands_makes_no_rollout(shared: ConsoleBench) -> None:
    with shared.signed_in("anna") as anna, shared.signed_in("bert") as bert:
        bundle = signed(anna, bert)
        limits = {f"limits__{name}": str(value) for name, value in QUICK.model_dump().items()}
        limits |= {"limits__advance_percent": "many", "limits__soak_s": "-1"}
        answer = bert.post(f"{bundle}/rollout", **limits)
        assert answer.status_code == 422
        assert answer.text.count('aria-invalid="true"') == 2
    with shared.bench.session() as session:
        assert session.query(RolloutRow).count() == 0


def signed(anna: Person, bert: Person) -> str:
    bundle = put_up(anna)
    for person in (anna, bert):
        person.post(f"{bundle}/approve")
    assert bert.post(f"{bundle}/sign-on-bench").url.params["said"] == "signed"
    return bundle


def test_signatures_come_from_people_with_keys_elsewhere(shared: ConsoleBench, tmp_path: Path) -> None:
    with shared.signed_in("anna") as anna, shared.signed_in("bert") as bert:
        bundle = put_up(anna)
        for person in (anna, bert):
            person.post(f"{bundle}/approve")
        file = tmp_path / "bundle.json"
        file.write_bytes(anna.get(f"{bundle}/payload.json").content)
        for name, status in (("release-a", 422), ("release-b", 200)):
            key = shared.bench.keys / f"{name}.key"
            assert main(["keys", "sign", str(file), "--key", str(key), "--yes"]) == 0
            answer = bert.post(f"{bundle}/signatures", files={"envelope": ("b.json", file.read_bytes())})
            assert answer.status_code == status, "one key is not enough for money"
        assert state(shared, bundle) == "signed"


def test_what_is_no_signature_is_refused_in_words(shared: ConsoleBench) -> None:
    with shared.signed_in("anna") as anna, shared.signed_in("bert") as bert:
        bundle = put_up(anna)
        for person in (anna, bert):
            person.post(f"{bundle}/approve")
        for content in (b"", b"{}", b"not json", b"[" * 5000):
            answer = bert.post(f"{bundle}/signatures", files={"envelope": ("b.json", content)})
            assert answer.status_code == 422
            assert 'role="alert"' in answer.text
        assert state(shared, bundle) == "approved"


def test_a_terminal_joins_by_the_digits_on_its_screen(shared: ConsoleBench) -> None:
    with shared.signed_in("bert") as bert:
        page = bert.post("/console/joining/tickets", terminal_id="lobby-9", office_id="CY01").text
        assert "<svg" in page
        assert bert.post("/console/joining/tickets", terminal_id="?", office_id="CY01").status_code == 422
        assert bert.post("/console/joining/tickets", terminal_id="lobby-9", office_id="nowhere").status_code == 422


def test_the_kill_switch_is_seen_on_every_page(shared: ConsoleBench) -> None:
    with shared.signed_in("bert") as bert:
        bert.post("/console/targeting/off")
        assert 'role="alert"' in bert.get("/console/alerts").text
        bert.post("/console/targeting/on")
        assert 'role="alert"' not in bert.get("/console/alerts").text


def test_a_terminal_is_decommissioned_only_by_its_name(shared: ConsoleBench) -> None:
    with shared.signed_in("bert") as bert:
        (name,) = shared.add_terminals(["XC01"], 1)
        path = f"/console/terminals/{name}"
        assert bert.post(f"{path}/decommission", typed="lobby-2").url.params["said"] == "name_differs"
        assert bert.post(f"{path}/commands", action="reboot").url.params["said"] == "not_possible", "it never spoke"
        shared.speak([name], 1)
        assert bert.post(f"{path}/commands", action="reboot").url.params["said"] == "command_sent"
        assert bert.post(f"{path}/freeze").url.params["said"] == "frozen"
        assert bert.post(f"{path}/decommission", typed=name).url.params["said"] == "decommissioned"


def test_nothing_of_a_person_is_shown_unmasked(shared: ConsoleBench) -> None:
    person = PEOPLE["employee_normal"]
    assert shared.bench.running.apply("employee_normal").status_code == 201
    with shared.signed_in("vera") as vera:
        page = vera.get("/console/applications").text
    assert person.name not in page
    assert person.document_number not in page
    assert person.document_number[-4:] in page
