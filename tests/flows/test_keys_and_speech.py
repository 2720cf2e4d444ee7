"""The five keys and the voice, told to the pure flow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from kiosk.domain.application import PaymentState
from kiosk.domain.language import Language
from kiosk.flow.announcing import announcement
from kiosk.flow.controls import Place, controls_of, order_of
from kiosk.flow.delivering import per_page
from kiosk.flow.events import (
    ApplicationAnswered,
    Event,
    Failed,
    HeadsetChanged,
    NavigationKey,
    NavigationKeyPressed,
    ReceiptPrinted,
    Ticked,
    Touched,
)
from kiosk.flow.focus import attend, focused
from kiosk.flow.speech import Utterance, page_of_speech, spoken_of
from kiosk.flow.terminal import Preferences
from kiosk.flow.touches import (
    Confirmed,
    ElderStarted,
    EndConfirmed,
    EndTouched,
    HelpTouched,
    KeyPressed,
    LanguageChosen,
    OptionChosen,
    RateChosen,
    SpeechPaused,
    SpeechSwitched,
    Started,
    StillHere,
    VolumeChosen,
)
from kiosk.flow.views import (
    RATES_PERCENT,
    VOLUMES_DB,
    AttractView,
    ChoiceView,
    Display,
    HelpOverlay,
    IdleWarning,
    Phase,
    Size,
)
from tests.flows.stages import STAGES, answered, attract, awaited, job, mobile, office, own_card_read, printing, reason
from tests.flows.story import ACCEPTED, APPLICATION, Story

UP, DOWN, OK, BACK, HELP = (NavigationKeyPressed(key) for key in NavigationKey)


class Visit:
    """A story with keys and ears: what is said is written down, display by display."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.display: Display = story.display
        self.heard: list[Utterance] = []
        self.heard_last: tuple[Utterance, ...] = ()

    def tell(self, *events: Event) -> Visit:
        for event in events:
            self.story.told += 1
            self.story.terminal, effects = attend(self.story.terminal, event, self.story.now())
            self.story.effects.extend(effects)
            before, self.display = self.display, self.story.display
            new = announcement(before, self.display)
            self.heard_last = new.utterances if new is not None else ()
            self.heard += self.heard_last
        return self

    @property
    def focus(self) -> str | None:
        control = focused(self.display)
        return None if control is None else control.control_id

    def choose(self, control_id: str) -> Visit:
        for _ in order_of(self.display):
            self.tell(DOWN)
            if self.focus == control_id:
                return self.tell(OK)
        pytest.fail(f"{control_id} is not on {type(self.display.view).__name__}")

    def parts(self) -> list[str]:
        return [said.speaks_for for said in self.heard_last]


def listening(story: Story, *, has_headset: bool = True) -> Visit:
    visit = Visit(story)
    return visit.tell(HeadsetChanged(is_in=True) if has_headset else Touched(SpeechSwitched(is_on=True)))


# --- beginning -------------------------------------------------------------------------------------------------------


def test_the_first_key_on_the_attract_screen_begins_speech_and_nothing_else() -> None:
    visit = Visit(attract()).tell(OK)
    assert isinstance(visit.display.view, AttractView)
    assert visit.display.frame.speech.is_on
    assert visit.parts()[:2] == ["welcome", "title"]
    assert visit.parts()[-2:] == ["choices", "keys"]
    assert visit.focus is None


def test_a_headset_begins_speech_and_its_absence_ends_it() -> None:
    visit = listening(attract())
    assert visit.parts()[0] == "welcome"
    visit.tell(HeadsetChanged(is_in=False))
    assert not visit.display.frame.speech.is_on
    assert not visit.display.frame.has_headset


def test_the_attract_screen_forgets_a_listener_who_has_gone() -> None:
    visit = Visit(attract()).tell(OK)
    visit.story.wait(200)
    assert not visit.story.display.frame.speech.is_on


# --- the way ---------------------------------------------------------------------------------------------------------


def test_the_whole_journey_by_keys() -> None:
    visit = listening(attract())
    visit.choose("start_zh").choose("option.replace").choose("confirm")
    visit.story.identified()
    visit.display = visit.story.display
    visit.choose("confirm").choose("option.damaged").choose("option.handed_in")
    for figure in "13800138000":
        visit.choose(f"key.{figure}")
    visit.choose("confirm").choose("option.pickup").choose("option.CY-1").choose("option.keep").choose("confirm")
    visit.tell(ApplicationAnswered(awaited(visit.story), APPLICATION))
    visit.choose("option.scan_screen")
    visit.tell(answered(visit.story, PaymentState.PAID))
    visit.tell(ApplicationAnswered(awaited(visit.story), ACCEPTED))
    visit.choose("confirm").tell(ReceiptPrinted(job(visit.story))).choose("option.finish").choose("confirm")
    assert visit.story.situation == "Attract"


