"""Applying for somebody else."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.contract.backend.errand_steps import GUARDIAN, agent_body, problem, register_agent
from tests.contract.backend.server import PEOPLE, Running, application_body, new_key


def test_the_agent_stands_masked_on_application_and_certificate(central: Running, tmp_path: Path) -> None:
    agent = register_agent(central, "employee_normal", GUARDIAN, relationship="spouse").json()
    assert (agent["name_masked"], agent["number_masked"][-4:], agent["left_today"]) == ("李**", "0027", 3)
    number = central.apply_and_pay("employee_normal", agent_number=agent["agent_number"])
    done = central.submit(number).json()
    assert (done["agent_name_masked"], done["agent_number_masked"]) == ("李**", "*" * 14 + "0027")
    services = central.backend.services
    pdf = services.printer.printed(services.sessions, done["certificate_number"])
    assert isinstance(pdf, bytes)
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, timeout=30).stdout
    assert "李**" in text.decode()
    assert GUARDIAN.name not in text.decode()


@pytest.mark.parametrize(
    ("special", "agent", "changes", "expected"),
    [
        ("employee_normal", "employee_normal", {}, (422, "agent_is_person")),
        ("number_differs_record", "number_differs", {}, (422, "agent_is_person")),
        ("employee_normal", "child", {}, (422, "agent_minor")),
        ("employee_normal", "foreigner_2017", {"birth_date": "2015-01-01"}, (422, "agent_minor")),
        ("child", "resident_normal", {"relationship": "relative"}, (422, "guardian_required")),
        ("employee_normal", "resident_normal", {"declaration_version": "2019-1"}, (409, "declaration_changed")),
        ("employee_normal", "resident_normal", {"relationship": "friend"}, (422, "malformed")),
        ("employee_normal", "resident_normal", {"mobile": "12345"}, (422, "malformed")),
    ],
)
def test_who_may_not_be_agent_is_told_why(
    one_office: Running, special: str, agent: str, changes: dict[str, str], expected: tuple[int, str]
) -> None:
    if special == "number_differs_record":  # looked up under the document of the record
        person = PEOPLE["number_differs"]
        body = {"document_kind": person.record_document_kind, "document_number": person.record_document_number}
        token = one_office.post("/v1/look-ups", body | {"name": person.name}).json()["person_token"]
    else:
        token = one_office.token(special)
    answer = one_office.post("/v1/agents", agent_body(token, PEOPLE[agent], **changes), new_key())
    assert problem(answer) == expected


def test_a_child_cannot_apply_alone_but_through_the_guardian(central: Running) -> None:
    assert problem(central.apply("child")) == (422, "guardian_required")
    agent = register_agent(central, "child", GUARDIAN).json()
    assert central.apply("child", agent_number=agent["agent_number"]).status_code == 201


def test_an_agent_counts_for_the_person_the_terminal_and_the_hour_only(central: Running) -> None:
    agent = register_agent(central, "employee_normal", GUARDIAN).json()["agent_number"]
    assert problem(central.apply("pre_lost", agent_number=agent)) == (422, "agent_unknown")
    assert problem(central.apply("employee_normal", agent_number="DL-none")) == (422, "agent_unknown")
    central.clock.advance(hours=1)
    assert problem(central.apply("employee_normal", agent_number=agent)) == (422, "agent_unknown")


def test_the_fourth_application_of_an_agent_on_one_day_is_refused(central: Running) -> None:
    for special in ("employee_normal", "pre_lost", "damaged"):
        agent = register_agent(central, special, GUARDIAN).json()["agent_number"]
        bank = PEOPLE[special].bank_code
        assert central.apply(special, agent_number=agent, bank_code=bank).status_code == 201
    assert problem(register_agent(central, "permit_holder", GUARDIAN)) == (409, "agent_limit")
    central.clock.advance(days=1)
    assert register_agent(central, "permit_holder", GUARDIAN).json()["left_today"] == 3


def test_at_several_terminals_at_once_an_agent_stays_within_the_limit(central: Running) -> None:
    specials = ("employee_normal", "pre_lost", "foreigner", "permit_holder", "foreigner_2017")
    bodies = []
    for special in specials:
        token = central.token(special)
        agent = central.post("/v1/agents", agent_body(token, GUARDIAN), new_key()).json()["agent_number"]
        bodies.append(application_body(token) | {"agent_number": agent})
    with ThreadPoolExecutor(len(bodies)) as pool:
        answers = list(pool.map(lambda body: central.post("/v1/applications", body, new_key()), bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409, 409]
