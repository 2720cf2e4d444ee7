"""What is printed twice is marked as a copy, and what may have been printed as a possible one."""

from kiosk.domain.receipt import CopyKind
from kiosk.flow.effects import PrintReceipt
from kiosk.flow.events import ReceiptNotPrinted, ReceiptPrinted
from kiosk.flow.touches import OptionChosen
from tests.flows.stages import not_printed, printed, printing
from tests.flows.story import Story


def mark_of(story: Story) -> tuple[CopyKind, int | None]:
    (effect,) = story.last
    assert isinstance(effect, PrintReceipt)
    copy = effect.receipt.copy
    return copy.kind, copy.duplicate_number if copy.kind is CopyKind.DUPLICATE else None


def test_a_doubt_outlives_an_attempt_that_surely_failed() -> None:
    story = not_printed().touch(OptionChosen("print_again"))
    assert mark_of(story) == (CopyKind.POSSIBLE_DUPLICATE, None)
    story.tell(ReceiptNotPrinted("paper_out", may_have_printed=False)).touch(OptionChosen("print_again"))
    assert mark_of(story) == (CopyKind.POSSIBLE_DUPLICATE, None)


def test_a_copy_that_failed_is_still_a_copy_when_printed_again() -> None:
    story = printed().touch(OptionChosen("print_copy"))
    assert mark_of(story) == (CopyKind.DUPLICATE, 1)
    story.tell(ReceiptNotPrinted("cover_open", may_have_printed=False)).touch(OptionChosen("print_again"))
    assert mark_of(story) == (CopyKind.DUPLICATE, 1)


def test_copies_are_counted() -> None:
    story = printed().touch(OptionChosen("print_copy")).tell(ReceiptPrinted()).touch(OptionChosen("print_copy"))
    assert mark_of(story) == (CopyKind.DUPLICATE, 2)


def test_what_surely_did_not_print_is_an_original_again() -> None:
    story = printing().tell(ReceiptNotPrinted("cover_open", may_have_printed=False)).touch(OptionChosen("print_again"))
    assert mark_of(story) == (CopyKind.ORIGINAL, None)


def test_a_copy_after_a_doubt_that_ended_well_is_a_counted_copy() -> None:
    story = not_printed().touch(OptionChosen("print_again")).tell(ReceiptPrinted()).touch(OptionChosen("print_copy"))
    assert mark_of(story) == (CopyKind.DUPLICATE, 1)