def test_keys_go_round_in_reading_order_and_begin_on_the_page() -> None:
    visit = listening(reason())
    order = [control.control_id for control in order_of(visit.display)]
    first = next(control for control in order_of(visit.display) if control.place is Place.PAGE)
    visit.tell(DOWN)
    assert visit.focus == first.control_id
    seen = [visit.focus, *(visit.tell(DOWN).focus for _ in order[1:])]
    at = order.index(first.control_id)
    assert seen == order[at:] + order[:at]
    assert visit.tell(UP).focus == order[at - 2]


def test_a_control_says_its_name_its_meaning_and_its_place() -> None:
    visit = listening(reason()).tell(DOWN)
    assert visit.parts() == ["option.lost", "option.lost/about", "option.lost/position"]


@pytest.mark.parametrize("name", STAGES)
def test_ok_without_a_focus_does_nothing_but_read_the_page(name: str) -> None:
    """A double press never acts on the page that has just come."""
    visit = listening(STAGES[name]())
    before, effects = visit.story.terminal.situation, len(visit.story.effects)
    visit.tell(OK, OK)
    assert (visit.story.terminal.situation, len(visit.story.effects)) == (before, effects)
    assert "title" in visit.parts()


def test_a_new_page_begins_without_a_focus() -> None:
    visit = listening(reason()).choose("option.damaged")
    assert visit.focus is None


def test_a_closed_control_says_so_and_does_nothing() -> None:
    visit = listening(mobile())
    visit.choose("confirm")
    assert "confirm/closed" in visit.parts()
    assert visit.story.situation == "EnteringMobile"


def test_back_leads_back_and_where_it_cannot_the_page_is_read() -> None:
    visit = listening(reason()).tell(BACK)
    assert visit.story.situation == "ReviewingRecord"
    stuck = listening(printing()).tell(BACK)
    assert "title" in stuck.parts()


def test_help_once_reads_again_and_twice_opens_the_help() -> None:
    visit = listening(reason()).tell(HELP)
    assert visit.display.overlay is None
    assert "title" in visit.parts()
    visit.tell(HELP)
    assert isinstance(visit.display.overlay, HelpOverlay)
    assert visit.tell(HELP).display.overlay is None


def test_any_key_answers_the_idle_warning_and_does_no_more() -> None:
    visit = listening(reason()).tell(DOWN)
    visit.story.wait(181)
    visit.display = visit.story.display
    assert isinstance(visit.display.overlay, IdleWarning)
    visit.tell(OK)
    assert visit.display.overlay is None
    assert visit.story.situation == "ChoosingReason"


# --- settings --------------------------------------------------------------------------------------------------------


def test_speed_and_volume_go_in_steps_to_their_ends_by_keys() -> None:
    visit = listening(reason()).tell(HELP, HELP)
    for _ in RATES_PERCENT:
        visit.choose("speech.faster")
    assert visit.display.frame.speech.rate_percent == 200
    for _ in VOLUMES_DB:
        visit.choose("speech.softer")
    assert visit.display.frame.speech.volume_db == VOLUMES_DB[0]
    assert "speech.softer/closed" in visit.parts()


def test_the_steps_are_those_of_the_standards() -> None:
    """VVSG 2.0: 50 to 200 % in 6 to 8 steps, volume in steps of at most 10 dB; EN 301 549 8.2.1: 18 dB, one at 12."""
    assert (RATES_PERCENT[0], RATES_PERCENT[-1]) == (50, 200)
    assert 6 <= len(RATES_PERCENT) <= 8
    assert all(later - earlier <= 10 for earlier, later in pairwise(VOLUMES_DB))
    assert VOLUMES_DB[-1] - VOLUMES_DB[0] >= 18
    assert VOLUMES_DB[0] + 12 in VOLUMES_DB


def test_a_setting_says_how_it_is_now() -> None:
    visit = listening(reason()).tell(HELP, HELP).choose("speech.faster")
    assert "speech.faster/state" in visit.parts()


