"""What is printed twice is marked as a copy, and what may have been printed as a possible one."""

from kiosk.domain.receipt import CopyKind
from kiosk.flow.effects import PrintReceipt
from kiosk.flow.touches import OptionChosen
from tests.flows.stages import not_printed, printed, printing, slip_out, slip_stuck
from tests.flows.story import Story


def mark_of(story: Story) -> tuple[CopyKind, int | None]:
    (effect,) = story.last
    assert isinstance(effect, PrintReceipt)
    copy = effect.receipt.copy
    return copy.kind, copy.duplicate_number if copy.kind is CopyKind.DUPLICATE else None


def test_a_doubt_outlives_an_attempt_that_surely_failed() -> None:
    story = not_printed().touch(OptionChosen("print_again"))
    assert mark_of(story) == (CopyKind.POSSIBLE_DUPLICATE, None)
    slip_stuck(story, may_have_printed=False).touch(OptionChosen("print_again"))
    assert mark_of(story) == (CopyKind.POSSIBLE_DUPLICATE, None)


def test_a_copy_that_failed_is_still_a_copy_when_printed_again() -> None:
    story = printed().touch(OptionChosen("print_copy"))
    assert mark_of(story) == (CopyKind.DUPLICATE, 1)
    slip_stuck(story, "cover_open", may_have_printed=False).touch(OptionChosen("print_again"))
    assert mark_of(story) == (CopyKind.DUPLICATE, 1)


def test_copies_are_counted() -> None:
    story = slip_out(printed().touch(OptionChosen("print_copy"))).touch(OptionChosen("print_copy"))
    assert mark_of(story) == (CopyKind.DUPLICATE, 2)


def test_what_surely_did_not_print_is_an_original_again() -> None:
    story = slip_stuck(printing(), "cover_open", may_have_printed=False).touch(OptionChosen("print_again"))
    assert mark_of(story) == (CopyKind.ORIGINAL, None)


def test_a_copy_after_a_doubt_that_ended_well_is_a_counted_copy() -> None:
    story = slip_out(not_printed().touch(OptionChosen("print_again"))).touch(OptionChosen("print_copy"))
    assert mark_of(story) == (CopyKind.DUPLICATE, 1)
