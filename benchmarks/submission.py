"""Submitting online with everything on, and the look for people who are on another form."""

import json
from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from applications.models import Exercise, Person
from applications.policy.household import FeeMethod
from applications.selectors.clock import read_clock
from applications.selectors.households import find_numbers_of_people
from applications.services.drafts import save_draft, start_draft
from applications.services.payment_providers import PaymentMessage
from applications.services.payments import open_payment, record_payment
from applications.services.sandbox_payments import read_message, write_message
from benchmarks.bare_tables import store_bare
from benchmarks.bare_view import flatten, post
from benchmarks.children import AT_ONCE, processes_at_once, run_at_once
from benchmarks.measuring import Comparison, Floor, Sample, compare, stopwatch
from benchmarks.population import Bench, take_documents

SUBJECT = "submission"
ONLINE = Fraction(0)
NOT_OF_THE_APPLICANT = frozenset({"exercise", "channel", "language", "signed_on", "fee"})
PROBES = 200


def measure(bench: Bench) -> Iterator[Comparison]:
    """Compare submitting with a bare insertion, large with small, and many at once."""
    count = bench.share(200, at_least=20, at_most=500)
    yield from compare(
        subject=SUBJECT,
        work=f"paid draft to application, one process, {bench.applications:,} stored",
        count=count,
        run=partial(_submit, bench, bench.large, count),
        floors=[
            Floor("bare view: form of 25 fields, ORM", partial(_post_bare, bench, count), "≤ 2"),
            Floor("bare ORM", partial(_store_bare, bench, count)),
            Floor(
                f"the same, {bench.small.applications.count():,} stored",
                partial(_submit, bench, bench.small, count),
                "≤ 1.15",
            ),
        ],
        rounds=bench.rounds,
    )
    yield from _measure_at_once(bench, count)
    yield from _measure_probe(bench)


def _submit(bench: Bench, exercise: Exercise, count: int, number: int) -> Sample:
    messages = _prepare_messages(bench, exercise, count)
    with stopwatch() as watch:
        for message in messages:
            submit(message)
    return watch.sample


def _store_bare(bench: Bench, count: int, number: int) -> Sample:
    texts = _prepare_texts(bench, count)
    with stopwatch() as watch:
        for text in texts:
            store_text(text)
    return watch.sample


def _post_bare(bench: Bench, count: int, number: int) -> Sample:
    posts = _prepare_posts(bench, count)
    with stopwatch() as watch:
        for fields in posts:
            post(fields)
    return watch.sample


def submit(message: PaymentMessage) -> None:
    """Submit the draft that a provider says was paid for."""
    record_payment(message=message, recorded_at=read_clock())


def store_text(text: str) -> None:
    """Store the same answers as a bare program would."""
    store_bare(json.loads(text))


def _measure_at_once(bench: Bench, count: int) -> Iterator[Comparison]:
    with processes_at_once() as pool:

        def submit_all(number: int) -> Sample:
            return run_at_once(pool, submit, _prepare_messages(bench, bench.large, count))

        def post_all(number: int) -> Sample:
            return run_at_once(pool, post, _prepare_posts(bench, count))

        for warm_up in (submit_all, post_all):
            warm_up(0)
        yield from compare(
            subject=SUBJECT,
            work=f"the same, {AT_ONCE} processes at once",
            count=count,
            run=submit_all,
            floors=[Floor(f"bare view, {AT_ONCE} at once", post_all, "≤ 2")],
            rounds=bench.rounds,
        )


def _measure_probe(bench: Bench) -> Iterator[Comparison]:
    people = Person.objects.filter(exercise=bench.large).order_by("pk")
    keys = [bytes(key) for key in people.values_list("identity_key", flat=True)[: 3 * PROBES]]
    households = [keys[start : start + 3] for start in range(0, len(keys), 3)]

    def probe(number: int) -> Sample:
        with stopwatch() as watch:
            for household in households:
                find_numbers_of_people(bench.large, household)
        return watch.sample

    def read_one(number: int) -> Sample:
        with stopwatch() as watch:
            for _ in households:
                Exercise.objects.values_list("code").get(pk=bench.large.pk)
        return watch.sample

    yield from compare(
        subject=SUBJECT,
        work=f"duplicate check of three people, {bench.applications:,} stored",
        count=len(households),
        run=probe,
        floors=[Floor("one row by its key", read_one, "each under 5 ms at 1,000,000")],
        rounds=bench.rounds,
    )


def _prepare_messages(bench: Bench, exercise: Exercise, count: int) -> list[PaymentMessage]:
    documents = take_documents(bench, exercise, count, paper_share=ONLINE)
    return [pay_for_draft(exercise, document) for _, document in documents]


def pay_for_draft(exercise: Exercise, document: dict[str, object]) -> PaymentMessage:
    """Take the way of an applicant up to the provider's message, which is still to be recorded."""
    now = read_clock()
    draft = start_draft(exercise=exercise, language=str(document["language"]), started_at=now)
    answers = {name: document[name] for name in document if name not in NOT_OF_THE_APPLICANT}
    save_draft(draft_id=draft.pk, changes=answers, seen_version=draft.version, saved_at=now)
    payment = open_payment(draft_id=draft.pk, method=FeeMethod.CARD, opened_at=now)
    return read_message(*write_message(payment, kind="PAID", happened_at=now))


def _prepare_texts(bench: Bench, count: int) -> list[str]:
    documents = take_documents(bench, bench.large, count, paper_share=ONLINE)
    return [json.dumps(document, ensure_ascii=False) for _, document in documents]


def _prepare_posts(bench: Bench, count: int) -> list[dict[str, str]]:
    documents = take_documents(bench, bench.large, count, paper_share=ONLINE)
    return [flatten(document) for _, document in documents]