@pytest.mark.parametrize("end", [EndConfirmed(), None])
def test_every_wish_is_gone_with_the_session(end: EndConfirmed | None) -> None:
    visit = Visit(attract()).tell(Touched(ElderStarted()), Touched(RateChosen(200)), Touched(VolumeChosen(0)))
    assert visit.story.terminal.preferences != Preferences()
    if end is None:
        visit.story.wait(300)
    else:
        visit.tell(Touched(EndTouched()), Touched(end))
    assert visit.story.terminal.preferences == Preferences()
    assert visit.tell(Touched(Started(Language.ZH))).story.terminal.preferences == Preferences()


def test_a_fault_of_the_terminal_takes_the_wishes_with_it() -> None:
    visit = Visit(attract()).tell(Touched(ElderStarted()), Failed("screens"))
    assert visit.story.terminal.preferences == Preferences()


# --- elder mode ------------------------------------------------------------------------------------------------------


def test_elder_mode_in_one_touch_is_large_slow_and_spoken() -> None:
    visit = Visit(attract()).tell(Touched(ElderStarted()))
    frame = visit.display.frame
    assert visit.story.situation == "ChoosingPurpose"
    assert (frame.is_elder, frame.size, frame.speech.is_on) == (True, Size.LARGE, True)
    assert frame.speech.rate_percent < 100
    assert "title" in visit.parts()


def test_the_whole_journey_in_elder_mode_is_spoken_and_says_nothing_private() -> None:
    visit = Visit(attract()).tell(Touched(ElderStarted()))
    visit.tell(Touched(OptionChosen("replace")), Touched(Confirmed()))
    visit.story.identified()
    visit.tell(Touched(Confirmed()), Touched(OptionChosen("damaged")), Touched(OptionChosen("handed_in")))
    visit.tell(*(Touched(OptionChosen(option)) for option in ("known", "pickup", "CY-1", "keep")))
    visit.tell(Touched(Confirmed()))
    visit.tell(ApplicationAnswered(awaited(visit.story), APPLICATION), Touched(OptionChosen("scan_screen")))
    visit.tell(answered(visit.story, PaymentState.PAID))
    visit.tell(ApplicationAnswered(awaited(visit.story), ACCEPTED), Touched(Confirmed()))
    visit.tell(ReceiptPrinted(job(visit.story)))
    assert visit.story.situation == "TakingReceipt"
    titles = [said for said in visit.heard if said.speaks_for == "title"]
    assert len(titles) >= 14
    assert not [said for said in visit.heard if said.is_private]
    assert visit.display.frame.is_elder


def test_elder_mode_shows_fewer_choices_and_gives_more_time() -> None:
    quick, slow = office(), Story().open_for_business().touch(ElderStarted())
    assert slow.terminal.timeouts.idle_s > quick.terminal.timeouts.idle_s
    assert slow.terminal.timeouts.warning_s == 45
    assert slow.terminal.timeouts.pay_s > quick.terminal.timeouts.pay_s
    assert per_page(slow.terminal, 6) == 3 < per_page(quick.terminal, 6)


def test_elder_mode_speaks_on_when_a_headset_is_pulled_out_but_nothing_private() -> None:
    visit = Visit(attract()).tell(HeadsetChanged(is_in=True), Touched(ElderStarted()), HeadsetChanged(is_in=False))
    assert visit.display.frame.speech.is_on
    assert not visit.display.frame.has_headset


# --- what is said ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STAGES)
def test_everything_that_can_be_done_can_be_heard(name: str) -> None:
    display = STAGES[name]().display
    said = {utterance.speaks_for for utterance in spoken_of(display)}
    assert {control.control_id for control in controls_of(display)} <= said
    assert "title" in said


