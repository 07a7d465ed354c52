"""
What must hold of the stored data, recomputed row by row.

Most of it the database refuses to break; this finds what got past it: a constraint dropped, a row
changed by somebody who owns the table, a bug. Subjects are ids and numbers, never names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from applications.models import Exercise, OwedWork, Payment, Person, Screening
from applications.policy.household import Category, Channel, Track
from applications.policy.status import ApplicationState
from applications.policy.youth import is_youth

CHUNK = 2_000
SCREENED = (ApplicationState.ADMITTED.value, ApplicationState.EXCLUDED.value)


@dataclass(frozen=True, slots=True)
class Breach:
    """
    Something that does not hold.

    :param rule: the sentence that is broken: ``numbers_have_no_gaps``.
    :param subject: where: ``application 10000001 of WSM2024``.
    :param details: what was found, and what it should be.
    """

    rule: str
    subject: str
    details: str


def find_breaches_of_exercise(exercise: Exercise) -> Iterator[Breach]:
    """Find everything that does not hold of one exercise; memory stays bounded."""
    for find in RULES:
        yield from find(exercise)


def find_number_gaps(exercise: Exercise) -> Iterator[Breach]:
    """Find numbers that are missing between the exercise's first and the counter's last."""
    rule, subject = "numbers_have_no_gaps", f"exercise {exercise.code}"
    first_number = exercise.parsed_terms.first_application_number
    expected, last = first_number, exercise.number_counter.last_number
    numbers = exercise.applications.order_by("number").values_list("number", flat=True)
    for number in numbers.iterator(chunk_size=CHUNK):
        if number != expected:
            yield Breach(rule, subject, f"{expected} expected, {number} found")
        expected = number + 1
    if expected != last + 1:
        yield Breach(rule, subject, f"the counter says {last}, the last is {expected - 1}")


def find_incomplete_households(exercise: Exercise) -> Iterator[Breach]:
    """Find applications without an applicant, with a gap among the people, or miscounted."""
    counted = exercise.applications.annotate(
        size=Count("people"), last_position=Max("people__position")
    )
    is_family = Q(category=Category.FAMILY.value)
    wrong = counted.filter(
        Q(size=0)
        | ~Q(last_position=F("size") - 1)
        | (is_family & Q(size=1))
        | (~is_family & Q(size__gt=1))
    )
    rows = wrong.values_list("number", "category", "size", "last_position")
    for number, category, size, last in rows.iterator(chunk_size=CHUNK):
        details = f"{category} with {size} people, last position {last}"
        yield _breach("household_is_whole", exercise, number, details)


def find_unowed_screenings(exercise: Exercise) -> Iterator[Breach]:
    """Find applications that nobody will screen, or that were never owed a screening."""
    owed = OwedWork.objects.filter(kind=OwedWork.Kind.SCREENING, application=OuterRef("pk"))
    judged = Screening.objects.filter(application=OuterRef("pk"))
    is_received = Q(state=ApplicationState.RECEIVED.value)
    wrong = exercise.applications.filter(
        ~Exists(owed)
        | (is_received & ~Exists(owed.filter(done_at=None)))
        | (Q(state__in=SCREENED) & ~Exists(judged))
    )
    for number, state in wrong.values_list("number", "state").iterator(chunk_size=CHUNK):
        details = f"{state}, and no screening is owed or done"
        yield _breach("every_application_is_screened", exercise, number, details)


def find_stale_judgements(exercise: Exercise) -> Iterator[Breach]:
    """Find applications that say something else than their last screening."""
    last = (
        Screening.objects.filter(
            application__exercise=exercise,
        )
        .exclude(application__state=ApplicationState.WITHDRAWN.value)
        .order_by("application_id", "-sequence")
        .distinct("application_id")
        .select_related("application")
        .defer(*(f"application__{name}" for name in ("phone", "email", "address", "salt")))
    )
    for screening in last.iterator(chunk_size=CHUNK):
        if different := _compare_judgement(screening, exercise):
            number = screening.application.number
            yield _breach("state_is_that_of_the_last_screening", exercise, number, different)


def _compare_judgement(screening: Screening, exercise: Exercise) -> str:
    """Name what differs between an application and its last screening."""
    application = screening.application
    state = ApplicationState.ADMITTED if screening.eligible else ApplicationState.EXCLUDED
    codes = list(dict.fromkeys(finding.split(":")[0] for finding in screening.findings))
    pairs = {
        "state": (application.state, state.value),
        "reasons": (application.reasons, codes),
        "category": (application.category, screening.category),
        "track": (application.track, screening.track),
        "terms": (exercise.terms_sha256, screening.terms_sha256),
    }
    return "; ".join(
        f"{name} is {stored}, screened {judged}"
        for name, (stored, judged) in pairs.items()
        if stored != judged
    )


def find_unpaid_online(exercise: Exercise) -> Iterator[Breach]:
    """Find online applications without the payment that submitted them."""
    paid = Payment.objects.filter(application=OuterRef("pk"), state=Payment.State.PAID)
    wrong = exercise.applications.filter(~Exists(paid), channel=Channel.ONLINE.value)
    for number in wrong.values_list("number", flat=True).iterator(chunk_size=CHUNK):
        yield _breach("online_applications_are_paid", exercise, number, "no payment is PAID")


def find_mislaid_payments(exercise: Exercise) -> Iterator[Breach]:
    """Find payments whose application is not that of their draft."""
    wrong = Payment.objects.filter(draft__exercise=exercise, state=Payment.State.PAID).filter(
        Q(application__isnull=False, draft__application=None)
        | (
            Q(application__isnull=False, draft__application__isnull=False)
            & ~Q(application=F("draft__application"))
        )
    )
    for pk in wrong.values_list("pk", flat=True).iterator(chunk_size=CHUNK):
        details = "the payment and its draft name different applications"
        yield Breach("a_paid_draft_is_an_application", f"payment {pk}", details)


def find_wrong_tracks(exercise: Exercise) -> Iterator[Breach]:
    """Find applications whose track is not what the rule of the Youth Scheme gives."""
    terms = exercise.parsed_terms
    applicants = Person.objects.filter(exercise=exercise, position=0).values_list(
        "application__number", "application__track", "application__youth_opted_in", "birth_date"
    )
    for number, track, opted_in, birth_date in applicants.iterator(chunk_size=CHUNK):
        counts = is_youth(birth_date=birth_date, opted_in=opted_in, terms=terms)
        right = Track.YOUTH if counts else Track.GENERAL
        if track != right.value:
            details = f"{track}, by the rule {right.value}"
            yield _breach("track_is_what_the_rule_gives", exercise, number, details)


def count_unmatched_payments() -> int:
    """
    Count the fees that were paid and made no application: too late, or a second time.

    That is no breach: the money is there and somebody has to put on record what became of it.
    """
    return Payment.objects.filter(
        state=Payment.State.PAID,
        application=None,
        draft__isnull=False,
        reconciliation=None,
    ).count()


def _breach(rule: str, exercise: Exercise, number: int, details: str) -> Breach:
    return Breach(rule, f"application {number} of {exercise.code}", details)


RULES: tuple[Callable[[Exercise], Iterator[Breach]], ...] = (
    find_number_gaps,
    find_incomplete_households,
    find_unowed_screenings,
    find_stale_judgements,
    find_unpaid_online,
    find_mislaid_payments,
    find_wrong_tracks,
)
