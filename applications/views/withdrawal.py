"""Withdrawing an application: what it means, one more check, and the deed."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from applications.forms.phrases import say_hkd, say_moment
from applications.forms.withdrawal import WithdrawalForm
from applications.models import Application
from applications.selectors.clock import read_clock
from applications.selectors.exercises import takes_applications
from applications.selectors.look_ups import get_application
from applications.services.withdrawals import withdraw_application
from applications.views.applicant_check import (
    is_answered,
    is_one_too_many,
    read_birth_date,
    refuse_guesses,
    show_deed,
)
from applications.views.status import show_status
from applications.views.status_pass import needs_pass


@needs_pass
def withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    """Say what a withdrawal means, ask for the date of birth, and withdraw."""
    if application.withdrawn_at:
        return show_status(request, application)
    data = request.POST if is_answered(request) else None
    form = WithdrawalForm(data, expected=read_birth_date(application))
    if form.is_guess and is_one_too_many(request, application):
        return refuse_guesses(request)
    if not form.is_valid():
        return show_withdrawal(request, application, form)
    withdraw_application(application_id=application.pk, withdrawn_at=read_clock())
    notice = _("Your application has been withdrawn.")
    return show_status(request, get_application(application.pk), notice)


def show_withdrawal(
    request: HttpRequest, application: Application, form: WithdrawalForm
) -> HttpResponse:
    """Show the page with what is lost and what is still possible afterwards."""
    exercise, terms = application.exercise, application.exercise.parsed_terms
    return show_deed(
        request,
        application,
        form,
        template="applications/withdraw.html",
        fee=say_hkd(terms.fee.application_hkd),
        is_open=takes_applications(exercise, at=read_clock()),
        closes=say_moment(terms.closes_at),
    )
