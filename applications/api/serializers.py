"""What the public API answers. Names are those of the README's formats."""

from typing import Any

from rest_framework import serializers

from applications.policy.household import Category, Channel, Track
from applications.policy.reasons import ReasonCode
from applications.selectors.exercises import Period


class ExerciseSerializer(serializers.Serializer[Any]):
    """An exercise and where it stands."""

    code = serializers.CharField(source="exercise.code")
    title_en = serializers.CharField(source="exercise.title_en")
    title_zh_hant = serializers.CharField(source="exercise.title_zh_hant")
    opens_at = serializers.DateTimeField(source="exercise.opens_at")
    closes_at = serializers.DateTimeField(source="exercise.closes_at")
    closed_at = serializers.DateTimeField(source="exercise.closed_at", allow_null=True)
    demonstration = serializers.BooleanField(source="exercise.demonstration")
    period = serializers.ChoiceField(choices=[period.value for period in Period])
    terms_sha256 = serializers.CharField(source="exercise.terms_sha256")


class ExerciseTermsSerializer(ExerciseSerializer):
    """An exercise with its published terms, whole."""

    terms = serializers.DictField(source="exercise.terms")


class CellSerializer(serializers.Serializer[Any]):
    """One cell of the cross table."""

    channel = serializers.ChoiceField(choices=[channel.value for channel in Channel])
    track = serializers.ChoiceField(choices=[track.value for track in Track])
    category = serializers.ChoiceField(choices=[category.value for category in Category])
    count = serializers.IntegerField()


class CountsSerializer(serializers.Serializer[Any]):
    """How many applications had been received; what ``manage.py counts`` prints."""

    exercise = serializers.CharField()
    as_at = serializers.DateTimeField()
    provisional = serializers.BooleanField()
    total = serializers.IntegerField()
    by_channel = serializers.DictField(child=serializers.IntegerField())
    by_track = serializers.DictField(child=serializers.IntegerField())
    by_category = serializers.DictField(child=serializers.IntegerField())
    cross = CellSerializer(many=True)


class ScreeningResultSerializer(serializers.Serializer[Any]):
    """Whether a household could enter the ballot; what ``manage.py screen_household`` prints."""

    eligible = serializers.BooleanField()
    category = serializers.ChoiceField(choices=[category.value for category in Category])
    track = serializers.ChoiceField(choices=[track.value for track in Track])
    reasons = serializers.ListField(
        child=serializers.ChoiceField(choices=[code.value for code in ReasonCode])
    )


class MessageSerializer(serializers.Serializer[Any]):
    """A sentence for people: in the language of ``Accept-Language``, and in both."""

    message = serializers.CharField()
    message_en = serializers.CharField()
    message_zh_hant = serializers.CharField()


class ErrorSerializer(MessageSerializer):
    """Why something was not done. Nothing was changed."""

    code = serializers.CharField(help_text="A public constant; the README lists them.")


class FaultSerializer(MessageSerializer):
    """One thing that is wrong with a document."""

    field = serializers.CharField(
        allow_blank=True, help_text="Dotted path, such as `members.0.hkic`; empty for the whole."
    )
    code = serializers.CharField()


class MalformedDocumentSerializer(ErrorSerializer):
    """The answer, with status 422, to a document that is not well formed."""

    faults = FaultSerializer(many=True)
