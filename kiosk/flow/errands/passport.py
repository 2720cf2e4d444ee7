"""Identify by passport: what opens its chip is typed, then the chip says who it is. Typing alone identifies nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from string import ascii_uppercase, digits

from kiosk.domain.machine_readable_zone import NUMBER_LENGTH, check_digit, day_of, mrz_information
from kiosk.flow.errands.agent import is_agent_awaited, on_agent_presented
from kiosk.flow.errands.effects_other import ReadPassport
from kiosk.flow.errands.events_other import PassportRefused
from kiosk.flow.errands.facts_other import TypedPassport
from kiosk.flow.errands.situations_other import PassportField, ReadingPassport, TypingPassport
from kiosk.flow.events import DocumentPresented, Event, OldCardInserted, OldCardTakenOut, Ticked, Touched
from kiosk.flow.facts import DocumentFacts, Moment
from kiosk.flow.identifying import STAFF_AFTER_FAILURES, look_up
from kiosk.flow.keyboard import KeyboardPage
from kiosk.flow.situations import Identifying, Troubled
from kiosk.flow.terminal import Result, Terminal, answer_further, go, session_of, turn
from kiosk.flow.texts import Text, text
from kiosk.flow.touches import Confirmed, KeyPressed, OptionChosen
from kiosk.flow.views import DeviceView, KeypadView, Option, Phase, Picture, TextEntryView

READ_LIMIT_S = 45.0
"""A chip with a photo on a slow reader; the photo is left out, so this is generous."""
DAY_DIGITS = 6
LEAST_NUMBER = 5
NUMBER_CHARACTERS = ascii_uppercase + digits
FIELDS = tuple(PassportField)


# --- typing ----------------------------------------------------------------------------------------------------------


def on_typing_passport(terminal: Terminal, situation: TypingPassport, event: Event, now: Moment) -> Result:
    match event:
        case Touched(KeyPressed(key)):
            return _typed(terminal, situation, key, now)
        case Touched(Confirmed()):
            return _confirmed(terminal, situation, now)
        case _:
            return terminal, ()


def _typed(terminal: Terminal, situation: TypingPassport, key: str, now: Moment) -> Result:
    """A fault is said as soon as it can be seen."""
    field, before = situation.field, _value(terminal, situation.field)
    after = _after_key(before, key, field)
    if after is None:
        return turn(terminal, replace(situation, problem="characters"))
    told = answer_further(terminal, typed_passport=replace(_passport(terminal), **{field.value: after}))
    is_whole = field is not PassportField.NUMBER and len(after) == DAY_DIGITS
    problem = _fault(field, after, now.wall.date()) if is_whole else ""
    return turn(told, replace(situation, problem=problem))


def _after_key(before: str, key: str, field: PassportField) -> str | None:
    """None: a key that no passport has there."""
    if key == "clear":
        return ""
    if key == "backspace":
        return before[:-1]
    allowed, most = (NUMBER_CHARACTERS, NUMBER_LENGTH) if field is PassportField.NUMBER else (digits, DAY_DIGITS)
    return (before + key.upper())[:most] if key.upper() in allowed else None


def _fault(field: PassportField, value: str, today: date) -> str:
    """What is wrong with a field that is whole; a word of `passport.problem`."""
    match field:
        case PassportField.NUMBER:
            return "too_short" if len(value) < LEAST_NUMBER else ""
        case PassportField.BIRTH:
            day = day_of(value, today, is_past=True)
            return "no_such_day" if day is None else ""
        case PassportField.EXPIRY:
            day = day_of(value, today, is_past=False)
            if day is None:
                return "no_such_day"
            return "expired" if day < today else ""


def _confirmed(terminal: Terminal, situation: TypingPassport, now: Moment) -> Result:
    fault = _fault(situation.field, _value(terminal, situation.field), now.wall.date())
    if fault:
        return turn(terminal, replace(situation, problem=fault))
    place = FIELDS.index(situation.field) + 1
    if place < len(FIELDS):
        return go(terminal, TypingPassport(FIELDS[place]), now)
    return _begin_reading(*go(terminal, ReadingPassport(), now)[:1], now)


def _passport(terminal: Terminal) -> TypedPassport:
    return session_of(terminal).answers.further.typed_passport


def _value(terminal: Terminal, field: PassportField) -> str:
    typed = _passport(terminal)
    match field:
        case PassportField.NUMBER:
            return typed.number
        case PassportField.BIRTH:
            return typed.birth
        case PassportField.EXPIRY:
            return typed.expiry


def view_typing_passport(terminal: Terminal, situation: TypingPassport, now: Moment) -> TextEntryView | KeypadView:
    field, value = situation.field, _value(terminal, situation.field)
    question, placeholder = text(f"passport.{field.value}.question"), text(f"passport.{field.value}.placeholder")
    problem = _problem_text(situation.problem, value)
    if field is PassportField.NUMBER:
        return TextEntryView(
            question=question,
            value=value,
            placeholder=placeholder,
            confirm=text("passport.continue"),
            hint=_number_hint(value),
            problem=problem,
            can_confirm=bool(value),
            page=KeyboardPage.LETTERS,
            pages=(KeyboardPage.LETTERS,),
        )
    return KeypadView(
        question=question,
        value=" ".join(value[at : at + 2] for at in range(0, len(value), 2)),
        placeholder=placeholder,
        confirm=text("passport.continue"),
        hint=_day_hint(field, value, now.wall.date()),
        problem=problem,
        can_confirm=bool(value),
    )


def _problem_text(problem: str, number: str) -> Text | None:
    """The check digit is the quickest way to see whether the number was the mistake."""
    if problem == "not_opened":
        return text("passport.problem.not_opened", digit=_number_check(number))
    return text(f"passport.problem.{problem}") if problem else None


def _number_check(number: str) -> str:
    return check_digit(number.ljust(NUMBER_LENGTH, "<"))


def _number_hint(value: str) -> Text:
    if len(value) < LEAST_NUMBER:
        return text("passport.number.hint")
    return text("passport.number.check", digit=_number_check(value))


def _day_hint(field: PassportField, value: str, today: date) -> Text:
    day = day_of(value, today, is_past=field is PassportField.BIRTH)
    if day is None:
        return text("passport.day.hint")
    return text("passport.day.check", day=day, digit=check_digit(value))


# --- reading ---------------------------------------------------------------------------------------------------------


def on_reading_passport(terminal: Terminal, situation: ReadingPassport, event: Event, now: Moment) -> Result:
    match event:
        case OldCardInserted():
            return _begin_reading(terminal, now)
        case DocumentPresented(document=document):
            return _presented(terminal, document, now)
        case PassportRefused(problem):
            return _refused(terminal, situation, problem, now)
        case OldCardTakenOut() if situation.phase is Phase.WORKING:
            return _refused(terminal, situation, "removed", now)
        case Ticked() if situation.phase is Phase.WORKING and now.mono_s >= situation.begun_at_s + READ_LIMIT_S:
            return _refused(terminal, situation, "unreadable", now)
        case Touched(OptionChosen("type_again")):
            return _type_again(terminal, now)
        case Touched(OptionChosen("staff")) if situation.failures >= STAFF_AFTER_FAILURES:
            return go(terminal, Troubled("cannot_identify", ("again", "finish"), again_to=Identifying()), now)
        case _:
            return terminal, ()


def _begin_reading(terminal: Terminal, now: Moment) -> Result:
    """As soon as it lies there; it may have lain there while the data were typed."""
    situation = terminal.situation
    failures = situation.failures if isinstance(situation, ReadingPassport) else 0
    if not terminal.conditions.is_card_in_reader:
        return turn(terminal, ReadingPassport(failures=failures))
    typed = _passport(terminal)
    reading = ReadingPassport(Phase.WORKING, "", failures, now.mono_s)
    return turn(terminal, reading, ReadPassport(mrz_information(typed.number, typed.birth, typed.expiry)))


def _presented(terminal: Terminal, document: DocumentFacts, now: Moment) -> Result:
    forgotten = answer_further(terminal, typed_passport=TypedPassport())
    if is_agent_awaited(forgotten):
        return on_agent_presented(forgotten, document, now)
    return look_up(forgotten, document, now)


def _refused(terminal: Terminal, situation: ReadingPassport, problem: str, now: Moment) -> Result:
    if problem == "access_denied":
        return _type_again(terminal, now, "not_opened")
    return turn(terminal, ReadingPassport(Phase.TROUBLE, problem, situation.failures + 1))


def _type_again(terminal: Terminal, now: Moment, problem: str = "") -> Result:
    """What was typed is still there; Back leads to where the passport was chosen."""
    session = session_of(terminal)
    before = tuple(one for one in session.history if not isinstance(one, TypingPassport))
    shorter = replace(terminal, session=replace(session, history=before))
    return go(shorter, TypingPassport(problem=problem), now)


def view_reading_passport(terminal: Terminal, situation: ReadingPassport) -> DeviceView:
    options = [Option("type_again", text("passport.type_again"))]
    if situation.failures >= STAFF_AFTER_FAILURES:
        options.append(Option("staff", text("identify.staff"), picture=Picture.STAFF))
    is_lost = terminal.conditions.device("card_reader").word not in ("online", "starting")
    return DeviceView(
        title=text("passport.read.title"),
        instruction=text("passport.read.instruction"),
        picture=Picture.PASSPORT_ON_READER,
        phase=Phase.TROUBLE if is_lost else situation.phase,
        message=text("missing.card_reader") if is_lost else _message(situation),
        options=tuple(options),
    )


def _message(situation: ReadingPassport) -> Text | None:
    if situation.phase is Phase.WORKING:
        return text("passport.reading")
    return text(f"passport.refused.{situation.problem}") if situation.problem else None
