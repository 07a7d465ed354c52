"""
The pages of the application form, as a table: what each asks and where its answers stand.

A page is one form, one part of the application document and one template. Which page a fault of
the policy belongs to follows from its path.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.forms.circumstances import AssetsForm, ContactForm, IncomeForm, YouthForm
from applications.forms.declarations import DeclarationsForm
from applications.forms.household import (
    ApplicantForm,
    ApplicantResidenceForm,
    MemberForm,
    MembersForm,
    ResidenceForm,
)
from applications.forms.sections import SectionForm
from applications.policy.document import MAXIMUM_MEMBERS
from applications.policy.errors import Fault
from applications.policy.terms import ExerciseTerms

Answers = Mapping[str, Any]
TO_REVIEW = "?return=review"


@dataclass(frozen=True, slots=True)
class Page:
    """
    One page of the form.

    :param name: of its address, ``applications:<name>``.
    :param part: where in the document its answers stand: ``("members", 0)``; ``()`` at the top.
    :param more_paths: paths of faults that it also shows, besides its form's own answers.
    """

    name: str
    title: str | Promise
    form: type[SectionForm]
    part: tuple[str | int, ...] = ()
    template: str = "applications/apply/page.html"
    more_paths: tuple[str, ...] = ()

    @property
    def position(self) -> int | None:
        """Which member it is about, counted from 1; ``None`` for other pages."""
        return int(self.part[1]) + 1 if len(self.part) > 1 else None

    @property
    def url(self) -> str:
        arguments = [self.position] if self.position else []
        return reverse(f"applications:{self.name}", args=arguments)

    @property
    def identity_url(self) -> str:
        """Where the same person's name and birth date are asked, which come first."""
        page = get_member_page(self.position) if self.position else APPLICANT
        return page.url

    def read_part(self, answers: Answers) -> Answers:
        """Return the part of the draft that this page fills in; empty before the first time."""
        value: Any = answers
        for step in self.part:
            if isinstance(step, int):
                value = value[step] if step < len(value or ()) else None
            else:
                value = value.get(step)
        return value or {}

    def list_changes(self, answers: Answers, new: Answers) -> dict[str, Any]:
        """Return the draft's top-level keys with this page's new answers in them."""
        if not self.part:
            return dict(new)
        part = {**self.read_part(answers), **new}
        top = str(self.part[0])
        if len(self.part) == 1:
            return {top: part}
        members = list(answers.get(top) or [])
        members[int(self.part[1]) : int(self.part[1]) + 1] = [part]
        return {top: members}

    def find_field(self, fault: Fault) -> str | None:
        """Name the form's field that a fault is about, where it is one of this page's."""
        prefix = "".join(f"{step}." for step in self.part)
        name = fault.field.removeprefix(prefix)
        return name if fault.field.startswith(prefix) and name in self.form.base_fields else None

    def owns(self, fault: Fault) -> bool:
        """Tell whether a fault is mended on this page; a missing part belongs to all its pages."""
        prefix = "".join(f"{step}." for step in self.part)
        paths = (*(f"{prefix}{name}" for name in self.form.answer_names), *self.more_paths)
        return any(path == fault.field or path.startswith(f"{fault.field}.") for path in paths)


APPLICANT = Page(
    "applicant",
    _("About you, the applicant"),
    ApplicantForm,
    ("applicant",),
    more_paths=("applicant.birth_certificate",),
)
RESIDENCE = Page(
    "residence",
    _("Your residence and property"),
    ApplicantResidenceForm,
    ("applicant",),
)
MEMBERS = Page(
    "members",
    _("The others on the form"),
    MembersForm,
    template="applications/apply/members.html",
    more_paths=("applicant.spouse_absence",),
)
INCOME = Page("income", _("Monthly income"), IncomeForm, template="applications/apply/income.html")
ASSETS = Page("assets", _("Net assets"), AssetsForm, template="applications/apply/assets.html")
YOUTH = Page("youth", _("Youth Scheme"), YouthForm, template="applications/apply/youth.html")
CONTACT = Page(
    "contact",
    _("How we reach you"),
    ContactForm,
    ("contact",),
    template="applications/apply/contact.html",
)
DECLARATIONS = Page(
    "declarations",
    _("Declarations"),
    DeclarationsForm,
    ("declarations",),
    template="applications/apply/declarations.html",
)

ALL_PAGES = (APPLICANT, RESIDENCE, MEMBERS, INCOME, ASSETS, YOUTH, CONTACT, DECLARATIONS)


def list_pages(terms: ExerciseTerms) -> list[Page]:
    """List the pages of the task list in their order; no Youth Scheme where there is none."""
    return [page for page in ALL_PAGES if page is not YOUTH or terms.youth]


def get_member_page(position: int) -> Page:
    """Return the page that says who member ``position`` (from 1) is."""
    return Page("member", _("A person on the form"), MemberForm, ("members", position - 1))


def get_member_residence_page(position: int) -> Page:
    """Return the page that says where member ``position`` (from 1) has lived."""
    return Page(
        "member-residence",
        _("Residence and property"),
        ResidenceForm,
        ("members", position - 1),
    )


def list_member_pages(answers: Answers) -> list[Page]:
    """List the two pages of each member."""
    count = len(answers.get("members") or ())
    return [
        page
        for position in range(1, count + 1)
        for page in (get_member_page(position), get_member_residence_page(position))
    ]


def find_page(fault: Fault, pages: Sequence[Page]) -> Page | None:
    """Find the page on which a fault is mended; the members' own pages come before their list."""
    return next((page for page in pages if page.owns(fault)), None)


def get_next_url(page: Page, terms: ExerciseTerms, *, to_review: bool = False) -> str:
    """Return where "Save and continue" leads."""
    if to_review:
        return reverse("applications:review")
    if page.position:
        is_first = page.form is MemberForm
        return (get_member_residence_page(page.position) if is_first else MEMBERS).url
    listed = list_pages(terms)
    following = listed[listed.index(page) + 1 :]
    return following[0].url if following else reverse("applications:review")


def get_back_url(page: Page, *, to_review: bool = False) -> str:
    """Return where "Back" leads: to the list that the page was chosen from."""
    if to_review:
        return reverse("applications:review")
    return MEMBERS.url if page.position else reverse("applications:tasks")


def has_room(answers: Answers) -> bool:
    """Tell whether the form has room for one more member."""
    return len(answers.get("members") or ()) < MAXIMUM_MEMBERS


def comes_from_review(request: HttpRequest) -> bool:
    """Tell whether the page was opened to change one answer of the review."""
    return request.GET.get("return") == "review"
