from __future__ import annotations

import asyncio

from backend.fleet.board import AT_ONCE, Board, Posted


def posted(version: int) -> Posted:
    return Posted(f'"0.{version}"', b"envelope", 0, version)


async def all_wait(board: Board, names: list[str]) -> list[asyncio.Future[None]]:
    return [board.register(name) for name in names]


def test_more_terminals_than_one_turn_wakes_are_all_woken() -> None:
    async def story() -> int:
        board, names = Board(), [f"t{number}" for number in range(3 * AT_ONCE + 7)]
        waiters = await all_wait(board, names)
        board.post(dict.fromkeys(names, posted(1)))
        await asyncio.wait_for(asyncio.gather(*waiters), 20)
        return sum(waiter.done() for waiter in waiters)

    assert asyncio.run(story()) == 3 * AT_ONCE + 7


def test_others_have_a_turn_between_two_lots_of_waiters() -> None:
    async def story() -> list[str]:
        board, names, order = Board(), [f"t{number}" for number in range(AT_ONCE + 1)], list[str]()
        waiters = await all_wait(board, names)
        waiters[-1].add_done_callback(lambda _: order.append("the last waiter"))
        board.post(dict.fromkeys(names, posted(1)))
        asyncio.get_running_loop().call_soon(order.append, "somebody else")
        await asyncio.wait_for(asyncio.gather(*waiters), 20)
        await asyncio.sleep(0)
        return order

    assert asyncio.run(story()) == ["somebody else", "the last waiter"]


def test_late_news_wakes_nobody() -> None:
    async def story() -> bool:
        board = Board()
        board.post({"t1": posted(5)})
        waiter = board.register("t1")
        board.post({"t1": posted(4)})
        await asyncio.sleep(0)
        return waiter.done()

    assert not asyncio.run(story())
