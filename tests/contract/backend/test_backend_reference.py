from __future__ import annotations

from typing import Any

from backend.reference.service import load_reference
from kiosk.central.wire import EventsAccepted, Health, Reference
from tests.contract.backend.server import START, Running


def test_health_is_open_and_tells_the_time(central: Running) -> None:
    health = Health.model_validate_json(central.http.get("/v1/health").content)
    assert (health.time, health.payments, health.status) == (START, "down", "degraded")


def test_reference_is_complete_and_cached_by_its_etag(one_office: Running) -> None:
    answer = one_office.get("/v1/reference")
    reference = Reference.model_validate_json(answer.content)
    assert reference == load_reference().reference
    unchanged = one_office.get("/v1/reference", headers={"If-None-Match": answer.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert one_office.get("/v1/reference", headers={"If-None-Match": '"older"'}).status_code == 200


def event(event_id: str, **facts: Any) -> dict[str, Any]:
    return {"event_id": event_id, "kind": "receipt.printed", "at": "2026-09-29T10:00:00+08:00", "facts": facts}


def tell(central: Running, *events: dict[str, Any]) -> EventsAccepted:
    answer = central.post("/v1/events", {"events": list(events)})
    assert answer.status_code == 200, answer.text
    return EventsAccepted.model_validate_json(answer.content)


def test_each_event_is_kept_once(central: Running) -> None:
    first, second = event("event-0001", length_mm=120), event("event-0002", is_reprint=True)
    assert tell(central, first, second) == EventsAccepted(accepted=2, known=0)
    assert tell(central, second, event("event-0003"), second) == EventsAccepted(accepted=1, known=2)
    assert tell(central) == EventsAccepted(accepted=0, known=0)
