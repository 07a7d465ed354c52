"""
What tests need in the database, made through the services that people's applications take.

Every row is whole: there are no half applications here. Times are relative to the database's clock,
because that is the clock which the doors ask.
"""

import uuid
from datetime import UTC, date, timedelta

from applications.models import OwedWork
from applications.models.officer import Officer
from applications.policy.document import parse_document
from applications.policy.hong_kong_time import hong_kong_date
from applications.policy.household import FeeMethod
from applications.policy.terms import load_terms, shift_period
from applications.selectors.clock import read_clock
from applications.services import sandbox_payments
from applications.services.drafts import save_draft, start_draft
from applications.services.exercises import load_exercise
from applications.services.keying import key_paper_form
from applications.services.owed import claim_owed_work
from applications.services.payments import open_payment, record_payment
from applications.services.screening import screen_owed_work
from applications.synthetic.people import make_person as make_synthetic_person

PASSWORD = "synthetic password of a test"
ADULT = date(1990, 5, 17)


def make_exercise(code="TEST2024", *, opened_ago=timedelta(days=1), terms_file="wsm_2024"):
    """
    Store an exercise with the terms of a published one and its period moved.

    Opened a day ago it is open; with a negative ``opened_ago`` it has not opened yet; the period of
    WSM 2024 lasts 20 days and 11 hours, so after ``timedelta(days=21)`` its closing time is past.
    """
    now = read_clock()
    _, mapping = load_terms(terms_file)
    shifted = shift_period(mapping, (now - opened_ago).replace(microsecond=0), code)
    exercise, _ = load_exercise(mapping=shifted, loaded_at=min(now, now - opened_ago))
    return exercise


def make_officer(reference="clerk-1", role=Officer.Role.CLERK):
    """Store a clerk, or with ``Officer.Role.OFFICER`` an officer; the password is PASSWORD."""
    return Officer.objects.create_user(
        reference.replace("-", ""), password=PASSWORD, reference=reference, role=role
    )


def make_person(index, *, birth_date=ADULT, **changes):
    """Make a person of a document; ``index`` gives the identity card number and the names."""
    return make_synthetic_person(index, birth_date=birth_date) | changes


def make_member(index, *, relationship="SIBLING", **changes):
    """Make a member of a document."""
    return {"relationship": relationship, **make_person(index, **changes)}


def make_document(exercise, index=1, *, channel="ONLINE", received_at=None, **changes):
    """
    Make the JSON mapping of an eligible one-person household; person ``index`` applies.

    ``changes`` replace top-level keys: ``members=[make_member(2)]``, ``youth_scheme=False``.
    A paper form was received at ``received_at``, by default an hour after opening.
    """
    received_at = received_at or exercise.opens_at + timedelta(hours=1)
    mapping = {
        "exercise": exercise.code,
        "channel": channel,
        "language": "en",
        "youth_scheme": True,
        "applicant": make_person(index),
        "members": [],
        "monthly_income_hkd": 20_000,
        "net_assets_hkd": 100_000,
        "contact": {
            "phone": "20001234",
            "email": "household@example.org",
            "address": "Flat 1, Synthetic House, 1 Example Street",
            "district": "KWUN_TONG",
        },
        "declarations": {"accurate": True, "privacy": True},
        "signed_on": hong_kong_date(received_at).isoformat(),
        "fee": {"method": "CARD" if channel == "ONLINE" else "CHEQUE", "reference": "004-123456"},
    }
    if channel == "PAPER":
        mapping["paper"] = {
            "received_at": received_at.astimezone(UTC).isoformat(),
            "postmark_date": None,
            "form_serial": f"TEST-{index:06d}",
        }
    return mapping | changes


def make_draft(exercise, index=1, *, at=None, **changes):
    """Store a finished draft of an online application: only the fee is missing."""
    at = at or read_clock()
    mapping = make_document(exercise, index, **changes)
    draft = start_draft(exercise=exercise, language=mapping["language"], started_at=at)
    answers = {name: mapping[name] for name in mapping if name not in ("signed_on", "fee")}
    return save_draft(draft_id=draft.pk, changes=answers, seen_version=0, saved_at=at)


def pay_draft(draft, *, at=None, method=FeeMethod.CARD):
    """Pay the fee of a draft with the sandbox provider; give the application that comes of it."""
    at = at or read_clock()
    payment = open_payment(draft_id=draft.pk, method=method, opened_at=at)
    body, signature = sandbox_payments.write_message(payment, kind="PAID", happened_at=at)
    message = sandbox_payments.read_message(body, signature)
    _, application = record_payment(message=message, recorded_at=read_clock())
    return application


def store_online(exercise, index=1, *, at=None, **changes):
    """Store an application as somebody submits it online; give the application."""
    return pay_draft(make_draft(exercise, index, at=at, **changes), at=at)


def store_paper(exercise, index=1, *, officer=None, **changes):
    """Store a paper form as a clerk keys it; give the application."""
    keyed_at = read_clock()
    mapping = make_document(exercise, index, channel="PAPER", **changes)
    application, _ = key_paper_form(
        exercise=exercise,
        document=parse_document(mapping, today=hong_kong_date(keyed_at)),
        submission_key=uuid.uuid4(),
        keyed_at=keyed_at,
        officer=officer or Officer.objects.filter(role="CLERK").first() or make_officer(),
    )
    return application


def screen_everything():
    """Do the screening that is owed, as the worker does; give how many applications it was."""
    screened = 0
    while rows := claim_owed_work(kind=OwedWork.Kind.SCREENING, claimed_at=read_clock()):
        screen_owed_work(rows=rows, screened_at=read_clock())
        screened += len(rows)
    return screened
