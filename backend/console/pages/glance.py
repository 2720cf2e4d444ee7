"""The first page: the whole fleet by office, what needs somebody, and the last day as lines."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from backend.console.door import Door, Visit
from backend.console.fleet_view import CONDITIONS, Filters, glance, read_day, read_tiles


def add(door: Door) -> None:
    door.get("", _page)
    door.get("/live", _live)


def _page(visit: Visit) -> Response:
    with visit.desk.fleet.sessions() as session:
        day = read_day(session, visit.desk.clock.now())
    return _shown(visit, "glance.html", day=day)


def _live(visit: Visit) -> Response:
    """What changes by itself, for the script to put in."""
    return _shown(visit, "glance_live.html")


def _shown(visit: Visit, template: str, **values: Any) -> Response:
    filters = Filters(*(visit.query(name) for name in ("condition", "office", "config", "name")))
    with visit.desk.fleet.sessions() as session:
        tiles = read_tiles(session)
    offices = {office.office_id: office for office in visit.desk.services.reference.reference.offices}
    return visit.page(
        template,
        filters=filters,
        asked=urlencode({name: value for name, value in vars(filters).items() if value}),
        fleet=glance(tiles, filters),
        conditions=[str(word) for word in CONDITIONS],
        office_ids=sorted({tile.office_id for tile in tiles}),
        offices=offices,
        **values,
    )
