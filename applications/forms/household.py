"""The pages about people: who they are, where they have lived and what they have owned."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.choices import MARITAL_STATUSES, RELATIONSHIPS, SEXES
from applications.forms.fields import (
    ChineseNameField,
    DateInThreeBoxesField,
    EnglishNameField,
    HkicField,
    OneChoiceField,
    ParsedField,
    YesNoField,
)
from applications.forms.sections import SectionForm
from applications.forms.widgets import DateInThreeBoxes
from applications.policy.hkid import format_hkic
from applications.policy.household import MaritalStatus, Relationship, SpouseAbsence
from applications.policy.values import parse_birth_certificate

SINCE_BIRTH, SINCE_LATER, NOT_HERE = "BIRTH", "LATER", "NO"
MARRIED = MaritalStatus.MARRIED.value


class IdentityForm(SectionForm):
    """Who somebody is, as the identity card shows it."""

    answer_names: ClassVar[tuple[str, ...]] = (
        "hkic",
        "name_zh",
        "surname_en",
        "given_name_en",
        "birth_date",
        "sex",
        "marital_status",
    )

    surname_en = EnglishNameField(
        label=_("Surname in English"), help_text=_("As on the identity card, for example CHAN.")
    )
    given_name_en = EnglishNameField(
        label=_("Given name in English"),
        required=False,
        help_text=_("Leave this empty if the identity card shows one name only."),
    )
    name_zh = ChineseNameField(
        label=_("Name in Chinese"),
        required=False,
        help_text=_("Leave this empty if there is none."),
    )
    hkic = HkicField(
        label=_("Hong Kong identity card number"),
        help_text=_("With the character in brackets, for example A123456(3)."),
    )
    birth_date = DateInThreeBoxesField(
        label=_("Date of birth"), help_text=_("For example 17 5 1990.")
    )
    sex = OneChoiceField(label=_("Sex on the identity card"), choices=SEXES)
    marital_status = OneChoiceField(label=_("Marital status today"), choices=MARITAL_STATUSES)

    def read_part(self, part: Mapping[str, Any]) -> dict[str, Any]:
        initial = super().read_part(part)
        if initial.get("hkic"):
            initial["hkic"] = format_hkic(initial["hkic"])
        return initial

    def list_answers(self) -> dict[str, Any]:
        """
        Also keep what hangs on these answers in step.

        Whoever has lived here since birth still has after the birth date is corrected, and only a
        married applicant's spouse can be absent.
        """
        answers = super().list_answers()
        if self.part.get("resident_since") and (
            self.part["resident_since"] == self.part.get("birth_date")
        ):
            answers["resident_since"] = answers["birth_date"]
        is_married = answers["marital_status"] == MARRIED
        answers["spouse_absence"] = self.part.get("spouse_absence") if is_married else None
        return answers


class ApplicantForm(IdentityForm):
    """Who the applicant is, whose browser may know some of the answers."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, purpose in (("surname_en", "family-name"), ("given_name_en", "given-name")):
            self.fields[name].widget.attrs["autocomplete"] = purpose
        birth_date = self.fields["birth_date"].widget
        if isinstance(birth_date, DateInThreeBoxes):
            birth_date.is_birth_date = True


