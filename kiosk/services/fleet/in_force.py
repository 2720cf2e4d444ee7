"""The service in force: what the bundle says, above the reference data, above what is built in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from kiosk.central import wire
from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.language import Language
from kiosk.domain.opening import OpeningHours
from kiosk.fleet.bundle import Bundle
from kiosk.fleet.desired import Overrides
from kiosk.fleet.effective import reference_under
from kiosk.fleet.sections import Opening, Sections, TimeOuts, Week
from kiosk.flow.facts import Conduct, Reference, Timeouts
from kiosk.services.fleet.applying import Held
from kiosk.services.health import check_rules
from kiosk.services.records import reference_of

TextSink = Callable[[dict[Language, dict[str, str]]], None]
"""Takes texts that replace those of the catalogue, by language and key; whatever it held before is gone."""

SMALL_HOURS = range(2, 5)
"""Beijing time."""


class InForce:
    """From any thread. `office_id`: where this terminal stands, for the hours of its office."""

    def __init__(self, office_id: str, set_texts: TextSink) -> None:
        self._office_id = office_id
        self._set_texts = set_texts
        self._lock = threading.Lock()
        self._newest: wire.Reference | None = None
        self._bundle: Bundle | None = None
        self._held: Held | None = None
        self._is_stranded = False

    def shape(self, reference: wire.Reference) -> Reference:
        """The flow's service from fresh reference data; raises ValueError or NoRuleError when it is none."""
        with self._lock:
            self._newest = reference
            return self._shaped(reference)

    def change(self, held: Held | None, bundle: Bundle | None, *, is_stranded: bool = False) -> Reference | None:
        """Another bundle, or none; None is answered while there are no reference data to put it on.

        `is_stranded`: bundles failed here and none is left to go back to. Then no money is taken.
        """
        with self._lock:
            self._held, self._bundle, self._is_stranded = held, bundle, is_stranded
            self._set_texts(texts_of(bundle.sections) if bundle is not None else {})
            return self._shaped(self._newest) if self._newest is not None else None

    def is_closed(self, now: datetime) -> bool:
        """Outside opening hours; where there are none, in the small hours."""
        with self._lock:
            bundle, held = self._bundle, self._held
        opening = (
            opening_of(bundle.sections.opening, held.overrides.opening, self._office_id) if bundle and held else None
        )
        if opening is None:
            return in_beijing(now).hour in SMALL_HOURS
        return not opening.is_open(now)

    @property
    def bundle(self) -> Bundle | None:
        with self._lock:
            return self._bundle

    def check(self, bundle: Bundle, today: date) -> None:
        """Raises ValueError or NoRuleError when this bundle is no service that could be offered today."""
        if self._newest is not None:
            check_rules(reference_of(reference_under(bundle.sections, self._newest, "")).rules, today)

    def _shaped(self, reference: wire.Reference) -> Reference:
        bundle, held = self._bundle, self._held
        if bundle is None or held is None:
            plain = reference_of(reference)
            return plain if not self._is_stranded else _with(plain, Conduct(takes_payments=False))
        merged = reference_of(reference_under(bundle.sections, reference, held.bundle_sha256))
        return _with(merged, conduct_of(bundle.sections, held.bundle_sha256, held.overrides, self._office_id))


def conduct_of(sections: Sections, bundle_sha256: str, overrides: Overrides, office_id: str) -> Conduct:
    """How the service is run here; what the statement says of this site stands above the bundle."""
    comfort, features = sections.accessibility, sections.features
    names = overrides.office_name_zh, overrides.office_name_en
    return Conduct(
        bundle=bundle_sha256,
        timeouts=timeouts_of(sections.timeouts),
        takes_payments=sections.payments.is_open,
        methods=frozenset(sections.payments.methods),
        switched_off=frozenset(feature.value for feature in features.switches if not features.is_on(feature)),
        size=comfort.size,
        theme=comfort.theme,
        is_speech_on=comfort.is_speech_on,
        volume_percent=comfort.volume_percent,
        opening=opening_of(sections.opening, overrides.opening, office_id),
        office_name=(names[0], names[1]) if names[0] is not None and names[1] is not None else None,
    )


def timeouts_of(times: TimeOuts) -> Timeouts:
    return Timeouts(**{name: float(value) for name, value in times.model_dump().items()})


def opening_of(opening: Opening, override: Week | None, office_id: str) -> OpeningHours | None:
    week = override or opening.by_office.get(office_id) or opening.usual
    if week is None:
        return None
    days = tuple(tuple((span.opens, span.closes) for span in spans) for spans in week.days())
    return OpeningHours(days, frozenset(opening.closed_days))


def texts_of(sections: Sections) -> dict[Language, dict[str, str]]:
    return {Language.ZH: dict(sections.texts.zh), Language.EN: dict(sections.texts.en)}


def _with(reference: Reference, conduct: Conduct) -> Reference:
    return replace(reference, conduct=conduct)
