"""Turn taking alone, window by window."""

import pytest

from parley.conversation.turns import Rules, Signal, TurnTaking


def play(turns: TurnTaking, pattern: str, *, replying: bool = False) -> list[tuple[int, Signal]]:
    """Feed `#` as speech, `.` as silence, `~` as something in between; the signals with their place."""
    levels = {"#": 0.9, ".": 0.05, "~": 0.42}
    signals = []
    for place, mark in enumerate(pattern):
        signal = turns.window(levels[mark], replying=replying)
        if signal is not None:
            signals.append((place, signal))
        if signal is Signal.ENDED:
            turns.end()
    return signals


def test_two_windows_of_speech_begin_a_turn() -> None:
    assert play(TurnTaking(), "..#.#") == []
    assert play(TurnTaking(), "..##") == [(3, Signal.BEGAN)]


def test_silence_of_the_wanted_length_ends_it() -> None:
    turns = TurnTaking()
    turns.wait_s = 0.32
    assert play(turns, "####" + "." * 20) == [(1, Signal.BEGAN), (4, Signal.PAUSED), (13, Signal.ENDED)]


def test_speech_within_the_wait_goes_on_with_the_turn() -> None:
    turns = TurnTaking()
    turns.wait_s = 0.32
    assert (11, Signal.ENDED) not in play(turns, "####......##......")


def test_what_is_neither_keeps_what_it_was() -> None:
    turns = TurnTaking()
    turns.wait_s = 0.1
    assert play(turns, "~~~~") == []
    assert play(turns, "##~~~~~~~~") == [(1, Signal.BEGAN)]


def test_five_windows_over_a_reply_interrupt_once() -> None:
    signals = play(TurnTaking(), "##########", replying=True)
    assert signals == [(1, Signal.BEGAN), (4, Signal.INTERRUPTS)]


def test_a_short_burst_over_a_reply_does_not() -> None:
    assert Signal.INTERRUPTS not in [signal for _, signal in play(TurnTaking(), "####....", replying=True)]


def test_a_turn_without_end_is_cut() -> None:
    turns = TurnTaking(Rules(longest_s=1.0))
    signals = play(turns, "#" * 32)
    assert signals[-1][1] is Signal.ENDED
    assert signals[-1][0] == pytest.approx(1.0 / 0.032, abs=1)


def test_it_presses_where_the_next_window_may_change_something() -> None:
    turns = TurnTaking()
    turns.wait_s = 0.1
    pressed = []
    for mark in "..#.#######...":
        play(turns, mark)
        pressed.append("!" if turns.presses else " ")
    assert "".join(pressed) == "  ! !!!!   !! "
