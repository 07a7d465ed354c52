"""What the API answers about drafts, submissions and applications."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.api.documents import PartialDocumentSerializer, choose
from applications.api.serializers import FaultSerializer, MessageSerializer
from applications.api.submission_descriptions import SubmissionState
from applications.policy.household import Category, Channel, FeeMethod, Track
from applications.policy.reasons import ReasonCode
from applications.policy.status import ApplicationState
from applications.policy.youth import YouthReason

ONLINE_METHODS = [FeeMethod.CARD.value, FeeMethod.FPS.value]


@extend_schema_field(PartialDocumentSerializer)
class DocumentField(serializers.JSONField):
    """The parts of a document as they are stored."""


class DraftSerializer(serializers.Serializer[Any]):
    """What has been saved, and what is missing before it can be submitted."""

    version = serializers.IntegerField(help_text="Counts the changes; the ETag says it too.")
    exercise = serializers.CharField()
    closes_at = serializers.DateTimeField(help_text="The fee has to be paid before this moment.")
    submitted = serializers.BooleanField()
    document = DocumentField()
    missing = FaultSerializer(many=True)


class StartedDraftSerializer(DraftSerializer):
    """A new draft with its code, which is told here only."""

    draft_code = serializers.CharField(
        help_text="The key of the draft, here and on the pages of the form. Keep it secret."
    )


class RuleSerializer(serializers.Serializer[Any]):
    """A rule of the scheme with this exercise's dates and figures, and where it is published."""

    text = serializers.CharField()
    text_en = serializers.CharField()
    text_zh_hant = serializers.CharField()
    # A declared field; what `Field.source` gives stays as it is.
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    source_en = serializers.CharField(allow_blank=True)
    source_zh_hant = serializers.CharField(allow_blank=True)


class ReasonSerializer(MessageSerializer):
    """One reason against an application."""

    code = choose(ReasonCode)
    person = serializers.IntegerField(
        allow_null=True,
        help_text="0 the applicant, n the nth member; `null`: the whole household.",
    )
    rule = RuleSerializer(allow_null=True)


class YouthSerializer(MessageSerializer):
    """Whether the application counts for the Youth Scheme quota, and why."""

    code = choose(YouthReason)


class JudgementSerializer(serializers.Serializer[Any]):
    """What the rules say of a whole document, before any fee is asked."""

    eligible = serializers.BooleanField()
    category = choose(Category)
    track = choose(Track)
    youth = YouthSerializer()
    reasons = ReasonSerializer(many=True)


class FeeSerializer(serializers.Serializer[Any]):
    """The application fee, and how it can be paid online."""

    amount_hkd = serializers.IntegerField()
    methods = serializers.ListField(child=serializers.ChoiceField(choices=ONLINE_METHODS))


class ValidationSerializer(serializers.Serializer[Any]):
    """Whether a draft could be submitted now."""

    version = serializers.IntegerField()
    complete = serializers.BooleanField(help_text="Nothing is missing or wrong.")
    faults = FaultSerializer(many=True)
    result = JudgementSerializer(allow_null=True, help_text="`null` while there are faults.")
    fee = FeeSerializer()


class PayingSerializer(serializers.Serializer[Any]):
    """How the fee will be paid."""

    method = serializers.ChoiceField(choices=ONLINE_METHODS)


class ReceivedSerializer(serializers.Serializer[Any]):
    """An application as it was received."""

    number = serializers.IntegerField(help_text="The application number.")
    received_at = serializers.DateTimeField()
    category = choose(Category)
    track = choose(Track)


class SubmissionSerializer(serializers.Serializer[Any]):
    """Where a draft stands: the application is submitted when its fee is certain."""

    state = choose(SubmissionState)
    method = serializers.ChoiceField(choices=ONLINE_METHODS, allow_null=True)
    amount_hkd = serializers.IntegerField(allow_null=True)
    payment_url = serializers.URLField(
        allow_null=True, help_text="The provider's page, where the applicant pays."
    )
    fps_payload = serializers.CharField(
        allow_null=True, help_text="What the QR code of a payment by FPS holds (EMVCo)."
    )
    application = ReceivedSerializer(allow_null=True)


class LookUpSerializer(serializers.Serializer[Any]):
    """The two numbers that somebody needs to see how an application stands."""

    number = serializers.CharField(help_text="The application number: eight digits.")
    hkic = serializers.CharField(help_text="Identity card number of the applicant.")


class StatusSerializer(serializers.Serializer[Any]):
    """How an application stands, without naming anybody."""

    number = serializers.IntegerField(source="application.number")
    exercise = serializers.CharField(source="application.exercise.code")
    channel = choose(Channel, source="application.channel")
    category = choose(Category, source="application.category")
    track = choose(Track, source="application.track")
    state = choose(ApplicationState, source="application.state")
    received_at = serializers.DateTimeField(source="application.received_at")
    withdrawn_at = serializers.DateTimeField(source="application.withdrawn_at", allow_null=True)
    reasons = ReasonSerializer(many=True)
