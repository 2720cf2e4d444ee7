"""Neither side believes what the other has not signed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from backend.clock import SystemClock
from backend.database import open_engine
from backend.payments.gateway import (
    Bill,
    NoSuchOrder,
    NotTaken,
    PaymentOrder,
    Unclear,
)
from backend.payments.wechat import WeChatSettings, open_wechat_gateway
from backend.sandbox.clock import true_time
from backend.sandbox.keys import PlatformKeys, load_platform_keys, make_keys
from backend.sandbox.model import Notification
from backend.sandbox.notifier import notification_body
from backend.sandbox.signing import SignedBy, signature_headers
from tests.contract.payments.bench import (
    FEE_FEN,
    LIMIT_S,
    FrontDoor,
    Office,
    SandboxProgram,
    free_port,
    open_office,
    settings_for,
)


@pytest.fixture(scope="session")
def strange_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of a platform and of a merchant that have nothing to do with ours."""
    folder = tmp_path_factory.mktemp("stranger")
    make_keys(folder, true_time())
    return folder


@pytest.fixture
def stranger(strange_keys: Path) -> PlatformKeys:
    return load_platform_keys(strange_keys)


@pytest.fixture
def by_certificate(sandbox: SandboxProgram, door: FrontDoor, tmp_path: Path) -> Iterator[Office]:
    engine = open_engine(f"sqlite:///{tmp_path / 'certificate.sqlite'}")
    with open_office(sandbox, door, engine, uuid4().hex[:8], by_public_key=False) as opened:
        yield opened


def order(sandbox: SandboxProgram, number: str) -> PaymentOrder:
    return PaymentOrder(number, FEE_FEN, sandbox.now() + timedelta(minutes=5))


def settings_of(office: Office) -> WeChatSettings:
    return settings_for(office.sandbox, "http://127.0.0.1:9/nobody")


def test_the_certificate_mode_works_like_the_public_key_mode(by_certificate: Office) -> None:
    payment = by_certificate.begun()
    by_certificate.sandbox.post("/phone/pay", code_url=payment["code_url"])
    assert by_certificate.sandbox.release(payment["payment_number"]) == [[204]]
    assert by_certificate.show(payment["payment_number"])["state"] == "PAID"


def test_the_platform_refuses_a_request_signed_by_a_stranger(office: Office, strange_keys: Path) -> None:
    wrong_key = (strange_keys / "merchant" / "private_key.pem").read_text()
    gateway = open_wechat_gateway(replace(settings_of(office), private_key_pem=wrong_key), SystemClock())
    number = office.new_number()
    assert gateway.request_code(order(office.sandbox, number)) == NotTaken("SIGNERROR")
    assert isinstance(gateway.query(number), Unclear)
    assert office.sandbox.order(number) is None


def test_we_refuse_an_answer_signed_by_a_stranger(office: Office, strange_keys: Path) -> None:
    wrong_key = (strange_keys / "merchant" / "platform_public_key.pem").read_text()
    gateway = open_wechat_gateway(replace(settings_of(office), public_key_pem=wrong_key), SystemClock())
    assert isinstance(gateway.request_code(order(office.sandbox, office.new_number())), Unclear)


def test_an_unsigned_request_is_refused(sandbox: SandboxProgram) -> None:
    answer = requests.get(f"{sandbox.url}/v3/pay/transactions/out-trade-no/KT-1?mchid=1900000109", timeout=LIMIT_S)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")


def notice(office: Office, payment: dict[str, str], amount_fen: int = FEE_FEN) -> Notification:
    keys = load_platform_keys(office.sandbox.state_dir)
    resource = {
        "appid": keys.appid,
        "mchid": keys.mchid,
        "out_trade_no": payment["payment_number"],
        "trade_state": "SUCCESS",
        "transaction_id": "4200000001",
        "success_time": true_time().isoformat(),
        "amount": {"total": amount_fen, "currency": "CNY"},
    }
    return Notification(
        notification_id="n1",
        event_type="TRANSACTION.SUCCESS",
        out_trade_no=payment["payment_number"],
        notify_url="",
        resource=json.dumps(resource),
        signed_by="public_key",
        created_at=true_time(),
        due_at=true_time(),
    )


