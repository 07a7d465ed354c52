"""
The demonstration: the first day of WSM 2024 with households that do not exist.

Every application takes the way that people's applications take. Submission keys follow from the
exercise and the household's serial, so a load that was interrupted goes on where it stopped.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from applications.models import Application, Exercise, Officer
from applications.policy.document_receipt import parse_received_document
from applications.policy.errors import Refusal
from applications.policy.household import Channel, FeeMethod
from applications.policy.terms import load_terms, shift_period
from applications.policy.timetable import HONG_KONG, hong_kong_date
from applications.services import sandbox_payments
from applications.services.drafts import save_draft, start_draft
from applications.services.exercises import load_exercise
from applications.services.keying import key_paper_form
from applications.services.payment_providers import get_provider
from applications.services.payments import open_payment, record_payment
from applications.synthetic.documents import Mixture, generate_documents

CODE = "DEMO2024"
TERMS_FILE = "wsm_2024"
OPENING_TIME = time(8)
FIRST_DAY = timedelta(hours=9)  # the counts of 6 March 2025 were as at 5 pm
SEED = 2024
KEYS = UUID("6f0b7a54-2f5c-5d3a-9c1e-8a3f1d2b4c60")
# About 2,600 applications, 2,100 of them youth: Wen Wei Po, 7 March 2025. The rest is invented.
MIXTURE = Mixture(
    family_count=1_430,
    one_person_count=1_170,
    youth_share=Fraction(2_100, 2_600),
    paper_share=Fraction(1, 4),
    duplicate_count=12,
    ineligible_count=26,
)
OFFICERS = (
    ("clerk1", "clerk-1", Officer.Role.CLERK),
    ("officer1", "officer-1", Officer.Role.OFFICER),
    ("officer2", "officer-2", Officer.Role.OFFICER),
    ("officer3", "officer-3", Officer.Role.OFFICER),  # looks when the other two disagree
)
PASSWORD = "housing-2024-demonstration"  # noqa: S105 - printed for everybody who tries the demo
SENT_BY_THE_SYSTEM = frozenset({"exercise", "channel", "language", "signed_on", "fee"})


class DemonstrationBesideRealApplications(Refusal):
    """Log-ins that everybody knows do not belong beside applications of real people."""

    code = "DEMONSTRATION_BESIDE_REAL_APPLICATIONS"


@dataclass(frozen=True, slots=True)
class Submission:
    """One household of the demonstration, and the moment at which it applies."""

    key: UUID
    received_at: datetime
    document: Mapping[str, Any]


@transaction.atomic
def open_demonstration(*, opened_at: datetime) -> Exercise:
    """
    Store the exercise ``DEMO2024``, or return the stored one, whatever day it is from.

    It opens at 08:00 today in Hong Kong. Before 08:00 that is still to come and nobody could
    apply, so it opened at 08:00 yesterday then. The officers of the demonstration are made too.

    :raises DemonstrationBesideRealApplications: where people have applied in a real exercise.
    """
    _make_officers()
    stored = Exercise.objects.filter(code=CODE).first()
    if stored:
        return stored
    _, mapping = load_terms(TERMS_FILE)
    opening = datetime.combine(hong_kong_date(opened_at), OPENING_TIME, tzinfo=HONG_KONG)
    if opened_at < opening:
        opening -= timedelta(days=1)
    shifted = shift_period(mapping, opening, CODE)
    return load_exercise(mapping=shifted, loaded_at=opened_at)[0]


def list_missing_submissions(exercise: Exercise, *, until: datetime) -> Iterator[Submission]:
    """
    List the submissions of the first day that are not stored yet, in order.

    They are spread from the opening to 17:00, or to ``until`` when that is earlier.
    """
    keys = Application.objects.filter(exercise=exercise).values_list("submission_key", flat=True)
    stored = set(keys)
    wanted = [uuid5(KEYS, f"{exercise.code}|{serial}") for serial in range(MIXTURE.total)]
    if stored.issuperset(wanted):
        return
    documents = generate_documents(
        seed=SEED,
        terms=exercise.parsed_terms,
        mixture=MIXTURE,
        first_at=exercise.opens_at,
        last_at=min(until, exercise.opens_at + FIRST_DAY),
    )
    for key, (moment, document) in zip(wanted, documents, strict=True):
        if key not in stored:
            yield Submission(key, moment, _without_email(document))


@transaction.atomic
def submit_households(
    *, exercise: Exercise, submissions: Sequence[Submission], clerk: Officer, recorded_at: datetime
) -> None:
    """
    Submit some households, all of them or none, so that interrupting leaves no half drafts.

    :param clerk: who keys the paper forms.
    """
    for submission in submissions:
        if submission.document["channel"] == Channel.PAPER:
            _key_form(exercise, submission, clerk, recorded_at)
        else:
            _apply_online(exercise, submission, recorded_at)


def _apply_online(exercise: Exercise, submission: Submission, recorded_at: datetime) -> None:
    at, document = submission.received_at, submission.document
    draft = start_draft(
        exercise=exercise, language=document["language"], started_at=at, draft_id=submission.key
    )
    answers = {name: value for name, value in document.items() if name not in SENT_BY_THE_SYSTEM}
    save_draft(draft_id=draft.pk, changes=answers, seen_version=draft.version, saved_at=at)
    wanted, taken = FeeMethod(document["fee"]["method"]), get_provider().METHODS
    method = wanted if wanted in taken else taken[0]
    payment = open_payment(draft_id=draft.pk, method=method, opened_at=at)
    body, signature = sandbox_payments.write_message(payment, kind="PAID", happened_at=at)
    record_payment(message=sandbox_payments.read_message(body, signature), recorded_at=recorded_at)


def _key_form(
    exercise: Exercise, submission: Submission, clerk: Officer, recorded_at: datetime
) -> None:
    key_paper_form(
        exercise=exercise,
        document=parse_received_document(submission.document, today=hong_kong_date(recorded_at)),
        submission_key=submission.key,
        keyed_at=recorded_at,
        officer=clerk,
    )


def _without_email(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take the address away: nobody reads its letters, and a visitor's own would drown in them."""
    return {**document, "contact": {**document["contact"], "email": None}}


def _make_officers() -> None:
    references = [reference for _, reference, _ in OFFICERS]
    stored = set(
        Officer.objects.filter(reference__in=references).values_list("reference", flat=True)
    )
    if len(stored) == len(OFFICERS):
        return
    if Application.objects.filter(exercise__demonstration=False).exists():
        raise DemonstrationBesideRealApplications
    for username, reference, role in OFFICERS:
        if reference not in stored:
            Officer.objects.create_user(username, password=PASSWORD, reference=reference, role=role)
