"""One more question before a deed that cannot be undone, or that moves where letters go."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import DateInThreeBoxesField
from applications.forms.sections import TypedForm

WRONG = "WRONG_BIRTH_DATE"


class ApplicantCheckForm(TypedForm):
    """
    Asks for the applicant's date of birth.

    :param expected: the date on the form; no page shows it.
    """

    birth_date = DateInThreeBoxesField(
        label=_("The applicant’s date of birth"),
        help_text=_("So that nobody else does this in your place. For example 17 5 1990."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, expected: date, **options: Any
    ) -> None:
        self.expected = expected
        super().__init__(data, label_suffix="", **options)

    @property
    def is_guess(self) -> bool:
        """Tell whether a whole date was given and judged, so that the answer says something."""
        if not self.is_bound:
            return False
        return self.has_error("birth_date", WRONG) or "birth_date" in self.cleaned_data

    def clean_birth_date(self) -> date:
        """Refuse another date than the one on the form."""
        birth_date: date = self.cleaned_data["birth_date"]
        if birth_date != self.expected:
            raise ValidationError(
                gettext("This is not the date of birth on the form. Please check it."),
                code=WRONG,
            )
        return birth_date
