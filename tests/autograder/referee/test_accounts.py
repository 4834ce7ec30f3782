"""What a submission has used: no question uses up another's reserve, and each pays for its own deaths."""

import pytest

from autograder.assignment import Budget
from autograder.referee.accounts import DEATHS_AT_MOST, SEARCHES_AT_MOST, Accounts

BUDGET = Budget(submission_seconds=100.0)


def test_reserve_of_others_is_kept():
    """Half of the time is shared out evenly; the other half is for whoever needs it."""
    accounts = Accounts(BUDGET, ["a", "b", "c", "d", "e"])
    assert accounts.left("a") == pytest.approx(60)
    accounts.spend("a", 60)
    assert accounts.left("a") == pytest.approx(0)
    assert accounts.left("b") == pytest.approx(10)
    accounts.spend("b", 4)
    assert [accounts.left(question) for question in "abc"] == pytest.approx([0, 6, 10])


def test_without_questions_all_is_one_account():
    """The seconds of a submission are its bound in any case."""
    accounts = Accounts(BUDGET)
    accounts.spend("a", 70)
    assert accounts.left("b") == pytest.approx(30)


def test_deaths_of_a_question_are_bounded():
    """Neither their number nor the replays after them cost anybody else."""
    accounts = Accounts(BUDGET, ["a", "b"])
    for _ in range(DEATHS_AT_MOST):
        assert accounts.last_death("a") is None
        accounts.died("a", "crashed")
    assert (accounts.last_death("a"), accounts.last_death("b")) == ("crashed", None)
    accounts.forgive("a")
    assert accounts.last_death("a") is None
    accounts.died("b", "timeout")
    accounts.replayed("b", 50.0)
    assert accounts.last_death("b") == "timeout"
    assert accounts.left("a") == pytest.approx(75)


def test_search_is_bounded_by_number_and_time():
    """Whoever hides well costs a bounded time."""
    accounts = Accounts(BUDGET)
    assert sum(accounts.may_search() for _ in range(2 * SEARCHES_AT_MOST)) == SEARCHES_AT_MOST
    accounts = Accounts(BUDGET)
    accounts.searched(100.0)
    assert not accounts.may_search()
