import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.hkid import (
    InvalidHkic,
    compute_check_character,
    format_hkic,
    is_valid_hkic,
    mask_hkic,
    normalise_hkic,
)

stems = st.from_regex(r"[A-Z]{1,2}[0-9]{6}", fullmatch=True)


class TestNormaliseHkic:
    @pytest.mark.parametrize(
        ("typed", "number"),
        [
            # Known answers: the published examples A123456(3), CA182361(1), C668668(9).
            ("A123456(3)", "A1234563"),
            ("CA182361(1)", "CA1823611"),
            ("C668668(9)", "C6686689"),
            ("a1234563", "A1234563"),
            (" A 123456 (3) ", "A1234563"),
            ("A123456-3", "A1234563"),
            ("Ａ１２３４５６（３）", "A1234563"),
            ("ａ123456［3］", "A1234563"),
        ],
    )
    def test_gives_one_person_one_spelling(self, typed, number):
        assert normalise_hkic(typed) == number

    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            ("A123456(4)", "CHECK_CHARACTER"),
            ("A12345O(3)", "LETTER_O_FOR_ZERO"),
            ("ao00000o", "LETTER_O_FOR_ZERO"),
            ("", "SHAPE"),
            ("1234563", "SHAPE"),
            ("ABC1234563", "SHAPE"),
            ("A123456(B)", "SHAPE"),
            ("A12345(3)", "SHAPE"),
            pytest.param("A١٢٣٤٥٦(٣)", "CHARACTERS", id="Arabic-Indic digits"),
            pytest.param("A१२३४५६(३)", "CHARACTERS", id="Devanagari digits"),
            pytest.param("А123456(3)", "CHARACTERS", id="Cyrillic A"),
            pytest.param("A123\u200b456(3)", "CHARACTERS", id="zero-width space"),
            pytest.param("ı123456(3)", "CHARACTERS", id="dotless i, which upper() makes an I"),
            ("A123456(3)\x00", "CHARACTERS"),
            ("A123456(3)'; DROP TABLE", "CHARACTERS"),
        ],
    )
    def test_says_what_is_wrong(self, typed, reason):
        with pytest.raises(InvalidHkic) as refused:
            normalise_hkic(typed)
        assert refused.value.code == "INVALID_HKIC"
        assert refused.value.params == {"reason": reason}

    @given(stems)
    def test_is_settled_after_once(self, stem):
        number = stem + compute_check_character(stem)
        assert normalise_hkic(number) == number
        assert normalise_hkic(format_hkic(number)) == number

    @given(st.text(max_size=12))
    def test_gives_ascii_or_refuses(self, text):
        if is_valid_hkic(text):
            assert normalise_hkic(text).isascii()


class TestComputeCheckCharacter:
    @given(stems, st.data())
    def test_notices_any_single_wrong_digit(self, stem, data):
        position = data.draw(st.integers(len(stem) - 6, len(stem) - 1))
        wrong = data.draw(st.sampled_from("0123456789".replace(stem[position], "")))
        altered = stem[:position] + wrong + stem[position + 1 :]
        assert compute_check_character(altered) != compute_check_character(stem)

    def test_writes_ten_as_a(self):
        # By hand, over the letters' own 36 and 10: (11 - sum mod 11) mod 11 = 10 for G000000.
        # 36*9 + 16*8 = 452 = 41*11 + 1, and 11 - 1 = 10.
        assert compute_check_character("G000000") == "A"


def test_a_number_is_shown_as_on_the_card():
    assert format_hkic("CA1823611") == "CA182361(1)"


def test_a_masked_number_hides_its_end():
    assert mask_hkic("A1234563") == "A123***(*)"
