"""What an officer typed of the balls, and what is wrong with it."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.messages import describe_code
from lottery.ballot.ceremony import parse_balls
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import PhysicalDraw
from lottery.forms.confirmation import AttemptForm

SEPARATORS = re.compile(r"[\s,;.、，；。/|\-–—]+")
LONGEST_ENTRY = 2_000  # characters: a hundred balls with generous separators
WIDTH_OF_BALL = 2


def read_typed_balls(text: str) -> list[str]:
    """
    Split what was typed into balls: ``49 35 39``, ``49,35,39``, ``49-35-39`` and ``493539``.

    Full-width digits count as digits. Digits run together are read in pairs, apart from three in a
    run: that is a number such as 100, and is left for the ballot to refuse.
    """
    balls: list[str] = []
    for run in filter(None, SEPARATORS.split(unicodedata.normalize("NFKC", text))):
        is_pairs = run.isascii() and run.isdigit() and len(run) > WIDTH_OF_BALL + 1
        balls += re.findall(r"..?", run) if is_pairs else [run]
    return balls


def find_refused_position(balls: list[str], physical: PhysicalDraw, code: str) -> int | None:
    """Find the first ball, from 1, at which the ballot refuses the sequence with this code."""
    for position in range(1, len(balls) + 1):
        try:
            parse_balls("-".join(balls[:position]), physical)
        except BallotRefusal as refusal:
            if refusal.code == code:
                return position
    return None


class BallsForm(AttemptForm):
    """The balls in drawn order; gives them joined by hyphens, as the ceremony's record has them."""

    balls = forms.CharField(
        label=_("Balls in the order in which they were drawn"),
        max_length=LONGEST_ENTRY,
        error_messages={
            "required": _("Please key the balls."),
            "max_length": _("This is far more than the balls of one draw."),
        },
        widget=forms.Textarea(
            attrs={
                "class": "hos-balls-entry",
                "rows": 10,
                "inputmode": "numeric",
                "autocomplete": "off",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )

    def __init__(self, *args: Any, physical: PhysicalDraw, **options: Any) -> None:
        super().__init__(*args, **options)
        self.physical = physical

    def clean_balls(self) -> str:
        """Refuse what this draw cannot give, and say at which ball."""
        balls = read_typed_balls(self.cleaned_data["balls"])
        if not balls:
            raise ValidationError(_("Please key the balls."), code="required")
        try:
            return "-".join(parse_balls("-".join(balls), self.physical))
        except BallotRefusal as refusal:
            raise self._describe(refusal, balls) from refusal

    def _describe(self, refusal: BallotRefusal, balls: list[str]) -> ValidationError:
        if refusal.code == "BALL_COUNT_WRONG":
            counts = {"count": len(balls), "expected": self.physical.drawn_count}
            text = _("You keyed %(count)s balls. This draw has %(expected)s.")
            return ValidationError(text, code=refusal.code, params=counts)
        position = find_refused_position(balls, self.physical, refusal.code) or 1
        params = {
            "position": position,
            "ball": balls[position - 1][:8],
            "reason": describe_code(refusal.code),
        }
        text = _("At position %(position)s you keyed %(ball)s. %(reason)s")
        return ValidationError(text, code=refusal.code, params=params)
