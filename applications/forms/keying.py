"""
One paper form on one page: its parts together, and the application document that comes of them.

The fields check single values by the policy's own parsers. The policy then reads the whole
document, and whatever it finds beyond that is shown beside the field it is about.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError

from applications.forms.keying_parts import (
    NO_FEE,
    ApplicantForm,
    ArrivalForm,
    KeyingForm,
    MemberForm,
    MemberFormSet,
    RestForm,
)
from applications.forms.messages import MESSAGES, describe_code
from applications.forms.sections import write_value
from applications.models import Batch, Exercise
from applications.policy.document import MAXIMUM_MEMBERS
from applications.policy.document_receipt import parse_received_document
from applications.policy.errors import Fault, MalformedDocument, Refusal
from applications.policy.household import ApplicationDocument, Channel, SpouseAbsence
from applications.policy.timetable import HONG_KONG, hong_kong_date

PERSON_ANSWERS = (
    "hkic",
    "name_zh",
    "surname_en",
    "given_name_en",
    "birth_date",
    "sex",
    "marital_status",
    "resident_since",
    "last_owned_property_on",
    "previous_subsidy",
)
MEMBER_ANSWERS = ("relationship", "birth_certificate", *PERSON_ANSWERS)
PLAIN_ANSWERS = ("language", "monthly_income_hkd", "net_assets_hkd", "signed_on")
MEMBER_ERRORS: dict[str, Any] = {"too_many_forms": MESSAGES["TOO_MANY_MEMBERS"]}
FIELD_OF_PATH = {
    "paper.form_serial": ("arrival", "form_serial"),
    "paper.received_at": ("arrival", "received_on"),
    "paper.postmark_date": ("arrival", "postmark_date"),
    "fee.reference": ("rest", "fee_reference"),
}
FIELD_OF_REFUSAL = {
    "EXERCISE_NOT_OPEN_YET": "received_on",
    "PAPER_FORM_ALREADY_KEYED": "form_serial",
    "BATCH_CLOSED": "batch",
}


class PaperFormPage:
    """
    The forms of one page, bound to what was typed or blank.

    :param now: the database's clock, timezone-aware; nothing can have been received after it.
    :param batch: the batch that a blank page is for.
    """

    def __init__(
        self,
        *,
        exercise: Exercise,
        now: datetime,
        data: Mapping[str, Any] | None = None,
        batch: Batch | None = None,
    ) -> None:
        self.exercise = exercise
        self.now = now
        local = now.astimezone(HONG_KONG)
        arrived = {
            "submission_key": uuid4(),
            "batch": batch,
            "received_on": local.date(),
            "received_time": f"{local:%H:%M}",
        }
        self.arrival = ArrivalForm(data, initial=arrived, now=now, exercise=exercise)
        self.applicant = ApplicantForm(data, prefix="applicant")
        self.members = MemberFormSet(data, prefix="members", error_messages=MEMBER_ERRORS)
        self.rest = RestForm(data)
        if exercise.parsed_terms.youth is None:
            del self.rest.fields["youth_scheme"]

    @classmethod
    def with_another_member(
        cls, *, exercise: Exercise, now: datetime, data: Mapping[str, Any]
    ) -> "PaperFormPage":
        """Show what was typed, not yet judged, with one row more as far as there is room."""
        page = cls(exercise=exercise, now=now)
        count = cls(exercise=exercise, now=now, data=data).members.total_form_count()
        page.members.extra = min(count + 1, MAXIMUM_MEMBERS)
        for form in page.parts:
            form.show_as_typed(data)
        return page

    @property
    def parts(self) -> Sequence[KeyingForm]:
        """Every form of the page in its order, for the error summary."""
        return (self.arrival, self.applicant, *self.members.forms, self.rest)

    @property
    def submission_key(self) -> UUID:
        """What makes a double click one application; of a valid page."""
        key: UUID = self.arrival.cleaned_data["submission_key"]
        return key

    @property
    def batch(self) -> Batch | None:
        """The batch from which the form was taken, of a valid page."""
        return self.arrival.cleaned_data.get("batch")

    @property
    def filled_members(self) -> list[MemberForm]:
        """The rows that name somebody."""
        return [form for form in self.members.forms if form.has_changed()]

    @property
    def person_forms(self) -> list[KeyingForm]:
        """A form for everybody, in the order of ``document.household.people``."""
        return [self.applicant, *self.filled_members]

    def read_document(self) -> ApplicationDocument | None:
        """Give the document, or nothing and the reasons beside their fields."""
        if not self._is_valid():
            return None
        try:
            return parse_received_document(self._write_document(), today=hong_kong_date(self.now))
        except MalformedDocument as malformed:
            for fault in malformed.faults:
                self._show_fault(fault)
            return None

    def show_refusal(self, refusal: Refusal) -> None:
        """Say beside its field why this form cannot be stored; what was typed stays."""
        error = ValidationError(describe_code(refusal.code), refusal.code)
        self.arrival.add_error(FIELD_OF_REFUSAL.get(refusal.code), error)

    def list_wrong_fields(self) -> Iterator[forms.BoundField]:
        """List the fields with errors in the order of the page."""
        for form in self.parts:
            yield from (field for field in form if field.errors)

    def _is_valid(self) -> bool:
        """Judge every part, so that all errors are told at once."""
        parts = (self.arrival, self.applicant, self.members, self.rest)
        answers = [part.is_valid() for part in parts]
        return all(answers)

    def _write_document(self) -> dict[str, Any]:
        rest = self.rest.cleaned_data
        is_absent = self.applicant.cleaned_data["is_spouse_absent"]
        has_fee = rest["fee_method"] != NO_FEE
        return {
            "exercise": self.exercise.code,
            "channel": Channel.PAPER.value,
            "youth_scheme": rest.get("youth_scheme", False),
            **_write(self.rest, PLAIN_ANSWERS),
            "applicant": {
                **_write(self.applicant, PERSON_ANSWERS),
                "spouse_absence": SpouseAbsence.NO_RIGHT_TO_LAND.value if is_absent else None,
            },
            "members": [_write(member, MEMBER_ANSWERS) for member in self.filled_members],
            "contact": _write(self.rest, ("phone", "email", "address", "district")),
            "declarations": _write(self.rest, ("accurate", "privacy")),
            "paper": {
                "received_at": self.arrival.received_at.isoformat(),
                **_write(self.arrival, ("postmark_date", "form_serial")),
            },
            "fee": {"method": rest["fee_method"], "reference": rest["fee_reference"]}
            if has_fee
            else None,
        }

    def _show_fault(self, fault: Fault) -> None:
        form, name = self._find_field(fault.field)
        message = describe_code(fault.code, **fault.params)
        form.add_error(name, ValidationError(message, fault.code))

    def _find_field(self, path: str) -> tuple[KeyingForm, str | None]:
        """Find the form and field of a dotted path; what has no field is told of the page."""
        part, *rest = path.split(".")
        if path in FIELD_OF_PATH:
            form_name, name = FIELD_OF_PATH[path]
            return getattr(self, form_name), name
        form: KeyingForm = self.rest
        if part == "applicant":
            form = self.applicant
        elif part == "members" and len(rest) > 1:
            form = self.filled_members[int(rest[0])]
        name = path.rsplit(".", 1)[-1]
        return (form, name) if name in form.fields else (self.arrival, None)


def _write(form: forms.Form, names: Sequence[str]) -> dict[str, Any]:
    return {name: write_value(form.cleaned_data[name]) for name in names}
