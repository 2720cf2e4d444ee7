"""Applying for somebody else: the agent's own document, relationship, telephone, declaration; then as for oneself."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.contact import MobileFault, check_mobile
from kiosk.domain.errands import Relationship
from kiosk.domain.masking import mask_name
from kiosk.flow.delivering import MOBILE_DIGITS, grouped_mobile, typed
from kiosk.flow.errands.effects_other import RegisterAgent
from kiosk.flow.errands.events_other import AgentRegistered
from kiosk.flow.errands.facts_other import FurtherAnswers
from kiosk.flow.errands.situations_other import (
    AcceptingDeclaration,
    ChoosingRelationship,
    EnteringAgentMobile,
    IdentifyingAgent,
    RegisteringAgent,
    TypingPassport,
)
from kiosk.flow.events import CentralRefused, CentralSilent, DocumentPresented, DocumentRefused, Event, Touched
from kiosk.flow.facts import DocumentFacts, Moment
from kiosk.flow.identifying import STAFF_AFTER_FAILURES, with_device
from kiosk.flow.situations import ChoosingReason, Situation, Troubled
from kiosk.flow.terminal import Result, Terminal, answer_further, finish, go, session_of, turn
from kiosk.flow.texts import literal, text
from kiosk.flow.touches import Confirmed, Declined, KeyPressed, OptionChosen
from kiosk.flow.views import (
    ChoiceView,
    DeviceView,
    ExplainView,
    KeypadView,
    Line,
    Option,
    Phase,
    Picture,
    WorkingView,
)

WITH_ANOTHER_DOCUMENT = ("agent_is_person", "agent_minor", "agent_limit")
"""Refusals that another agent's document can mend."""


def is_agent_awaited(terminal: Terminal) -> bool:
    """The card holder is known, and the next document is the agent's."""
    answers = session_of(terminal).answers
    return answers.further.is_for_other and answers.person is not None


def _further(terminal: Terminal) -> FurtherAnswers:
    return session_of(terminal).answers.further


# --- the agent's document --------------------------------------------------------------------------------------------


def on_identifying_agent(terminal: Terminal, situation: IdentifyingAgent, event: Event, now: Moment) -> Result:
    match event:
        case DocumentPresented(document=document):
            return on_agent_presented(terminal, document, now)
        case DocumentRefused(problem):
            return _refused(terminal, situation, problem)
        case Touched(OptionChosen("passport")) if terminal.conditions.device("card_reader").is_online:
            return go(terminal, TypingPassport(), now)
        case Touched(OptionChosen("staff")):
            return go(terminal, Troubled("cannot_identify", ("again", "finish"), again_to=IdentifyingAgent()), now)
        case _:
            return terminal, ()


def on_agent_presented(terminal: Terminal, document: DocumentFacts, now: Moment) -> Result:
    """The card holder's document usually still lies there when the agent's is asked for."""
    holder = session_of(terminal).answers.document
    if holder is not None and (holder.kind, holder.number) == (document.kind, document.number):
        if isinstance(terminal.situation, IdentifyingAgent):
            return turn(terminal, IdentifyingAgent(Phase.TROUBLE, "same", terminal.situation.failures))
        return go(terminal, IdentifyingAgent(Phase.TROUBLE, "same"), now)
    return go(answer_further(terminal, agent_document=document), _next_question(terminal), now)


def _refused(terminal: Terminal, situation: IdentifyingAgent, problem: str) -> Result:
    if problem == "not_present":  # also what a reader says of a document that it has read and that still lies there
        phase = Phase.TROUBLE if situation.problem else Phase.WAITING
        return turn(terminal, IdentifyingAgent(phase, situation.problem, situation.failures))
    failures = situation.failures + (problem != situation.problem)
    return turn(terminal, IdentifyingAgent(Phase.TROUBLE, problem, failures))


def _next_question(terminal: Terminal) -> Situation:
    """What was said at home is not asked again; the declaration always is."""
    further = _further(terminal)
    if further.relationship is None:
        return ChoosingRelationship()
    return EnteringAgentMobile() if further.agent_mobile is None else AcceptingDeclaration()


def view_identifying_agent(terminal: Terminal, situation: IdentifyingAgent) -> DeviceView:
    passport = with_device(terminal, "passport", "card_reader")
    staff = Option("staff", text("identify.staff"), picture=Picture.STAFF)
    is_lost = terminal.conditions.device("identity_reader").word not in ("online", "starting")
    words = "agent.document.same" if situation.problem == "same" else f"identify.problem.{situation.problem}"
    message = text(words) if situation.problem else None
    return DeviceView(
        title=text("agent.document.title"),
        instruction=text("agent.document.instruction"),
        picture=Picture.ID_CARD_ON_READER,
        phase=Phase.TROUBLE if is_lost else situation.phase,
        message=text("missing.identity_reader") if is_lost else message,
        options=(passport, staff) if situation.failures >= STAFF_AFTER_FAILURES else (passport,),
    )


