"""Small words of the staff pages: titles, times, masked numbers."""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.forms import BaseForm
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.choices import MARITAL_STATUSES, ONLINE_FEE_METHODS, RELATIONSHIPS
from applications.forms.keying_parts import PAPER_FEES
from applications.forms.phrases import say_title
from applications.models import Exercise, Person
from applications.models.application import APPLICANT
from applications.policy.reasons import read_finding
from applications.selectors.case_files import mask_identity
from applications.templatetags.hos_components import SummaryRow, summarise_errors

register = template.Library()

RELATIONSHIP_NAMES = {APPLICANT: _("Applicant"), **dict(RELATIONSHIPS)}
MARITAL_STATUS_NAMES = dict(MARITAL_STATUSES)
FEE_METHOD_NAMES = {**dict(ONLINE_FEE_METHODS), **dict(PAPER_FEES)}


@register.filter
def title_of(exercise: Exercise) -> str:
    """Give an exercise's title in the reader's language."""
    return say_title(exercise)


@register.filter
def to_minute(moment: datetime) -> str:
    """Write a moment in Hong Kong's time: 6 March 2025, 09:41."""
    return date_format(timezone.localtime(moment), gettext("j F Y, H:i"))


@register.filter
def masked(person: Person) -> str:
    """Write somebody's identity number with most of it hidden."""
    return mask_identity(person)


@register.filter
def finding_code(finding: str) -> str:
    """Give the reason code of a screening's finding: ``CODE:2`` gives ``CODE``."""
    return read_finding(finding).code.value


@register.filter
def finding_person(finding: str) -> str:
    """Say whom of the form a finding is about; nothing when it is about the whole form."""
    person = read_finding(finding).person
    if person is None:
        return ""
    if person == 0:
        return gettext("Applicant")
    return gettext("Member %(number)s") % {"number": person}


@register.filter
def grouped(amount: int) -> str:
    """Write a number with its thousands grouped: 42,000."""
    return f"{amount:,}"


@register.filter
def relationship_name(relationship: str) -> str:
    """Say what somebody is on the form."""
    return str(RELATIONSHIP_NAMES[relationship])


@register.filter
def marital_status_name(status: str) -> str:
    """Say somebody's marital status."""
    return str(MARITAL_STATUS_NAMES[status])


@register.filter
def short_id(identifier: object) -> str:
    """Write the beginning of a long identifier: enough to tell rows of a list apart."""
    return str(identifier)[:8]


@register.filter
def fee_method_name(method: str) -> str:
    """Say how a fee was paid."""
    return str(FEE_METHOD_NAMES[method])


@register.inclusion_tag("components/error_summary.html")
def error_summary_of(forms: Iterable[BaseForm]) -> dict[str, list[SummaryRow]]:
    """Show every error of a page whose forms are a list."""
    return {"rows": [row for form in forms for row in summarise_errors(form)]}
