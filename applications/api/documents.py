"""
The application document as the API's description shows it.

These classes describe and check nothing: what is right is read by the policy alone, and a test
holds the two together.
"""

from typing import Any

from rest_framework import serializers

from applications.policy.document import MAXIMUM_MEMBERS
from applications.policy.household import (
    District,
    Language,
    MaritalStatus,
    Relationship,
    Sex,
    SpouseAbsence,
)
from applications.policy.numbers import MAXIMUM_AMOUNT_HKD

HKIC = "Identity card number with its check character, such as `A123456(3)`."


def choose(values: type, **options: Any) -> serializers.ChoiceField:
    """Describe a choice among the values of an enumeration."""
    return serializers.ChoiceField(choices=[member.value for member in values], **options)  # type: ignore[attr-defined]


class PersonSerializer(serializers.Serializer[Any]):
    """
    One person on the form. The last three fields may come later than the rest, all others together.
    """

    hkic = serializers.CharField(required=False, allow_null=True, help_text=HKIC)
    birth_certificate = serializers.CharField(
        required=False, allow_null=True, help_text="In place of `hkic`, for a child under 11."
    )
    name_zh = serializers.CharField(required=False, allow_null=True)
    surname_en = serializers.CharField()
    given_name_en = serializers.CharField(allow_null=True)
    birth_date = serializers.DateField()
    sex = choose(Sex)
    marital_status = choose(MaritalStatus)
    spouse_absence = choose(
        SpouseAbsence, required=False, allow_null=True, help_text="Why a spouse is not on the form."
    )
    resident_since = serializers.DateField(
        required=False, allow_null=True, help_text="Lives in Hong Kong since; `null`: does not."
    )
    last_owned_property_on = serializers.DateField(
        required=False,
        allow_null=True,
        help_text="Last day as owner or co-owner of domestic property in Hong Kong; `null`: never.",
    )
    previous_subsidy = serializers.BooleanField(
        required=False,
        help_text="Has bought through a subsidised scheme before, or the spouse has.",
    )


class MemberSerializer(PersonSerializer):
    """A member of the household besides the applicant."""

    relationship = choose(Relationship, help_text="To the applicant.")


class ContactSerializer(serializers.Serializer[Any]):
    """How the applicant is reached; given whole."""

    phone = serializers.CharField(help_text="Eight digits.")
    email = serializers.CharField(required=False, allow_null=True)
    address = serializers.CharField()
    district = choose(District)


class DeclarationsSerializer(serializers.Serializer[Any]):
    """What has to be declared; both."""

    accurate = serializers.BooleanField(help_text="Everything is true and complete.")
    privacy = serializers.BooleanField(
        help_text="Everybody on the form agrees to the privacy statement."
    )


class DocumentPartsSerializer(serializers.Serializer[Any]):
    """
    The parts of an application document that are there already.

    A part is missing or right: what is not well formed is refused with 422 and every fault. The day
    of signing and the fee come with the submission.
    """

    channel = serializers.ChoiceField(choices=["ONLINE"], required=False)
    language = choose(Language, required=False, help_text="In which the applicant is written to.")
    youth_scheme = serializers.BooleanField(
        required=False, help_text="Applies for the Youth Scheme quota."
    )
    applicant = PersonSerializer(required=False, allow_null=True)
    members = serializers.ListField(
        child=MemberSerializer(), required=False, allow_null=True, max_length=MAXIMUM_MEMBERS
    )
    monthly_income_hkd = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAXIMUM_AMOUNT_HKD,
        help_text="Of the whole household, after statutory MPF contributions.",
    )
    net_assets_hkd = serializers.IntegerField(
        required=False, min_value=0, max_value=MAXIMUM_AMOUNT_HKD
    )
    contact = ContactSerializer(required=False, allow_null=True)
    declarations = DeclarationsSerializer(required=False, allow_null=True)


class PartialDocumentSerializer(DocumentPartsSerializer):
    """As its parts, of the draft's own exercise."""

    exercise = serializers.CharField(required=False)


class NewDraftSerializer(DocumentPartsSerializer):
    """An exercise, and any parts of the document."""

    exercise = serializers.CharField(help_text="Code of an exercise that is open.")
