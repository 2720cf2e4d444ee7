from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import httpx
import pytest
from cryptography.x509 import load_pem_x509_certificate
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from backend.certificates.tables import CertificateRow
from tests.contract.backend.server import PEOPLE, Running

PERSON = PEOPLE["employee_normal"]
LAST4 = PERSON.document_number[-4:]


def submitted(central: Running) -> dict[str, str]:
    return central.submit(central.apply_and_pay("employee_normal")).json()


def path_of(url: str) -> str:
    return httpx.URL(url).raw_path.decode()


def is_safe(page: httpx.Response) -> bool:
    policy = page.headers["Content-Security-Policy"]
    return (
        "default-src 'none'" in policy
        and "script" not in page.text
        and page.headers["Cache-Control"] == "no-store"
        and page.headers["Referrer-Policy"] == "no-referrer"
        and "set-cookie" not in page.headers
    )


def downloaded(central: Running, url: str) -> bytes:
    page = central.http.post(path_of(url), data={"last4": LAST4.lower()})
    assert page.status_code == 200
    link = re.search(r'class="button" href="([^"]+)"', page.text)
    assert link is not None
    pdf = central.http.get(link[1].replace("&amp;", "&"))
    assert pdf.headers["Content-Type"] == "application/pdf"
    return pdf.content


def test_the_link_asks_for_the_last_characters_and_then_offers_the_certificate(central: Running) -> None:
    done = submitted(central)
    question = central.http.get(path_of(done["certificate_url"]))
    assert question.status_code == 200
    assert PERSON.name not in question.text
    page = central.http.post(path_of(done["certificate_url"]), data={"last4": LAST4})
    assert page.status_code == 200
    assert done["certificate_number"] in page.text
    assert PERSON.name not in page.text
    assert PERSON.document_number not in page.text
    assert is_safe(question)
    assert is_safe(page)


def test_the_certificate_is_text_and_its_signature_is_valid(central: Running, tmp_path: Path) -> None:
    done = submitted(central)
    pdf = downloaded(central, done["certificate_url"])
    root = load_cert_from_pemder(str(central.settings.state_dir / "signing-certificate.pem"))
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    status = validate_pdf_signature(signature, signer_validation_context=context)
    assert status.bottom_line
    assert status.docmdp_ok
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    words = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, timeout=30)
    text = words.stdout.decode()
    for expected in (
        PERSON.name,
        done["certificate_number"],
        done["application_number"],
        "2026 年 10 月 10 日",
        "0017",
    ):
        assert expected in text
    for hidden in (PERSON.document_number, PERSON.card_number):
        assert hidden not in text


def test_a_changed_certificate_is_not_valid(one_office: Running) -> None:
    pdf = downloaded(one_office, submitted(one_office)["certificate_url"])
    changed = pdf.replace(b"/Lang", b"/Land", 1)
    assert changed != pdf
    status = validate_pdf_signature(PdfFileReader(io.BytesIO(changed)).embedded_signatures[0])
    assert not status.intact


def test_each_making_is_counted(one_office: Running) -> None:
    done = submitted(one_office)
    downloaded(one_office, done["certificate_url"])
    downloaded(one_office, done["certificate_url"])
    with one_office.backend.services.sessions() as session:
        assert session.get_one(CertificateRow, done["certificate_number"]).print_count == 2


def test_five_wrong_answers_lock_the_certificate_for_a_while(central: Running) -> None:
    path = path_of(submitted(central)["certificate_url"])
    for left in (4, 3, 2, 1):
        page = central.http.post(path, data={"last4": "0000"})
        assert page.status_code == 403
        assert f" {left} " in page.text
    assert central.http.post(path, data={"last4": "0000"}).status_code == 429
    assert central.http.post(path, data={"last4": LAST4}).status_code == 429
    central.clock.advance(minutes=16)
    assert central.http.post(path, data={"last4": LAST4}).status_code == 200


def test_the_link_ends_after_a_day_and_cannot_be_made_up(one_office: Running) -> None:
    path = path_of(submitted(one_office)["certificate_url"])
    forged = path[:-4] + "AAAA"
    assert one_office.http.get(forged).status_code == 410
    assert one_office.http.post(forged, data={"last4": LAST4}).status_code == 410
    assert one_office.http.get("/c/nonsense").status_code == 410
    assert one_office.http.get(f"{path}/certificate.pdf").status_code == 410
    one_office.clock.advance(hours=24)
    assert one_office.http.get(path).status_code == 410


def test_the_download_ends_after_minutes(one_office: Running) -> None:
    path = path_of(submitted(one_office)["certificate_url"])
    page = one_office.http.post(path, data={"last4": LAST4})
    link = re.search(r'href="([^"]+certificate.pdf[^"]+)"', page.text)
    assert link is not None
    one_office.clock.advance(minutes=11)
    assert one_office.http.get(link[1].replace("&amp;", "&")).status_code == 410


def test_the_paper_can_be_verified_by_anybody_and_shows_no_name(central: Running) -> None:
    done = submitted(central)
    path = path_of(central.backend.services.links.verify_url(done["certificate_number"]))
    page = central.http.get(path)
    assert page.status_code == 200
    assert "证明有效" in page.text
    assert "王**" in page.text
    assert PERSON.name not in page.text
    assert is_safe(page)
    wrong = central.http.get(f"/verify/{done['certificate_number']}?check=guess")
    assert wrong.status_code == 404
    assert "王" not in wrong.text


def test_a_withdrawn_certificate_says_so(one_office: Running) -> None:
    done = submitted(one_office)
    with one_office.backend.services.sessions.begin() as session:
        session.get_one(CertificateRow, done["certificate_number"]).withdrawn_at = one_office.clock.now()
    page = one_office.http.get(path_of(one_office.backend.services.links.verify_url(done["certificate_number"])))
    assert "证明已作废" in page.text
    assert "证明有效" not in page.text


def test_progress_is_shown_after_the_second_question(central: Running) -> None:
    path = path_of(submitted(central)["tracking_url"])
    assert central.http.get(path).status_code == 200
    assert central.http.post(path, data={"last4": "9999"}).status_code == 403
    page = central.http.post(path, data={"last4": LAST4})
    assert '<li class="now" aria-current="step">已受理</li>' in page.text
    assert is_safe(page)


@pytest.mark.parametrize(
    ("query", "accepted", "word"),
    [("", "zh-CN,zh;q=0.9,en;q=0.8", "请确认"), ("", "en-GB,en;q=0.9", "Is it you?"), ("?lang=en", "zh", "Is it you?")],
)
def test_pages_speak_the_language_of_the_telephone(one_office: Running, query: str, accepted: str, word: str) -> None:
    page = one_office.http.get(f"/t/SQ1{query}", headers={"Accept-Language": accepted})
    assert word in page.text


def test_the_style_is_served(one_office: Running) -> None:
    assert one_office.http.get("/pages/page.css").headers["Content-Type"].startswith("text/css")


def test_the_signing_key_is_for_the_owner_only(one_office: Running) -> None:
    folder = one_office.settings.state_dir
    assert (folder / "signing-key.pem").stat().st_mode & 0o077 == 0
    assert (folder / "link-secret").stat().st_mode & 0o077 == 0
    assert load_pem_x509_certificate((folder / "signing-certificate.pem").read_bytes()).subject
