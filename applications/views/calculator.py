"""The calculator of monthly income: each person's earnings less the statutory MPF contribution."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.forms.calculator import CalculatorForm, Earner
from applications.forms.explanations import get_limits_hkd
from applications.forms.phrases import say_hkd
from applications.models import Draft
from applications.policy.household import Category
from applications.policy.net_income import NetIncome, sum_net_income_hkd
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import hong_kong_date
from applications.selectors.clock import read_clock
from applications.services.drafts import DraftChangedElsewhere
from applications.services.worksheets import save_worksheet
from applications.views import pages
from applications.views.differences import Difference, compare_answers
from applications.views.own_draft import needs_draft_to_fill_in, read_version
from applications.views.page_contexts import describe_mpf, say_name
from applications.views.pages import TO_REVIEW, comes_from_review
from applications.views.typed_boxes import is_sent, is_switching_language

USE = "use"


@require_http_methods(["GET", "POST"])
@needs_draft_to_fill_in
def work_out_income(request: HttpRequest, draft: Draft) -> HttpResponse:
    """
    Work the household's income out line by line, and take it over when its reader says so.

    The sum is taken over as it was shown: after another change the page shows the new one first.
    While somebody types, htmx asks for the sum alone and nothing is stored.
    """
    earners = list_earners(draft.answers)
    kept = draft.worksheet.get(pages.INCOME.name) or {}
    data = request.POST if is_sent(request) else None
    form = CalculatorForm(data, earners=earners, kept=kept)
    if is_switching_language(request):
        form.show_as_typed(request.POST)
    terms = draft.exercise.parsed_terms
    incomes = form.list_incomes(terms) if form.is_valid() else []
    result = describe_incomes(earners, incomes, terms)
    if getattr(request, "htmx", False):
        return render(request, "applications/apply/calculator_sum.html", result)
    if not form.is_valid():
        version = read_version(request) if request.method == "POST" else draft.version
        return show(request, draft, form, result, version=version)
    is_taken = request.POST.get(USE) == str(result["total_hkd"])
    changes = {"monthly_income_hkd": result["total_hkd"]} if is_taken else {}
    saved = try_to_keep(request, draft, form, changes)
    if saved is None:
        return show_both(request, draft, form, result)
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


def describe_incomes(
    earners: list[Earner], incomes: list[NetIncome], terms: ExerciseTerms
) -> dict[str, Any]:
    """Return the lines of the sum, none while an amount cannot be read, and its limit."""
    category = Category.ONE_PERSON if len(earners) == 1 else Category.FAMILY
    limit_hkd = get_limits_hkd(terms, category)[0]
    total_hkd = sum_net_income_hkd(incomes)
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
        "total": say_hkd(total_hkd),
        "total_hkd": total_hkd,
        "is_over_limit": total_hkd > limit_hkd,
        "income_limit": say_hkd(limit_hkd),
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


def show_both(
    request: HttpRequest, draft: Draft, form: CalculatorForm, result: Mapping[str, Any]
) -> HttpResponse:
    """Show what another window has kept beside what was typed here, for the reader to choose."""
    draft.refresh_from_db(fields=["answers_json", "version", "worksheet_json"])
    kept = draft.worksheet.get(pages.INCOME.name) or {}
    stored = CalculatorForm(earners=form.earners, kept=kept).initial
    both = [
        compare_answers(
            field, f"{asked.earner.name}: {field.label}", stored=stored, typed=form.cleaned_data
        )
        for asked in form.list_questions()
        for field in (asked.work, asked.other, asked.exempt)
    ]
    differences = [difference for difference in both if difference]
    return show(request, draft, form, result, version=draft.version, differences=differences)


def show(
    request: HttpRequest,
    draft: Draft,
    form: CalculatorForm,
    result: Mapping[str, Any],
    *,
    version: int,
    differences: list[Difference] | None = None,
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
        "changed_elsewhere": differences is not None,
        "is_compared": True,
        "differences": differences,
        "back_url": pages.INCOME.url + query,
    }
    status = 200 if differences is None else 409
    return render(request, "applications/apply/calculator.html", context, status=status)
