"""One household's entry in one exercise, and the people on it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from applications.models.encrypted import EncryptedTextField
from applications.models.exercise import Exercise
from applications.models.guards import keep_existing, refuse_rows_where
from applications.models.officer import Officer
from applications.policy.fees import FeeState
from applications.policy.household import (
    Category,
    Channel,
    District,
    Language,
    MaritalStatus,
    Relationship,
    Sex,
    SpouseAbsence,
    Track,
)
from applications.policy.status import TRANSITIONS, ApplicationState
from applications.policy.timetable import HONG_KONG

APPLICANT = "APPLICANT"
DUPLICATE_REASONS = ["DUPLICATE_PERSON", "DUPLICATE_SPOUSE"]


def _one_of(field: str, values: type, name: str, *more: str) -> models.CheckConstraint:
    allowed = [member.value for member in values] + list(more)  # type: ignore[attr-defined]
    return models.CheckConstraint(condition=Q(**{f"{field}__in": allowed}), name=name)


class Application(models.Model):
    """
    An application, stored once, numbered without gaps, never deleted.

    ``received_at`` is when it reached the authority (online: the database's clock at submission;
    paper: the stamp on the form), ``recorded_at`` when it was stored. ``category`` and ``track``
    are tagged at intake and again by every screening; ``reasons`` are those of the last screening,
    whose history with its terms is in ``Screening``, and of a withdrawal. Where the applicant is
    reached may change at any time, what was declared never.
    """

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="applications")
    number = models.PositiveIntegerField()
    channel = models.CharField(max_length=8)
    language = models.CharField(max_length=8)
    category = models.CharField(max_length=10)
    track = models.CharField(max_length=8)
    youth_opted_in = models.BooleanField()
    state = models.CharField(max_length=10, default=ApplicationState.RECEIVED.value)
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    fee_state = models.CharField(max_length=12)
    monthly_income_hkd = models.PositiveBigIntegerField()
    net_assets_hkd = models.PositiveBigIntegerField()
    signed_on = models.DateField(null=True)
    phone = EncryptedTextField()
    email = EncryptedTextField(null=True)
    address = EncryptedTextField()
    district = models.CharField(max_length=24)
    salt = EncryptedTextField(help_text="64 hex digits, printed on the receipt.")
    submission_key = models.UUIDField()
    submission_fingerprint = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "number"], name="one_application_for_each_number"
            ),
            models.UniqueConstraint(
                fields=["exercise", "submission_key"], name="one_application_for_each_submission"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=10_000_000, number__lte=99_999_999),
                name="application_number_has_eight_digits",
            ),
            _one_of("channel", Channel, "application_channel_is_known"),
            _one_of("category", Category, "application_category_is_known"),
            _one_of("track", Track, "application_track_is_known"),
            _one_of("state", ApplicationState, "application_state_is_known"),
            _one_of("fee_state", FeeState, "application_fee_state_is_known"),
            _one_of("language", Language, "application_language_is_known"),
            _one_of("district", District, "application_district_is_known"),
            models.CheckConstraint(
                condition=~Q(state="ADMITTED") | Q(reasons=[]),
                name="an_admitted_application_has_no_reason_against_it",
            ),
            models.CheckConstraint(
                condition=~Q(state="EXCLUDED") | ~Q(reasons=[]),
                name="an_excluded_application_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="WITHDRAWN", withdrawn_at__isnull=False)
                | (~Q(state="WITHDRAWN") & Q(withdrawn_at__isnull=True)),
                name="a_withdrawn_application_says_when",
            ),
        ]
        indexes = [
            # Everything that a count asks, so that counting reads the index alone.
            models.Index(
                fields=["exercise", "channel", "track", "category", "received_at"],
                name="application_counts",
            ),
            # Few of many, so that those no officer has settled are found at once.
            models.Index(
                fields=["exercise", "number"],
                condition=Q(reasons__overlap=DUPLICATE_REASONS),
                name="application_duplicates",
            ),
        ]
        triggers = [
            *keep_existing("application_stays"),
            refuse_rows_where(
                "no_application_after_closing",
                "EXISTS (SELECT 1 FROM new_rows n JOIN applications_exercise e"
                " ON e.id = n.exercise_id WHERE e.closed_at IS NOT NULL)",
                "an exercise that was closed takes no application",
            ),
            pgtrigger.ReadOnly(
                name="submission_is_final",
                fields=[
                    "exercise",
                    "number",
                    "channel",
                    "youth_opted_in",
                    "monthly_income_hkd",
                    "net_assets_hkd",
                    "signed_on",
                    "submission_key",
                    "submission_fingerprint",
                    "received_at",
                    "recorded_at",
                    "recorded_by",
                ],
            ),
            pgtrigger.FSM(
                name="application_state_follows_the_rules",
                field="state",
                transitions=[
                    (source.value, target.value)
                    for source, targets in TRANSITIONS.items()
                    for target in sorted(targets)
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def received_on(self) -> str:
        """The day on which it was received, in Hong Kong, as ISO text."""
        return self.received_at.astimezone(HONG_KONG).date().isoformat()


class Person(models.Model):
    """
    Somebody on an application: position 0 is the applicant, the members follow in form order.

    What the rules need is in clear, what identifies is encrypted; ``identity_key`` is the keyed
    hash by which the same person is found on another form of the exercise.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="people")
    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    relationship = models.CharField(max_length=12)
    identity_kind = models.CharField(max_length=20)
    identity_number = EncryptedTextField()
    identity_key = models.BinaryField(max_length=32)
    name_zh = EncryptedTextField(null=True)
    surname_en = EncryptedTextField()
    given_name_en = EncryptedTextField(null=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1)
    marital_status = models.CharField(max_length=10)
    spouse_absence = models.CharField(max_length=24, blank=True)
    resident_since = models.DateField(null=True)
    last_owned_property_on = models.DateField(null=True)
    previous_subsidy = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "position"], name="one_person_for_each_position"
            ),
            models.UniqueConstraint(
                fields=["application", "identity_key"], name="nobody_is_on_one_form_twice"
            ),
            models.CheckConstraint(
                condition=Q(position=0, relationship=APPLICANT)
                | (Q(position__gt=0) & ~Q(relationship=APPLICANT)),
                name="the_first_person_is_the_applicant",
            ),
            _one_of("relationship", Relationship, "person_relationship_is_known", APPLICANT),
            _one_of("sex", Sex, "person_sex_is_known"),
            _one_of("marital_status", MaritalStatus, "person_marital_status_is_known"),
            _one_of("spouse_absence", SpouseAbsence, "person_spouse_absence_is_known", ""),
            models.CheckConstraint(
                condition=Q(identity_kind__in=["HKIC", "BIRTH_CERTIFICATE"]),
                name="person_identity_kind_is_known",
            ),
        ]
        indexes = [models.Index(fields=["exercise", "identity_key"], name="person_identity")]
        triggers = [
            *keep_existing("person_stays"),
            # People are written before their application, so nobody joins one that is there.
            refuse_rows_where(
                "nobody_joins_a_stored_application",
                "EXISTS (SELECT 1 FROM applications_application a"
                " WHERE a.id BETWEEN (SELECT min(application_id) FROM new_rows)"
                " AND (SELECT max(application_id) FROM new_rows)"
                " AND EXISTS (SELECT 1 FROM new_rows n WHERE n.application_id = a.id))",
                "nobody joins an application that is stored already",
            ),
            pgtrigger.ReadOnly(
                name="household_is_final",
                exclude=["identity_number", "name_zh", "surname_en", "given_name_en"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.position}"
