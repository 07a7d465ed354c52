"""Try a code that is said to continue a draft, and tell wrong ones nothing."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from applications.forms.resume import ResumeCodeForm
from applications.models import Draft
from applications.selectors.drafts import find_draft_by_code
from applications.views.rate_limits import is_over_limit

# Many telephones share one address, and nobody guesses one of 2**60 codes: so no fewer tries.
TRIES = 60
WINDOW_SECONDS = 600


def find_draft_of_code(request: HttpRequest, form: ResumeCodeForm) -> Draft | None:
    """
    Find the draft of a typed code; where there is none the form says so.

    A wrong code, one of a draft that has been erased and too many tries look alike but for the
    last one's advice to wait, which says nothing of any code.
    """
    if not form.is_valid():
        return None
    if is_over_limit(request, action="resume", tries=TRIES, window_seconds=WINDOW_SECONDS):
        wait = _("There were too many tries from here. Please wait ten minutes and try again.")
        form.add_error("resume_code", wait)
        return None
    draft = find_draft_by_code(form.cleaned_data["resume_code"])
    if draft is None:
        form.add_error(
            "resume_code",
            _(
                "We have no application with this code. Please compare it with what you noted. "
                "Some time after closing, applications that were not sent are deleted."
            ),
        )
    return draft
