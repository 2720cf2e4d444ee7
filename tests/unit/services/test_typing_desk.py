import threading
from queue import SimpleQueue

from kiosk.domain.candidate import Candidate
from kiosk.flow.effects import FindCandidates
from kiosk.flow.events import CandidatesFound, Event
from kiosk.services.typing_desk import TypingDesk
from tests.unit.services.lobby import LIMIT_S, KeptLog


class SlowEngine:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_busy, self.may_answer = threading.Event(), threading.Event()

    def candidates(self, letters: str, most: int) -> tuple[Candidate, ...]:
        self.asked.append(letters)
        self.is_busy.set()
        assert self.may_answer.wait(LIMIT_S)
        if letters == "fails":
            raise OSError("broken")
        return (Candidate(letters.upper(), most),)


def desk_with(engine: SlowEngine | None) -> tuple[TypingDesk, SimpleQueue[Event]]:
    posted: SimpleQueue[Event] = SimpleQueue()
    return TypingDesk(engine, posted.put, KeptLog()), posted


def test_only_the_newest_wish_is_answered() -> None:
    engine = SlowEngine()
    desk, posted = desk_with(engine)
    desk.start()
    desk.find(FindCandidates("h", 8))
    assert engine.is_busy.wait(LIMIT_S)
    for letters in ("ha", "hao", "haol"):
        desk.find(FindCandidates(letters, 8))
    engine.may_answer.set()
    assert posted.get(timeout=LIMIT_S) == CandidatesFound("h", (Candidate("H", 8),))
    assert posted.get(timeout=LIMIT_S) == CandidatesFound("haol", (Candidate("HAOL", 8),))
    desk.stop(LIMIT_S)
    assert engine.asked == ["h", "haol"]


def test_an_engine_that_fails_is_asked_again() -> None:
    engine = SlowEngine()
    engine.may_answer.set()
    desk, posted = desk_with(engine)
    desk.start()
    desk.find(FindCandidates("fails", 8))
    assert engine.is_busy.wait(LIMIT_S)
    desk.find(FindCandidates("hao", 8))
    assert posted.get(timeout=LIMIT_S) == CandidatesFound("hao", (Candidate("HAO", 8),))
    desk.stop(LIMIT_S)


def test_without_an_engine_nothing_is_answered_and_nothing_hangs() -> None:
    desk, posted = desk_with(None)
    desk.start()
    desk.find(FindCandidates("hao", 8))
    desk.stop(LIMIT_S)
    assert not desk.is_ready
    assert posted.empty()
