"""The certificate once more: on paper, and as a code for the phone. The backend counts, and the count stands on it."""

from __future__ import annotations

from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.errand_slips import CertificateSlip
from kiosk.flow.errands.effects import MakeCertificate
from kiosk.flow.errands.events import CertificateMade
from kiosk.flow.errands.facts import CertificateFacts
from kiosk.flow.errands.situations_own import AskingForCertificate, ReviewingCertificate, TakingCertificate
from kiosk.flow.errands.tracking import reason_text, state_text, tracked_of
from kiosk.flow.events import CentralRefused, CentralSilent, Event, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.print_job import PrintJob
from kiosk.flow.situations import Troubled
from kiosk.flow.slips import heard_of, print_errand
from kiosk.flow.terminal import Result, Terminal, answer, go, leave, no_way_back, session_of, turn
from kiosk.flow.texts import Text, literal, text
from kiosk.flow.touches import Confirmed, Declined, OptionChosen
from kiosk.flow.views import Language, Option, Phase, Picture, ReceiptView, RecordView, Row, WorkingView

# --- is it this one --------------------------------------------------------------------------------------------------


def on_reviewing_certificate(terminal: Terminal, situation: ReviewingCertificate, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return _ask(terminal, situation.application_number, situation.key or now.fresh_id, now)
        case Touched(Declined()):
            return leave(terminal, now)
        case _:
            return terminal, ()


def _ask(terminal: Terminal, application_number: str, key: str, now: Moment) -> Result:
    person = session_of(terminal).answers.person
    certificate_number = tracked_of(terminal, application_number).application.certificate_number
    if person is None or certificate_number is None:
        return go(terminal, Troubled("no_certificate", ("finish",), application_number), now)
    effect = MakeCertificate(key, certificate_number, person.token)
    return go(terminal, AskingForCertificate(key, application_number), now, effect)


def view_reviewing_certificate(terminal: Terminal, situation: ReviewingCertificate) -> RecordView:
    tracked = tracked_of(terminal, situation.application_number)
    application = tracked.application
    card_date = application.card_date
    return RecordView(
        title=text("own.certificate.title"),
        rows=(
            Row("certificate", text("own.certificate.number"), literal(application.certificate_number or "")),
            Row("number", text("submitted.number"), literal(tracked.number)),
            Row("reason", text("own.certificate.reason"), reason_text(tracked)),
            Row("state", text("own.state"), state_text(tracked)),
            *((Row("card_date", text("submitted.card_date"), text("own.day", date=card_date)),) if card_date else ()),
            Row(
                "prints",
                text("own.certificate.prints"),
                text("own.certificate.times", count=tracked.certificate_prints),
            ),
        ),
        confirm=text("own.certificate.confirm"),
        decline=text("own.finish"),
        hint=text("own.certificate.hint"),
    )


def on_asking_for_certificate(terminal: Terminal, situation: AskingForCertificate, event: Event, now: Moment) -> Result:
    number = situation.application_number
    match event:
        case CertificateMade(situation.ref, certificate):
            return _print(no_way_back(terminal), certificate, None, now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("finish",), number), now)
        case CentralSilent(situation.ref):
            again_to = ReviewingCertificate(number, situation.ref)
            return go(terminal, Troubled("certificate_silent", ("again", "finish"), number, again_to=again_to), now)
        case _:
            return terminal, ()


def view_asking_for_certificate() -> WorkingView:
    return WorkingView(text("own.certificate.asking"), text("own.progress.reading.detail"), Picture.CERTIFICATE)


# --- paper and phone -------------------------------------------------------------------------------------------------


def _print(terminal: Terminal, certificate: CertificateFacts, before: PrintJob | None, now: Moment) -> Result:
    job, effect = print_errand(terminal, _slip_of(terminal, certificate, now), now, before)
    return go(terminal, TakingCertificate(certificate, job), now, effect)


def _slip_of(terminal: Terminal, certificate: CertificateFacts, now: Moment) -> CertificateSlip:
    site = terminal.site
    is_chinese = terminal.preferences.language is Language.ZH
    return CertificateSlip(
        office_name=site.office_name_zh if is_chinese else site.office_name_en,
        terminal_id=site.terminal_id,
        made_at=in_beijing(now.wall),
        certificate_number=certificate.certificate_number,
        application_number=certificate.application_number,
        issued_on=in_beijing(certificate.issued_at).date(),
        print_count=certificate.print_count,
        masked_name=certificate.name_masked,
        masked_number=certificate.document_number_masked,
        masked_card_number=certificate.card_number_masked,
        masked_agent=certificate.agent_name_masked,
        verify_link=certificate.verify_url,
        hotlines="  ".join(session_of(terminal).reference.hotlines),
    )


def on_taking_certificate(terminal: Terminal, situation: TakingCertificate, event: Event, now: Moment) -> Result:
    """What did not come out is printed again under its count; a further copy is another print and counted."""
    certificate, phase = situation.certificate, situation.slip.phase
    slip = heard_of(situation.slip, event, now)
    if slip is not None:
        return turn(terminal, TakingCertificate(certificate, slip))
    match event:
        case Touched(OptionChosen("print_again")) if phase is Phase.TROUBLE:
            return _print(terminal, certificate, situation.slip, now)
        case Touched(OptionChosen("print_copy")) if phase is Phase.DONE:
            return _ask(terminal, certificate.application_number, now.fresh_id, now)
        case Touched(OptionChosen("finish")) if phase is not Phase.WORKING:
            return leave(answer(terminal, has_slip=phase is Phase.DONE), now)
        case _:
            return terminal, ()


def view_taking_certificate(situation: TakingCertificate) -> ReceiptView:
    return ReceiptView(
        title=text("own.certificate.taking", count=situation.certificate.print_count),
        receipt_phase=situation.slip.phase,
        receipt_message=slip_message(situation.slip, "own.certificate"),
        qr_content=situation.certificate.certificate_url,
        qr_caption=text("own.certificate.qr"),
        options=slip_options(situation.slip, text("own.certificate.copy")),
    )


def slip_message(slip: PrintJob, group: str) -> Text:
    match slip.phase:
        case Phase.DONE:
            return text(f"{group}.printed")
        case Phase.TROUBLE:
            return text(f"own.print.{slip.problem}")
        case Phase.WORKING | Phase.WAITING:
            return text(f"{group}.printing")


def slip_options(slip: PrintJob, copy: Text | None, *more: Option) -> tuple[Option, ...]:
    """The copy or the repeat, what else there is, and the end."""
    is_working = slip.phase is Phase.WORKING
    again: tuple[Option, ...] = ()
    if slip.phase is Phase.TROUBLE:
        again = (Option("print_again", text("receipt.print_again"), picture=Picture.PRINTER),)
    elif slip.phase is Phase.DONE and copy is not None:
        again = (Option("print_copy", copy, picture=Picture.PRINTER),)
    return (*again, *more, Option("finish", text("own.finish"), is_primary=True, is_enabled=not is_working))
