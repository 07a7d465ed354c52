"""What a stored application's receipt says, gathered for the PDF."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from applications.forms.messages import describe_code
from applications.models import Application, Person
from applications.pdf.layout import Bilingual
from applications.pdf.receipt import Receipt
from applications.policy.hkid import mask_hkic
from applications.policy.youth import assess_youth


def compile_receipt(application: Application) -> Receipt:
    """Gather what the receipt of an application says, online or on paper."""
    exercise = application.exercise
    applicant = application.people.get(position=0)
    payment = application.payments.order_by("opened_at").last()
    return Receipt(
        exercise_title=Bilingual(exercise.title_zh_hant, exercise.title_en),
        application_number=str(application.number),
        channel=application.channel,
        submitted_at=application.received_at,
        category=application.category,
        track=application.track,
        track_reason=_say_youth_reason(application, applicant),
        applicant_name=_say_name(applicant),
        masked_hkic=mask_hkic(applicant.identity_number),
        household_size=application.people.count(),
        fee_hkd=payment.amount_hkd if payment else exercise.parsed_terms.fee.application_hkd,
        fee_method=payment.method if payment else "NONE",
        payment_reference=payment.reference if payment else "",
        salt_hex=application.salt,
        status_url=get_status_url(application.language),
        look_up_url=get_look_up_url(exercise.code, application.number),
        first_language=application.language,
        is_demonstration=exercise.demonstration,
    )


def get_status_url(language: str) -> str:
    """Return the whole address where the state of an application is looked up."""
    with translation.override(language):
        return f"{settings.PUBLIC_URL}{reverse('applications:lookup')}"


def get_look_up_url(code: str, number: int) -> str:
    """Return the whole address where the ballot's result for a number is public."""
    query = urlencode({"exercise": code, "number": f"{number:08d}"})
    # No language in it: the portal answers in the language of whoever scans the code.
    return f"{settings.PUBLIC_URL}/verify/look-up/?{query}"


def _say_name(person: Person) -> Bilingual:
    parts = (person.surname_en, person.given_name_en)
    return Bilingual(person.name_zh or "", " ".join(part for part in parts if part))


def _say_youth_reason(application: Application, applicant: Person) -> Bilingual:
    """Say it without the ages, which the page tells, so that the receipt stays one sheet."""
    assessment = assess_youth(
        birth_date=applicant.birth_date,
        opted_in=application.youth_opted_in,
        terms=application.exercise.parsed_terms,
    )

    def say(language: str) -> str:
        with translation.override(language):
            return describe_code(assessment.reason_code)

    return Bilingual(say("zh-hant"), say("en"))
