"""The calculator of monthly income: each person's earnings less the statutory MPF contribution."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.forms.calculator import CalculatorForm, Earner
from applications.forms.explanations import say_hkd
from applications.models import Draft
from applications.policy.net_income import NetIncome, sum_net_income_hkd
from applications.policy.timetable import hong_kong_date
from applications.selectors.clock import read_clock
from applications.services.drafts import DraftChangedElsewhere
from applications.services.worksheets import save_worksheet
from applications.views import pages
from applications.views.apply import SWITCH, comes_from_review, read_version
from applications.views.own_draft import needs_draft
from applications.views.page_contexts import describe_mpf, say_name
from applications.views.review import TO_REVIEW

USE = "use"


@require_http_methods(["GET", "POST"])
@needs_draft
def work_out_income(request: HttpRequest, draft: Draft) -> HttpResponse:
    """
    Work the household's income out line by line, and take it over when its reader says so.

    The sum is taken over as it was shown: after another change the page shows the new one first.
    While somebody types, htmx asks for the sum alone and nothing is stored.
    """
    earners = list_earners(draft.answers)
    kept = draft.worksheet.get(pages.INCOME.name) or {}
    is_typed = request.method == "POST" and SWITCH not in request.POST
    form = CalculatorForm(request.POST if is_typed else None, earners=earners, kept=kept)
    if SWITCH in request.POST:
        form.show_as_typed(request.POST)
    terms = draft.exercise.parsed_terms
    incomes = form.list_incomes(terms) if form.is_valid() else []
    result = describe_incomes(earners, incomes)
    if getattr(request, "htmx", False):
        return render(request, "applications/apply/calculator_sum.html", result)
    if not form.is_valid():
        version = read_version(request) if request.method == "POST" else draft.version
        return show(request, draft, form, result, version=version)
    is_taken = request.POST.get(USE) == str(result["total_hkd"])
    changes = {"monthly_income_hkd": result["total_hkd"]} if is_taken else {}
    saved = try_to_keep(request, draft, form, changes)
    if saved is None:
        return show(request, draft, form, result, version=draft.version, changed_elsewhere=True)
    if is_taken:
        to_review = comes_from_review(request)
        return redirect(pages.get_next_url(pages.INCOME, terms, to_review=to_review))
    return show(request, draft, form, result, version=saved.version)


def list_earners(answers: Mapping[str, Any]) -> list[Earner]:
    """List everybody on the form, the applicant first."""
    today = hong_kong_date(read_clock())
    people = [answers.get("applicant") or {}, *(answers.get("members") or ())]
    names = [_("You, the applicant"), *(say_name(person) for person in people[1:])]
    return [Earner.read(person, name, today) for person, name in zip(people, names, strict=True)]


def describe_incomes(earners: list[Earner], incomes: list[NetIncome]) -> dict[str, Any]:
    """Return the lines of the sum; none while an amount cannot be read."""
    return {
        "lines": [
            {
                "name": earner.name,
                "work": say_hkd(income.earnings.work_hkd),
                "mpf": say_hkd(income.mpf_hkd),
                "other": say_hkd(income.earnings.other_hkd),
                "net": say_hkd(income.net_hkd),
            }
            for earner, income in zip(earners, incomes, strict=False)
        ],
        "total": say_hkd(sum_net_income_hkd(incomes)),
        "total_hkd": sum_net_income_hkd(incomes),
    }


def try_to_keep(
    request: HttpRequest, draft: Draft, form: CalculatorForm, changes: Mapping[str, Any]
) -> Draft | None:
    """Keep the amounts and the changes that follow; ``None`` where another window was quicker."""
    try:
        return save_worksheet(
            draft_id=draft.pk,
            name=pages.INCOME.name,
            amounts=form.list_amounts(),
            changes=changes,
            seen_version=read_version(request),
            saved_at=read_clock(),
            language=str(get_language()),
        )
    except DraftChangedElsewhere:
        return None


def show(
    request: HttpRequest,
    draft: Draft,
    form: CalculatorForm,
    result: Mapping[str, Any],
    *,
    version: int,
    changed_elsewhere: bool = False,
) -> HttpResponse:
    """Show the questions, and under them the sum of what is typed or was kept."""
    query = TO_REVIEW if comes_from_review(request) else ""
    context = {
        **result,
        **describe_mpf(draft.exercise.parsed_terms),
        "exercise": draft.exercise,
        "page": {"title": _("Work out the monthly income")},
        "form": form,
        "version": version,
        "changed_elsewhere": changed_elsewhere,
        "back_url": pages.INCOME.url + query,
    }
    status = 409 if changed_elsewhere else 200
    return render(request, "applications/apply/calculator.html", context, status=status)
