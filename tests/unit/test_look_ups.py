"""Many look-ups at a time: their pace, and what one failure means for the others."""

import threading
import time

import pytest

from carriers import errors, look_ups
from carriers.recipients import LineType
from carriers.sandbox import Sandbox
from carriers.values import Credentials

FAST = 100_000.0  # look-ups a second, so that no test waits


class Scripted(Sandbox):
    """Answers as it was told, and notes who asks when."""

    def __init__(self, answer):
        super().__init__(Credentials("", ""))
        self.answer, self.asked, self.at = answer, [], []

    def lookup(self, number):
        self.at.append(time.monotonic())
        self.asked.append(number)
        outcome = self.answer(number)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def jobs(carrier, count, account=1):
    return [
        look_ups.LookUp(n, account, carrier, f"+1202555{n:04}") for n in range(count)
    ]


def test_every_number_has_its_own_answer_in_the_order_given():
    carrier = Scripted(lambda number: LineType(network=number))
    asked = jobs(carrier, 40)
    answers = look_ups.ask(asked, 60, FAST)
    assert [answer.look_up for answer in answers] == asked
    assert all(a.outcome.network == a.look_up.number for a in answers)


def test_an_account_is_asked_no_faster_than_its_pace():
    carrier = Scripted(lambda _number: LineType())
    look_ups.ask(jobs(carrier, 6), 60, per_second=100)
    begun = sorted(carrier.at)
    assert begun[-1] - begun[0] >= 5 / 100 - 0.001


def test_several_are_under_way_at_a_time():
    together = threading.Barrier(look_ups.AT_ONCE, timeout=30)

    def answer(_number):
        together.wait()
        return LineType()

    answers = look_ups.ask(jobs(Scripted(answer), look_ups.AT_ONCE), 60, FAST)
    assert all(isinstance(a.outcome, LineType) for a in answers)


def test_what_was_not_begun_in_time_comes_back_unasked():
    carrier = Scripted(lambda _number: LineType())
    answers = look_ups.ask(jobs(carrier, 9), seconds=0, clock=lambda: 0.0)
    assert [a.outcome for a in answers] == [LineType()] + [None] * 8
    assert len(carrier.asked) == 1


@pytest.mark.parametrize(
    "error",
    [
        errors.AccountUnusable("20003", "Authenticate"),
        errors.error(errors.Meaning.SLOW, "20429", "Too many"),
        errors.error(errors.Meaning.ACCOUNT_DAY, "60611", "Used up"),
    ],
)
def test_an_account_that_says_no_is_asked_no_more_and_others_are(error):
    refusing = Scripted(lambda _number: error)
    working = Scripted(lambda _number: LineType("mobile"))
    answers = look_ups.ask(jobs(refusing, 50) + jobs(working, 50, 2), 60, FAST)
    assert len(refusing.asked) <= look_ups.AT_ONCE
    assert sum(a.outcome is None for a in answers) == 50 - len(refusing.asked)
    assert len(working.asked) == 50


def test_a_carrier_that_fails_again_and_again_is_left_alone():
    carrier = Scripted(lambda _number: errors.OutcomeUnknown("", "Lost."))
    answers = look_ups.ask(jobs(carrier, 50), 60, FAST)
    assert look_ups.ENOUGH <= len(carrier.asked) <= look_ups.ENOUGH + look_ups.AT_ONCE
    assert answers[-1].outcome is None


def test_a_number_that_is_refused_says_nothing_of_the_others():
    carrier = Scripted(lambda _number: errors.TextRefused("60601", "Canadian"))
    look_ups.ask(jobs(carrier, 50), 60, FAST)
    assert len(carrier.asked) == 50


def test_a_fault_of_the_adapter_is_no_answer_and_quotes_nothing():
    carrier = Scripted(lambda number: ValueError(number))
    (answer,) = look_ups.ask(jobs(carrier, 1), 60, FAST)
    assert isinstance(answer.outcome, errors.OutcomeUnknown)
    assert "1202555" not in f"{answer!r}{answer.outcome}"