def send(
    office: Office, notification: Notification, signer: PlatformKeys, age_s: float = 0, *, by: SignedBy = "public_key"
) -> int:
    body = notification_body(load_platform_keys(office.sandbox.state_dir), notification)
    headers = signature_headers(signer, by, body, true_time() - timedelta(seconds=age_s))
    url = f"{office.url}/v1/gateway/wechat/notifications"
    return requests.post(url, body, headers=headers, timeout=LIMIT_S).status_code


def test_a_forged_notification_changes_nothing(office: Office, stranger: PlatformKeys) -> None:
    payment = office.begun()
    ours = load_platform_keys(office.sandbox.state_dir)
    forger = replace(stranger, public_key_id=ours.public_key_id)
    assert send(office, notice(office, payment), forger) == 401
    assert send(office, notice(office, payment), stranger) == 401
    assert send(office, notice(office, payment), stranger, by="certificate") == 401
    assert office.show(payment["payment_number"])["state"] == "REQUESTED"


def test_an_old_notification_is_not_taken_again(office: Office) -> None:
    payment = office.begun()
    keys = load_platform_keys(office.sandbox.state_dir)
    assert send(office, notice(office, payment), keys, age_s=400) == 401
    assert office.show(payment["payment_number"])["state"] == "REQUESTED"
    assert send(office, notice(office, payment), keys) == 204
    assert office.show(payment["payment_number"])["state"] == "PAID"


def test_a_notification_about_an_unknown_order_is_not_acknowledged(office: Office) -> None:
    keys = load_platform_keys(office.sandbox.state_dir)
    assert send(office, notice(office, {"payment_number": "KT-unknown"}), keys) == 404


def test_another_amount_than_the_fee_never_pays_the_application(office: Office) -> None:
    payment = office.begun()
    keys = load_platform_keys(office.sandbox.state_dir)
    assert send(office, notice(office, payment, amount_fen=1), keys) == 204
    assert office.show(payment["payment_number"])["state"] == "REFUND_DUE"
    assert office.paid_by(payment["application_number"]) is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"x" * 70_000])
def test_rubbish_at_the_notification_door_is_refused(office: Office, body: bytes) -> None:
    url = f"{office.url}/v1/gateway/wechat/notifications"
    keys = load_platform_keys(office.sandbox.state_dir)
    signed = signature_headers(keys, "public_key", body, true_time())
    for headers in ({}, {"Wechatpay-Serial": "zz"}, {**signed, "Wechatpay-Signature": "?"}, signed):
        assert requests.post(url, body, headers=headers, timeout=LIMIT_S).status_code in (401, 413)


def test_a_slow_gateway_leaves_doubt_within_the_limit(office: Office) -> None:
    gateway = open_wechat_gateway(replace(settings_of(office), read_timeout_s=0.2), SystemClock())
    number = office.new_number()
    office.sandbox.faults(delay_s=1.5)
    answer = gateway.request_code(order(office.sandbox, number))
    office.sandbox.sound()
    assert answer == Unclear("ReadTimeout")
    assert office.sandbox.order(number) is not None


def test_nobody_at_the_gateways_address_means_that_nothing_was_taken(office: Office) -> None:
    settings = replace(settings_of(office), base_url=f"http://127.0.0.1:{free_port()}")
    gateway = open_wechat_gateway(settings, SystemClock())
    assert isinstance(gateway.request_code(order(office.sandbox, "KT-nobody-1")), NotTaken)
    assert isinstance(gateway.query("KT-nobody-1"), Unclear)
    assert isinstance(gateway.refund("KT-nobody-1", 1), Unclear)
    assert isinstance(gateway.bill(true_time().date()), Unclear)


def test_an_order_that_was_never_made_is_not_known(office: Office) -> None:
    gateway = open_wechat_gateway(settings_of(office), SystemClock())
    assert gateway.query("KT-never-made") == NoSuchOrder()
    assert gateway.close("KT-never-made") == NoSuchOrder()
    assert gateway.reverse("KT-never-made") == NoSuchOrder()


def test_a_day_without_trade_has_an_empty_bill(office: Office) -> None:
    gateway = open_wechat_gateway(settings_of(office), SystemClock())
    day = true_time().date() - timedelta(days=300)
    assert gateway.bill(day) == Bill(day, ())


def test_settings_show_no_secret(office: Office) -> None:
    settings = settings_of(office)
    assert settings.apiv3_key not in repr(settings)
    assert "PRIVATE" not in repr(settings)
