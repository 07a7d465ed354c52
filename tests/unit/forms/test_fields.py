from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from applications.forms.fields import (
    AddressField,
    AmountHkdField,
    ChineseNameField,
    DateInThreeBoxesField,
    EmailAddressField,
    EnglishNameField,
    HkicField,
    PhoneField,
    YesNoField,
)


class Answers(forms.Form):
    hkic = HkicField(label="Identity card number", help_text="As on the card.")
    birth_date = DateInThreeBoxesField(label="Date of birth", is_birth_date=True)
    subsidy = YesNoField(label="Bought before?")
    income = AmountHkdField(label="Income")


def type_date(day, month, year):
    return {"birth_date-day": day, "birth_date-month": month, "birth_date-year": year}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


class TestParsedFields:
    @pytest.mark.parametrize(
        ("field", "typed", "value"),
        [
            (HkicField(), "a123456（3）", "A1234563"),
            (AmountHkdField(), "HK$42,000", 42_000),
            (AmountHkdField(), "0", 0),
            (PhoneField(), "+852 9123 4567", "91234567"),
            (EnglishNameField(), " Tai  Man ", "Tai Man"),
            (ChineseNameField(), "陳𨋢𠮷", "陳𨋢𠮷"),
            (EmailAddressField(), "a@example.org", "a@example.org"),
            (AddressField(), "Flat 1\r\nBlock 2", "Flat 1, Block 2"),
            (ChineseNameField(required=False), "", None),
        ],
    )
    def test_give_the_one_spelling_of_the_policy(self, field, typed, value):
        assert field.clean(typed) == value

    @pytest.mark.parametrize(
        ("field", "typed", "code"),
        [
            (HkicField(), "A123456(4)", "INVALID_HKIC"),
            (AmountHkdField(), "42000.50", "INVALID_AMOUNT"),
            (PhoneField(), "call me", "INVALID_PHONE"),
            (EnglishNameField(), "Tai\u200bMan", "INVALID_NAME"),
            (ChineseNameField(), "陳😀", "INVALID_NAME"),
            (EmailAddressField(), "a@example.org\nBcc: b@example.org", "INVALID_EMAIL"),
        ],
    )
    def test_refuse_with_the_policys_public_code(self, field, typed, code):
        with pytest.raises(ValidationError) as refused:
            field.clean(typed)
        assert refused.value.code == code

    def test_say_exactly_what_is_wrong(self):
        with pytest.raises(ValidationError, match="the digit 0 where you typed the letter O"):
            HkicField().clean("A12345O(3)")

    @pytest.mark.parametrize(
        ("field", "typed", "words"),
        [
            (AmountHkdField(), "三萬二千", "do you mean 32,000"),
            (AmountHkdField(), "3萬", "do you mean 30,000"),
            (AmountHkdField(), "三萬二", "in digits, for example"),
            (AmountHkdField(), "42000.50", "leave out the cents"),
            (AmountHkdField(), "-1", "less than 0"),
            (EnglishNameField(), "Tai\u200bMan", "cannot be seen"),
            (EnglishNameField(), "CHAN \u202eNAHC", "cannot be seen"),
            (ChineseNameField(), "陳😀", "picture"),
            (EnglishNameField(), "陳", "letters for a name in English"),
        ],
    )
    def test_say_it_in_words_of_their_own(self, field, typed, words):
        with pytest.raises(ValidationError, match=words):
            field.clean(typed)

    def test_never_repeat_what_was_typed(self):
        with pytest.raises(ValidationError) as refused:
            HkicField().clean("A123456(4)")
        assert "A123456(4)" not in str(refused.value)


