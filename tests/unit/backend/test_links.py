from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.certificates.links import Links

NOW = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)
LINKS = Links(b"s" * 32, "http://127.0.0.1")
OTHER = Links(b"o" * 32, "http://127.0.0.1")


def token_of(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_link_leads_to_its_certificate_until_it_ends() -> None:
    token = token_of(LINKS.certificate_url("ZM1", NOW))
    assert LINKS.certificate_number(token, NOW + timedelta(hours=23)) == "ZM1"
    assert LINKS.certificate_number(token, NOW + timedelta(hours=24)) is None


def test_a_link_of_another_secret_or_purpose_leads_nowhere() -> None:
    assert OTHER.certificate_number(token_of(LINKS.certificate_url("ZM1", NOW)), NOW) is None
    assert LINKS.certificate_number(LINKS.download_grant("ZM1", NOW), NOW) is None
    for nonsense in ("", ".", "ZM1", "ZM1.zz.AAAA", "字.1.字"):
        assert LINKS.certificate_number(nonsense, NOW) is None


def test_a_grant_is_for_one_certificate() -> None:
    grant = LINKS.download_grant("ZM1", NOW)
    assert LINKS.is_download_grant(grant, "ZM1", NOW)
    assert not LINKS.is_download_grant(grant, "ZM2", NOW)


def test_the_check_on_the_paper_belongs_to_its_number() -> None:
    check = LINKS.verify_url("ZM1").rpartition("=")[2]
    assert LINKS.is_verify_check("ZM1", check)
    assert not LINKS.is_verify_check("ZM2", check)
