"""Changing where the applicant is reached, at any time; nobody on the form changes by it."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from applications.forms.contact_change import ContactChangeForm
from applications.models import Application
from applications.selectors.clock import read_clock
from applications.selectors.look_ups import get_application
from applications.services.contact_changes import (
    ContactChangedMeanwhile,
    change_contact,
    fingerprint_contact,
)
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
def change(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask for new contact details and the date of birth, and change what was filled in."""
    data = request.POST if is_answered(request) else None
    form = ContactChangeForm(data, application=application, expected=read_birth_date(application))
    if form.is_guess and is_one_too_many(request, application):
        return refuse_guesses(request)
    if not form.is_valid():
        return show_contact(request, application, form)
    if not try_to_change(request, application, form):
        return show_contact(request, application, form, changed_elsewhere=True)
    notice = _("We have your contact details as you gave them.")
    return show_status(request, get_application(application.pk), notice)


def try_to_change(request: HttpRequest, application: Application, form: ContactChangeForm) -> bool:
    """Change the details unless another window has changed them since this page was opened."""
    try:
        change_contact(
            application_id=application.pk,
            changes=form.list_changes(),
            seen=request.POST.get("seen", ""),
            changed_at=read_clock(),
        )
    except ContactChangedMeanwhile:
        return False
    return True


def show_contact(
    request: HttpRequest,
    application: Application,
    form: ContactChangeForm,
    *,
    changed_elsewhere: bool = False,
) -> HttpResponse:
    """Show the page; it keeps in mind which details it was made from."""
    newest = fingerprint_contact(application)
    return show_deed(
        request,
        application,
        form,
        template="applications/contact.html",
        status=409 if changed_elsewhere else 200,
        changed_elsewhere=changed_elsewhere,
        seen=newest if changed_elsewhere else request.POST.get("seen", newest),
    )
