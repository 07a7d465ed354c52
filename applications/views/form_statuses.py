"""The HTTP status of a page with a form."""

from django.forms import BaseForm

OK, UNPROCESSABLE = 200, 422


def get_form_status(form: BaseForm) -> int:
    """Return the status of a page that shows a form: 422 when what was sent has faults."""
    return UNPROCESSABLE if form.is_bound else OK
