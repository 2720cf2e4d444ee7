from hardware.code_scanner.repeats import CodeReading, Showing, is_news, observe
from hardware.ports import CodeSeen, OversizedCodeSeen, SeveralCodesSeen

A, B = CodeSeen(b"134567890123456789", "qrCode"), CodeSeen(b"SSK1:other", "qrCode")
REPEAT_S = 2.0


def told(*pictures: tuple[float, tuple[CodeSeen, ...]], limit_bytes: int = 3000) -> list[CodeReading]:
    """What is told of a row of pictures, each at its second with the codes in it."""
    showing, readings = Showing(), []
    for now_s, codes in pictures:
        showing, reading = observe(showing, codes, now_s, REPEAT_S, limit_bytes)
        if reading is not None:
            readings.append(reading)
    return readings


def test_a_code_that_stays_in_view_is_told_once() -> None:
    assert told(*((second / 10, (A,)) for second in range(100))) == [A]


def test_a_code_missed_in_some_pictures_is_still_the_same_showing() -> None:
    assert told((0.0, (A,)), (0.5, ()), (1.9, (A,)), (3.8, (A,))) == [A]


def test_a_code_is_told_again_after_it_has_been_out_of_view() -> None:
    assert told((0.0, (A,)), (1.0, ()), (2.0, (A,))) == [A, A]


def test_another_code_is_told_at_once() -> None:
    assert told((0.0, (A,)), (0.1, (B,)), (0.2, (A,))) == [A, B]


def test_several_codes_are_told_once_and_none_of_them_alone() -> None:
    assert told((0.0, (A, B)), (0.1, (A,)), (0.2, (A, B)), (0.3, (B,))) == [SeveralCodesSeen(2)]


def test_the_code_that_is_left_counts_when_the_other_has_gone_for_a_while() -> None:
    assert told((0.0, (A, B)), (1.0, (A,)), (2.1, (A,))) == [SeveralCodesSeen(2), A]


def test_a_code_told_before_another_joined_it_is_not_told_again() -> None:
    pictures = [(0.0, (A,)), (0.5, (A, B)), (1.0, (A,)), (2.0, (A,)), (3.0, (A,)), (4.0, (A,))]
    assert told(*pictures) == [A, SeveralCodesSeen(2)]


def test_too_much_content_is_dropped_and_its_length_told_once() -> None:
    assert told((0.0, (A,)), (0.1, (A,)), limit_bytes=17) == [OversizedCodeSeen(18)]


def test_content_at_the_limit_is_told() -> None:
    assert told((0.0, (A,)), limit_bytes=18) == [A]


def test_only_a_code_that_was_not_told_is_news() -> None:
    showing, _ = observe(Showing(), (A,), 0.0, REPEAT_S, 3000)
    assert not is_news(showing, (A,))
    assert is_news(showing, (A, B))
    assert not is_news(showing, ())
