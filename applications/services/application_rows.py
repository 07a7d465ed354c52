"""Turn one well-formed document into the rows that store it; nothing is written here."""

import hmac
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from applications.models import (
    Application,
    Exercise,
    Message,
    Officer,
    OwedWork,
    PaperForm,
    Payment,
    Person,
)
from applications.models.application import APPLICANT
from applications.models.encrypted import hash_for_lookup
from applications.models.identity import hash_identity
from applications.policy.document import render_document
from applications.policy.eligibility import find_track
from applications.policy.fees import FeeState
from applications.policy.household import ApplicationDocument
from applications.policy.terms import ExerciseTerms


@dataclass(frozen=True, slots=True)
class Arrival:
    """
    How and when an application came.

    :param submission_key: the same for every attempt to submit the same thing.
    :param received_at: when it reached the authority; the timetable judges this moment.
    :param recorded_at: the database's clock now.
    :param recorded_by: the clerk or importing officer; ``None`` online.
    :param batch_id: the batch from which a paper form was keyed, if any.
    """

    submission_key: UUID
    received_at: datetime
    recorded_at: datetime
    fee_state: FeeState
    recorded_by: Officer | None = None
    batch_id: int | None = None


def fingerprint_document(document: ApplicationDocument) -> bytes:
    """Return 32 bytes that are equal for equal documents and say nothing about their content."""
    canonical = json.dumps(render_document(document), sort_keys=True, ensure_ascii=False)
    return hash_for_lookup("document", canonical)


def is_same_document(application: Application, document: ApplicationDocument) -> bool:
    """Tell whether an application was stored from this very document."""
    stored = bytes(application.submission_fingerprint)
    return hmac.compare_digest(stored, fingerprint_document(document))


def build_application(
    *,
    pk: int,
    number: int,
    exercise: Exercise,
    terms: ExerciseTerms,
    document: ApplicationDocument,
    arrival: Arrival,
) -> Application:
    """Build the application's row, tagged with category and track, its salt freshly made."""
    return Application(
        id=pk,
        number=number,
        exercise=exercise,
        channel=document.channel.value,
        language=document.language.value,
        category=document.household.category.value,
        track=find_track(document, terms).value,
        youth_opted_in=document.youth_scheme,
        fee_state=arrival.fee_state.value,
        monthly_income_hkd=document.monthly_income_hkd,
        net_assets_hkd=document.net_assets_hkd,
        signed_on=document.signed_on,
        phone=document.contact.phone,
        email=document.contact.email,
        address=document.contact.address,
        district=document.contact.district.value,
        salt=secrets.token_hex(32),
        submission_key=arrival.submission_key,
        submission_fingerprint=fingerprint_document(document),
        received_at=arrival.received_at,
        recorded_at=arrival.recorded_at,
        recorded_by=arrival.recorded_by,
    )


def build_people(
    *, application_id: int, exercise: Exercise, document: ApplicationDocument
) -> Iterator[Person]:
    """Build a row for everybody on the form, the applicant first."""
    roles = [APPLICANT, *(member.relationship.value for member in document.household.members)]
    for position, (role, person) in enumerate(zip(roles, document.household.people, strict=True)):
        yield Person(
            application_id=application_id,
            exercise=exercise,
            position=position,
            relationship=role,
            identity_kind="HKIC" if person.hkic else "BIRTH_CERTIFICATE",
            identity_number=person.identity_number,
            identity_key=hash_identity(person),
            name_zh=person.name_zh,
            surname_en=person.surname_en,
            given_name_en=person.given_name_en,
            birth_date=person.birth_date,
            sex=person.sex.value,
            marital_status=person.marital_status.value,
            spouse_absence=person.spouse_absence.value if person.spouse_absence else "",
            resident_since=person.resident_since,
            last_owned_property_on=person.last_owned_property_on,
            previous_subsidy=person.previous_subsidy,
        )


def build_paper_form(
    *, application_id: int, exercise: Exercise, document: ApplicationDocument, arrival: Arrival
) -> PaperForm | None:
    """Build what only a paper application has."""
    if document.paper is None:
        return None
    return PaperForm(
        application_id=application_id,
        exercise=exercise,
        batch_id=arrival.batch_id,
        form_serial=document.paper.form_serial,
        received_at=document.paper.received_at,
        postmark_date=document.paper.postmark_date,
    )


def build_payment(
    *, application_id: int, terms: ExerciseTerms, document: ApplicationDocument, arrival: Arrival
) -> Payment | None:
    """Build the fee that came with an application; that of a draft has its row before."""
    if document.fee is None:
        return None
    return Payment(
        application_id=application_id,
        method=document.fee.method.value,
        amount_hkd=terms.fee.application_hkd,
        state=Payment.State.PAID,
        reference=document.fee.reference or "",
        opened_at=arrival.received_at,
        settled_at=arrival.recorded_at,
    )


def build_owed_screening(*, application_id: int, arrival: Arrival) -> OwedWork:
    """Build what the portal owes every application that it takes in, due at once."""
    return OwedWork(
        kind=OwedWork.Kind.SCREENING,
        application_id=application_id,
        owed_at=arrival.recorded_at,
        due_at=arrival.recorded_at,
    )


def build_receipt_message(
    *, application_id: int, document: ApplicationDocument, arrival: Arrival
) -> Message | None:
    """Build the e-mail with the number, online or on paper, for whoever gave an address."""
    if document.contact.email is None:
        return None
    return Message(
        kind=Message.Kind.RECEIPT,
        application_id=application_id,
        language=document.language.value,
        address=document.contact.email,
        owed_at=arrival.recorded_at,
        due_at=arrival.recorded_at,
    )
