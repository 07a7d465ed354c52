"""The receipt: the page that ends an application, and its PDF in both languages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from applications.forms.choices import CATEGORIES, TRACKS
from applications.forms.contact_change import LANGUAGES
from applications.forms.explanations import explain_youth
from applications.forms.phrases import say_hkd, say_moment, say_title
from applications.models import Application, Message
from applications.pdf.receipt import render_receipt
from applications.views.own_draft import find_draft
from applications.views.receipt_content import compile_receipt
from applications.views.status_pass import give_pass


@require_GET
@never_cache
def show_receipt(request: HttpRequest) -> HttpResponse:
    """Show the number of the application that this browser has submitted, and what comes next."""
    application = find_own_application(request)
    if application is None:
        return redirect("applications:lookup")
    applicant = application.people.get(position=0)
    terms = application.exercise.parsed_terms
    context = {
        "exercise": application.exercise,
        "exercise_title": say_title(application.exercise),
        "application": application,
        "received": say_moment(application.received_at),
        "fee": say_hkd(terms.fee.application_hkd),
        "category": CATEGORIES[application.category],
        "track": TRACKS[application.track],
        "youth_reason": explain_youth(
            birth_date=applicant.birth_date, opted_in=application.youth_opted_in, terms=terms
        ),
        "closes": say_moment(terms.closes_at),
        "language": dict(LANGUAGES)[application.language],
        "is_sent": application.messages.filter(kind=Message.Kind.RECEIPT).exists(),
        "pass": give_pass(application),
    }
    return render(request, "applications/receipt.html", context)


@require_GET
@never_cache
def download_receipt(request: HttpRequest) -> HttpResponse:
    """Give the receipt of the application that this browser has submitted as a PDF."""
    application = find_own_application(request)
    return answer_pdf(application) if application else redirect("applications:lookup")


def find_own_application(request: HttpRequest) -> Application | None:
    """Find the application that this browser's draft has become."""
    draft = find_draft(request)
    if draft is None or draft.application is None:
        return None
    draft.application.exercise = draft.exercise
    return draft.application


def answer_pdf(application: Application) -> HttpResponse:
    """Answer with an application's receipt."""
    response = HttpResponse(
        render_receipt(compile_receipt(application)), content_type="application/pdf"
    )
    name = f"receipt-{application.number}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
