"""What an officer proposes in writing for another one to approve."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.forms.look_up import ApplicationNumberField
from applications.forms.messages import describe_code
from lottery.forms.confirmation import AttemptForm
from lottery.models import Draw, Reballot, RegisterEntry

LONGEST_STATEMENT = 2_000
IDENTITY_NUMBER = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}[0-9]{6}\s*\(?\s*[0-9A](?![A-Z0-9])")

GROUNDS: Mapping[str, Promise] = {
    Reballot.Ground.COMMITMENT_DIFFERS: _(
        "The register does not match its commitment: C was published wrongly, or somebody who "
        "recomputes it gets another number."
    ),
    Reballot.Ground.CEREMONY_VOID: _(
        "The ceremony is void: for example the machine broke, a ball was missing, or it was not "
        "public. Only before the balls are on record, for after that the seed is known."
    ),
    Reballot.Ground.ORDERED_BY_AUTHORITY: _(
        "A court or the Housing Authority has ordered another ballot."
    ),
}


def get_ground(code: str) -> str:
    """Say in words why an attempt is given up."""
    return str(GROUNDS.get(code, code))


class StatementForm(AttemptForm):
    """A written ground that everybody will read."""

    statement = forms.CharField(
        label=_("Statement for the public"),
        help_text=_(
            "In plain words, at most 2,000 characters. Everybody can read it for good: no names, "
            "identity numbers or other personal data."
        ),
        max_length=LONGEST_STATEMENT,
        error_messages={
            "required": _("Please write down why. The public will read it."),
            "max_length": _("Please shorten this: it has more than 2,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    confirmed = forms.BooleanField(
        label=_("The statement holds no personal data, and may be public for good."),
        error_messages={"required": _("Please read the statement once more and tick the box.")},
    )

    def clean_statement(self) -> str:
        """Refuse what looks like an identity card number, and what nobody can see."""
        statement = str(self.cleaned_data["statement"]).replace("\r\n", "\n")
        if IDENTITY_NUMBER.search(unicodedata.normalize("NFKC", statement).upper()):
            raise ValidationError(
                _("There seems to be an identity card number in it. Please take it out."),
                code="identity_number",
            )
        if any(unicodedata.category(sign) in {"Cc", "Cf"} for sign in statement if sign != "\n"):
            raise ValidationError(
                _("There is a sign in it that cannot be seen. Please type it again."),
                code="invisible",
            )
        return statement


class ReballotForm(StatementForm):
    """Why an attempt should be given up for another one."""

    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=tuple(GROUNDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the ground.")},
    )
    field_order = ("ground", "statement", "confirmed")

    def __init__(self, *args: Any, has_seed: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.has_seed = has_seed
        if has_seed:
            self.fields["ground"].choices = [  # type: ignore[attr-defined]
                pair for pair in GROUNDS.items() if pair[0] != Reballot.Ground.CEREMONY_VOID
            ]

    def clean_ground(self) -> Reballot.Ground:
        """Give the ground as the service wants it."""
        return Reballot.Ground(self.cleaned_data["ground"])


class ReinstatementForm(StatementForm):
    """Which application was wrongly excluded, and why."""

    number = ApplicationNumberField(
        help_text=_("8 digits. Only an application that the register excludes."),
    )
    field_order = ("number", "statement", "confirmed")

    def __init__(self, *args: Any, draw: Draw, **options: Any) -> None:
        super().__init__(*args, **options)
        self.draw = draw

    def clean_number(self) -> int:
        """Refuse a number that was in the draw, is unknown, or was reinstated already."""
        number: int = self.cleaned_data["number"]
        entry = RegisterEntry.objects.filter(register=self.draw.pk, number=number).first()
        if entry is None or entry.status == "A":
            raise ValidationError(describe_code("NOT_EXCLUDED"), code="NOT_EXCLUDED")
        if self.draw.reinstatements.filter(entry=entry, approved_at__isnull=False).exists():
            raise ValidationError(describe_code("REINSTATED_ALREADY"), code="REINSTATED_ALREADY")
        return number
