"""Template tags of the form's pages."""

from django import template
from django.conf import settings
from django.template import Context

from applications.forms.phrases import say_title
from applications.models import Exercise
from applications.views.own_draft import MARK, get_mark

register = template.Library()


@register.inclusion_tag("applications/apply/mark.html", takes_context=True)
def draft_mark(context: Context) -> dict[str, str]:
    """Mark a form as one of this browser's draft, so that it is never saved in another."""
    return {"name": MARK, "mark": get_mark(context["request"])}


@register.simple_tag
def draft_kept_days() -> int:
    """Return how many days after closing drafts are deleted."""
    return settings.DRAFT_KEPT.days


@register.simple_tag
def exercise_title(exercise: Exercise) -> str:
    """Return an exercise's name in the reader's language."""
    return say_title(exercise)
