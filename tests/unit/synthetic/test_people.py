"""No two invented people share a number, and none has the number of somebody real."""

from datetime import date

import pytest

from applications.policy.hkid import is_valid_hkic
from applications.synthetic.people import PEOPLE, make_hkic, make_person


@pytest.mark.parametrize("index", [0, 1, 999_999, 1_000_000, 26_000_000, PEOPLE - 1])
def test_a_number_is_valid_and_of_a_prefix_that_is_not_issued(index):
    assert is_valid_hkic(make_hkic(index))
    assert make_hkic(index)[0] in "QOI"


def test_numbers_do_not_repeat():
    assert len({make_hkic(index) for index in range(0, PEOPLE, 9_973)}) == len(
        range(0, PEOPLE, 9_973)
    )


@pytest.mark.parametrize("index", [-1, PEOPLE])
def test_there_are_no_people_beyond_the_last(index):
    with pytest.raises(ValueError, match="numbered 0 to"):
        make_hkic(index)


def test_a_name_shows_that_it_is_invented():
    person = make_person(105, birth_date=date(1990, 5, 17))
    assert (person["surname_en"], person["given_name_en"]) == ("SYNTHETIC", "One Zero Five")
    assert person["name_zh"] == "測試一〇五"