# --- relationship and telephone --------------------------------------------------------------------------------------


def on_choosing_relationship(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen(word)) if word in list(Relationship):
            told = answer_further(terminal, relationship=Relationship(word))
            return go(told, _next_question(told), now)
        case _:
            return terminal, ()


def view_choosing_relationship() -> ChoiceView:
    return ChoiceView(
        question=text("agent.relationship.question"),
        options=tuple(Option(one.value, text(f"agent.relationship.{one.value}")) for one in Relationship),
        hint=text("agent.relationship.hint"),
        layout="grid",
    )


def on_entering_agent_mobile(terminal: Terminal, situation: EnteringAgentMobile, event: Event, now: Moment) -> Result:
    match event:
        case Touched(KeyPressed(key)):
            return turn(terminal, EnteringAgentMobile(typed(situation.typed, key, MOBILE_DIGITS)))
        case Touched(Confirmed()):
            mobile = check_mobile(situation.typed)
            if isinstance(mobile, MobileFault):
                return turn(terminal, replace(situation, problem=mobile.value))
            return go(answer_further(terminal, agent_mobile=mobile.text), AcceptingDeclaration(), now)
        case _:
            return terminal, ()


def view_entering_agent_mobile(situation: EnteringAgentMobile) -> KeypadView:
    return KeypadView(
        question=text("agent.mobile.question"),
        value=grouped_mobile(situation.typed),
        placeholder=text("mobile.placeholder"),
        confirm=text("mobile.confirm"),
        hint=text("agent.mobile.hint"),
        problem=text(f"mobile.problem.{situation.problem}") if situation.problem else None,
        can_confirm=bool(situation.typed),
    )


# --- the declaration -------------------------------------------------------------------------------------------------


def on_accepting_declaration(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return _register(terminal, now)
        case Touched(Declined()):
            return finish(terminal, now, "declaration_declined")
        case _:
            return terminal, ()


def _register(terminal: Terminal, now: Moment) -> Result:
    session = session_of(terminal)
    answers, further = session.answers, session.answers.further
    rule = session.reference.agent_rule(now.wall.date())
    person, document = answers.person, further.agent_document
    relationship, mobile = further.relationship, further.agent_mobile
    if person is None or document is None or relationship is None or mobile is None or rule is None:
        raise RuntimeError("the declaration was reached with questions unanswered")
    effect = RegisterAgent(now.fresh_id, person.token, document, relationship, mobile, rule.declaration_version)
    return go(terminal, RegisteringAgent(now.fresh_id), now, effect)


def view_accepting_declaration(terminal: Terminal) -> ExplainView:
    answers = session_of(terminal).answers
    holder, document = answers.person, answers.further.agent_document
    agent_name = literal(mask_name(document.name if document else ""))
    return ExplainView(
        title=text("agent.declaration.title"),
        lines=(
            Line(text("agent.declaration.who", agent=agent_name), Picture.PERSON),
            Line(text("agent.declaration.for", holder=literal(mask_name(holder.name if holder else ""))), Picture.CARD),
            Line(text("agent.declaration.wish"), Picture.TICK),
            Line(text("agent.declaration.true"), Picture.SHIELD),
        ),
        confirm=text("agent.declaration.confirm"),
        decline=text("agent.declaration.decline"),
    )


def on_registering_agent(terminal: Terminal, situation: RegisteringAgent, event: Event, now: Moment) -> Result:
    match event:
        case AgentRegistered(situation.ref, agent):
            return go(answer_further(terminal, agent=agent), ChoosingReason(), now)
        case CentralRefused(situation.ref, code):
            return _not_registered(terminal, code, now)
        case CentralSilent(situation.ref):
            return go(terminal, Troubled("agent_silent", ("again", "finish"), again_to=AcceptingDeclaration()), now)
        case _:
            return terminal, ()


def _not_registered(terminal: Terminal, code: str, now: Moment) -> Result:
    if code in WITH_ANOTHER_DOCUMENT:
        forgotten = answer_further(terminal, agent_document=None)
        return go(forgotten, Troubled(code, ("another_agent", "finish"), again_to=IdentifyingAgent()), now)
    if code == "guardian_required":
        forgotten = answer_further(terminal, relationship=None)
        return go(forgotten, Troubled(code, ("again", "finish"), again_to=ChoosingRelationship()), now)
    return go(terminal, Troubled(code, ("finish",)), now)


def view_registering_agent() -> WorkingView:
    return WorkingView(text("agent.registering.title"), text("agent.registering.detail"), Picture.PERSON)