@pytest.mark.parametrize("name", STAGES)
def test_no_two_parts_of_a_page_have_one_name(name: str) -> None:
    names = [utterance.speaks_for for utterance in spoken_of(STAGES[name]().display)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", STAGES)
def test_without_a_headset_nothing_private_is_ever_said(name: str) -> None:
    visit = listening(STAGES[name](), has_headset=False)
    visit.tell(HELP, *(DOWN for _ in order_of(visit.display)))
    assert not [said for said in visit.heard if said.is_private]


def test_with_a_headset_the_record_is_heard_and_without_one_the_listener_is_told() -> None:
    private = [said for said in listening(STAGES["record"]()).heard_last if said.is_private]
    assert len(private) >= 4
    assert "withheld" in listening(STAGES["record"](), has_headset=False).parts()


def test_a_typed_figure_is_said_and_so_is_an_emptied_field() -> None:
    visit = listening(mobile()).tell(Touched(KeyPressed("1")))
    assert visit.parts() == ["value"]
    visit.tell(Touched(KeyPressed("clear")))
    assert visit.heard_last[0].text.key == "speech.emptied"


def test_what_changes_on_a_page_is_said_without_interrupting() -> None:
    story = mobile().touch(KeyPressed("1"))
    before = listening(story).display
    story.touch(*())
    visit = Visit(story)
    visit.display = before
    visit.tell(Touched(Confirmed()))
    new = announcement(before, visit.display)
    assert new is not None
    assert not new.interrupts
    assert [said.speaks_for for said in new.utterances] == ["problem"]


def test_seconds_are_not_counted_aloud_but_their_end_is_told() -> None:
    visit = listening(STAGES["code shown"]())
    visit.heard.clear()
    for _ in range(269):
        visit.story.mono_s += 1
        visit.tell(Ticked())
    assert [said.speaks_for for said in visit.heard].count("time_left") == 3


def test_another_language_is_heard_at_once() -> None:
    visit = listening(reason()).tell(Touched(LanguageChosen(Language.EN)))
    assert "title" in visit.parts()


def test_pausing_is_silent_and_a_key_goes_on() -> None:
    visit = listening(reason()).tell(Touched(HelpTouched()), Touched(SpeechPaused(is_paused=True)))
    assert visit.display.frame.speech.is_paused
    visit.tell(DOWN)
    assert not visit.display.frame.speech.is_paused


# --- time ------------------------------------------------------------------------------------------------------------


def extended(story: Story) -> Iterator[bool]:
    """Each wait until the warning, and whether the same situation is there after `StillHere`."""
    situation = story.terminal.situation
    for _ in range(12):
        story.wait(story.terminal.timeouts.idle_s + 1)
        has_warning = isinstance(story.display.overlay, IdleWarning)
        story.touch(StillHere())
        yield has_warning and story.terminal.situation == situation and story.display.overlay is None


QUESTIONS_THAT_WAIT = (
    "purpose",
    "notice",
    "record",
    "reason",
    "mobile half typed",
    "office",
    "address detail",
    "check",
)


@pytest.mark.parametrize("name", QUESTIONS_THAT_WAIT)
def test_time_can_be_extended_twelve_times_and_nothing_is_lost(name: str) -> None:
    """WCAG 2.2.1 asks for ten."""
    assert all(extended(STAGES[name]()))


@pytest.mark.parametrize("name", QUESTIONS_THAT_WAIT)
def test_nobody_is_ended_without_a_warning_of_twenty_seconds(name: str) -> None:
    story = STAGES[name]()
    warned = 0
    for _ in range(400):
        story.wait(1)
        if story.terminal.session is None:
            break
        warned += isinstance(story.display.overlay, IdleWarning)
    assert story.terminal.session is None
    assert warned >= 20


@pytest.mark.parametrize("name", ["card being read", "code shown", "payer's code sent", "printing", "cancelling"])
def test_no_absence_is_counted_while_paying_printing_or_reading(name: str) -> None:
    story = STAGES[name]()
    for _ in range(150):
        story.wait(1)
        is_reading = getattr(story.display.view, "phase", Phase.WORKING) is Phase.WORKING  # a reader may give up
        assert not (is_reading and isinstance(story.display.overlay, IdleWarning))


def test_a_choice_by_key_is_the_same_as_one_by_finger() -> None:
    by_key = listening(reason()).choose("option.damaged").story
    by_finger = reason().touch(OptionChosen("damaged"))
    assert by_key.terminal.situation == by_finger.terminal.situation
    assert type(own_card_read().display.view) is type(by_key.display.view)
    assert isinstance(reason().display.view, ChoiceView)
    assert page_of_speech(reason().display) == page_of_speech(reason().display)


def test_what_is_on_the_receipt_can_be_heard_once_it_is_out() -> None:
    receipt = STAGES["printed"]().display
    lines = [said for said in spoken_of(receipt) if said.speaks_for.startswith("paper.")]
    assert all(said.is_private for said in lines)
    labels = {dict(said.text.values)["label"].key for said in lines if said.text.key == "speech.paper.pair"}
    assert labels >= {"slip.number", "slip.card_date", "slip.collect_at", "slip.fee", "slip.payment"}
    assert not any(said.speaks_for.startswith("paper") for said in spoken_of(printing().display))
