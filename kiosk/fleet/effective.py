"""The service under a bundle: what the bundle says stands above the reference data, and those above what is built in.

Used by the terminal for what it shows and by the backend for what it checks, so that both say the same.
"""

from __future__ import annotations

from kiosk.central.wire import OfficialLinks, Reference
from kiosk.fleet.sections import Sections


def reference_under(sections: Sections, reference: Reference, version: str) -> Reference:
    """The reference data with everything that the bundle says in their place; `version` names the bundle.

    A bundle lists fees, lead times, offices, banks, links and hotlines whole; of the calendar it replaces years.
    """
    return reference.model_copy(
        update={
            "version": version,
            "fees": sections.pricing.fees,
            "lead_times": sections.lead_times.rows,
            "calendar": {**reference.calendar, **sections.calendar.years},
            "offices": sections.offices.rows,
            "banks": sections.banks.rows,
            "links": OfficialLinks.model_validate(sections.links.model_dump()),
            "hotlines": sections.hotlines,
        }
    )