class TestDateInThreeBoxes:
    @pytest.mark.parametrize(
        "typed", [("3", "4", "1985"), ("03", "04", "1985"), ("３", "４", "１９８５")]
    )
    def test_reads_the_day_first(self, typed):
        assert DateInThreeBoxesField().clean(typed) == date(1985, 4, 3)

    @pytest.mark.parametrize(
        ("typed", "code", "boxes"),
        [
            pytest.param(("17", "", "1990"), "INVALID_DATE", ("month",), id="no month"),
            pytest.param(("", "", "1990"), "INVALID_DATE", ("day", "month"), id="year alone"),
            pytest.param(("17", "13", "1990"), "INVALID_DATE", ("month",), id="13th month"),
            pytest.param(("x", "5", "1990"), "INVALID_DATE", ("day",), id="letter for a day"),
            pytest.param(("٣", "5", "1990"), "INVALID_DATE", ("day",), id="Arabic-Indic digit"),
            pytest.param(("17", "5", "90"), "INVALID_DATE", ("year",), id="two-digit year"),
            pytest.param(("17", "5", "0025"), "INVALID_DATE", ("year",), id="year 0025"),
            pytest.param(("30", "2", "1990"), "INVALID_DATE", ("day", "month"), id="30 February"),
            pytest.param(("29", "2", "1990"), "INVALID_DATE", ("day", "month"), id="common year"),
            pytest.param(("17", "5", "1899"), "INVALID_DATE", ("year",), id="too early"),
            pytest.param(("1", "1", "2999"), "DATE_IN_FUTURE", ("day", "month", "year"), id="2999"),
        ],
    )
    def test_names_the_boxes_at_fault(self, typed, code, boxes):
        with pytest.raises(ValidationError) as refused:
            DateInThreeBoxesField().clean(typed)
        assert (refused.value.code, refused.value.params["boxes"]) == (code, boxes)

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            (("30", "2", "1990"), "February 1990 has only 28 days"),
            (("29", "2", "1990"), "February 1990 has only 28 days"),
            (("31", "4", "1992"), "April 1992 has only 30 days"),
            (("17", "5", "0025"), "1900 or later"),
            (("17", "5", "1899"), "1900 or later"),
            (("17", "5", "90"), "four digits"),
            (("17", "13", "1990"), "from 1 to 12"),
            (("32", "1", "1990"), "from 1 to 31"),
            (("1", "1", "2999"), "still to come"),
            (("17", "", "1990"), "needs a month"),
        ],
    )
    def test_says_of_each_impossible_date_what_is_wrong(self, typed, words):
        with pytest.raises(ValidationError, match=words):
            DateInThreeBoxesField().clean(typed)

    def test_marks_only_the_wrong_box_and_the_summary_leads_to_it(self):
        form = Answers(type_date("17", "13", "1990"))
        page = form.render()
        assert page.count("govuk-date-input__input govuk-input--width-2 govuk-input--error") == 1
        assert 'href="#id_birth_date-month"' in page

    def test_shows_again_what_was_typed(self):
        form = Answers(type_date("17", "13", "1990"))
        assert 'value="13"' in form["birth_date"].as_field_group()

    @pytest.mark.parametrize("stored", [date(1990, 5, 17), "1990-05-17"])
    def test_shows_a_stored_date_in_its_boxes(self, stored):
        group = Answers(initial={"birth_date": stored})["birth_date"].as_field_group()
        assert all(f'value="{part}"' in group for part in ("17", "5", "1990"))


class TestYesNo:
    @pytest.mark.parametrize(("typed", "value"), [("yes", True), ("no", False)])
    def test_gives_a_truth_value(self, typed, value):
        assert YesNoField().clean(typed) is value

    def test_has_nothing_chosen_beforehand(self):
        assert "checked" not in Answers()["subsidy"].as_field_group()

    @pytest.mark.parametrize(("stored", "place"), [(True, "0"), (False, "1")])
    def test_shows_a_stored_answer(self, stored, place):
        group = Answers(initial={"subsidy": stored})["subsidy"].as_field_group()
        ticked = [part for part in group.split("<input") if "checked" in part]
        assert len(ticked) == 1
        assert f'id="id_subsidy_{place}"' in ticked[0]


class TestQuestion:
    def test_ties_hint_and_error_to_the_box(self):
        group = Answers({"hkic": "A123456(4)"})["hkic"].as_field_group()
        assert 'aria-describedby="id_hkic_helptext id_hkic_error"' in group
        assert '<span class="govuk-visually-hidden">Error:</span>' in group

    def test_shows_a_stored_amount_with_separators(self):
        assert 'value="42,000"' in Answers(initial={"income": 42_000})["income"].as_field_group()

    def test_has_neither_inline_style_nor_script(self):
        page = Answers({}).render()
        assert "style=" not in page
        assert "<script" not in page
