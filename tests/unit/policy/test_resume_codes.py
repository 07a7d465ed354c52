"""A resume code reads the same however somebody types it off a screen or a sheet of paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.resume_codes import (
    ALPHABET,
    InvalidResumeCode,
    parse_resume_code,
    write_resume_code,
)

CODE = "7KQ2-M9XD-4TBH"


class TestWriteResumeCode:
    def test_gives_twelve_characters_in_three_groups(self):
        assert write_resume_code(0) == "0000-0000-0000"
        assert write_resume_code(2**60 - 1) == "ZZZZ-ZZZZ-ZZZZ"

    def test_has_none_of_the_letters_that_look_like_others(self):
        assert set("ILOU").isdisjoint(ALPHABET)
        assert len(set(ALPHABET)) == 32

    @given(st.integers(0, 2**60 - 1), st.integers(0, 2**60 - 1))
    def test_gives_each_number_a_code_of_its_own(self, one, other):
        assert (write_resume_code(one) == write_resume_code(other)) is (one == other)


class TestParseResumeCode:
    @pytest.mark.parametrize(
        "typed",
        [
            pytest.param("7KQ2-M9XD-4TBH", id="as written"),
            pytest.param("7kq2-m9xd-4tbh", id="lower case"),
            pytest.param("7KQ2M9XD4TBH", id="in one piece"),
            pytest.param("  7KQ2 M9XD\t4TBH\n", id="blanks"),
            pytest.param("７ＫＱ２－Ｍ９ＸＤ－４ＴＢＨ", id="full width"),
            pytest.param("7KQ2\u3000M9XD\u30004TBH", id="full-width blanks"),
            pytest.param("7KQ2–M9XD—4TBH", id="dashes of a phone"),
        ],
    )
    def test_reads_what_people_type(self, typed):
        assert parse_resume_code(typed) == CODE

    @pytest.mark.parametrize(
        "typed", ["0O0o-1I1i-LlLl", "OOOO-IIII-LLLL", "oo00-ll1i-1111", "ＯＯ００-1111-1111"]
    )
    def test_takes_look_alikes_for_what_they_stand_for(self, typed):
        assert parse_resume_code(typed) == "0000-1111-1111"

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "7KQ2-M9XD-4TB",
            "7KQ2-M9XD-4TBHH",
            "7KQ2-M9XD-4TBU",
            "七KQ2-M9XD-4TBH",
            "٧KQ2M9XD4TBH",
        ],
    )
    def test_refuses_what_no_code_is(self, typed):
        with pytest.raises(InvalidResumeCode):
            parse_resume_code(typed)

    @given(st.integers(0, 2**60 - 1))
    def test_reads_back_what_was_written(self, number):
        code = write_resume_code(number)
        assert parse_resume_code(code) == parse_resume_code(code.lower().replace("-", "")) == code

    @given(st.text(max_size=40))
    def test_refuses_or_gives_a_whole_code(self, typed):
        try:
            code = parse_resume_code(typed)
        except InvalidResumeCode:
            return
        assert len(code) == 14