class MemberForm(IdentityForm):
    """Who a member is; a child under 11 may have a birth certificate in place of a card."""

    answer_names = ("relationship", "birth_certificate", *IdentityForm.answer_names)

    relationship = OneChoiceField(label=_("What is this person to you?"), choices=RELATIONSHIPS)
    birth_certificate = ParsedField(
        label=_("Birth certificate number"),
        required=False,
        parse=parse_birth_certificate,
        help_text=_("Only for a child under 11 who has no identity card."),
        widget=forms.TextInput(
            {"class": "govuk-input--width-10", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    field_order = (
        "relationship",
        "surname_en",
        "given_name_en",
        "name_zh",
        "hkic",
        "birth_certificate",
        "birth_date",
        "sex",
        "marital_status",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["hkic"].required = False
        self.fields["hkic"].help_text = _(
            "With the character in brackets, for example A123456(3). A child under 11 without a "
            "card: leave this empty and fill in the next box."
        )

    def clean(self) -> dict[str, Any] | None:
        """One number there must be; which of the two may be given, the policy says."""
        cleaned = super().clean()
        numbers = ("hkic", "birth_certificate")
        if not any(self.cleaned_data.get(name) or name in self.errors for name in numbers):
            message = _(
                "Please enter the identity card number; or, for a child under 11 without a card, "
                "the birth certificate number below."
            )
            self.add_error("hkic", ValidationError(message, "required"))
        return cleaned


class ResidenceForm(SectionForm):
    """Since when somebody has lived in Hong Kong, and what that person has owned."""

    answer_names = ("resident_since", "last_owned_property_on", "previous_subsidy")

    residence = OneChoiceField(
        label=_("Since when has this person lived in Hong Kong?"),
        choices=(
            (SINCE_BIRTH, _("Since birth")),
            (SINCE_LATER, _("Since a later date")),
            (NOT_HERE, _("Does not live in Hong Kong")),
        ),
    )
    resident_since = DateInThreeBoxesField(
        label=_("If since a later date: since when?"),
        required=False,
        help_text=_("For example 1 7 1997. Leave this empty for the other two answers."),
    )
    owned = YesNoField(
        label=_("Has this person ever owned or co-owned domestic property in Hong Kong?"),
        help_text=_("A share of a flat counts, and so does a flat bought or received jointly."),
    )
    last_owned_property_on = DateInThreeBoxesField(
        label=_("If yes: until which date?"),
        required=False,
        help_text=_("Enter today’s date if it is still owned. Leave this empty after No."),
    )
    previous_subsidy = YesNoField(
        label=_(
            "Has this person, or a husband or wife, ever bought a home through a subsidised scheme?"
        ),
        help_text=_("For example a Home Ownership Scheme flat or a subsidised loan."),
    )

    def read_part(self, part: Mapping[str, Any]) -> dict[str, Any]:
        initial = super().read_part(part)
        if "resident_since" in part:
            initial["residence"] = self._name_residence(part)
        if initial.get("residence") != SINCE_LATER:
            initial.pop("resident_since", None)
        if "last_owned_property_on" in part:
            initial["owned"] = part["last_owned_property_on"] is not None
        return initial

    def _name_residence(self, part: Mapping[str, Any]) -> str:
        if part["resident_since"] is None:
            return NOT_HERE
        return SINCE_BIRTH if part["resident_since"] == part.get("birth_date") else SINCE_LATER

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self._check_date("resident_since", "residence", SINCE_LATER)
        self._check_date("last_owned_property_on", "owned", True)
        return cleaned

    def _check_date(self, name: str, question: str, answer_with_date: str | bool) -> None:
        """A date belongs to one answer: it must be there with that one, and with no other."""
        answer = self.cleaned_data.get(question)
        if answer in (None, "") or name in self.errors:
            return
        if answer == answer_with_date and self.cleaned_data.get(name) is None:
            self.add_error(name, self.fields[name].error_messages["required"])
        elif answer != answer_with_date and self.cleaned_data.get(name) is not None:
            message = _("This date does not go with the answer above. Please change one of them.")
            self.add_error(name, message)

    def list_answers(self) -> dict[str, Any]:
        answers = super().list_answers()
        if self.cleaned_data["residence"] == SINCE_BIRTH:
            answers["resident_since"] = self.part["birth_date"]
        return answers


class ApplicantResidenceForm(ResidenceForm):
    """The same questions, put to the applicant."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["residence"].label = _("Since when have you lived in Hong Kong?")
        self.fields["owned"].label = _(
            "Have you ever owned or co-owned domestic property in Hong Kong?"
        )
        self.fields["previous_subsidy"].label = _(
            "Have you, or your husband or wife, ever bought a home through a subsidised scheme?"
        )


class MembersForm(SectionForm):
    """The list of members is complete; and why a married applicant's spouse is not on it."""

    answer_names = ("members",)

    spouse_absence = forms.BooleanField(
        label=_("My husband or wife has no right to land in Hong Kong"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_spouse_missing:
            del self.fields["spouse_absence"]

    @property
    def members(self) -> list[dict[str, Any]]:
        """The members so far, as the document holds them."""
        return list(self.answers.get("members") or [])

    @property
    def is_spouse_missing(self) -> bool:
        """Tell whether a married applicant's husband or wife is not among the members."""
        is_married = (self.answers.get("applicant") or {}).get("marital_status") == MARRIED
        spouse = Relationship.SPOUSE.value
        return is_married and all(member["relationship"] != spouse for member in self.members)

    def read_part(self, part: Mapping[str, Any]) -> dict[str, Any]:
        return {"spouse_absence": bool((self.answers.get("applicant") or {}).get("spouse_absence"))}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "spouse_absence" in self.fields and not self.cleaned_data["spouse_absence"]:
            self.add_error(
                "spouse_absence",
                _(
                    "Please add your husband or wife, or tick that he or she has no right to land "
                    "in Hong Kong."
                ),
            )
        return cleaned

    def list_answers(self) -> dict[str, Any]:
        answers: dict[str, Any] = {"members": self.members}
        if applicant := self.answers.get("applicant"):
            absence = SpouseAbsence.NO_RIGHT_TO_LAND.value if self.is_spouse_missing else None
            answers["applicant"] = {**applicant, "spouse_absence": absence}
        return answers


def read_birth_date(part: Mapping[str, Any]) -> date | None:
    """Give a person's birth date out of a draft, where it is there."""
    text = part.get("birth_date")
    return date.fromisoformat(text) if text else None
