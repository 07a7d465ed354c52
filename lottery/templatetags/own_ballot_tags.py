"""
The ballot on the page of one application.

A tag, because the page belongs to `applications`, which knows nothing of the lottery.
"""

from django import template

from applications.models import Application
from lottery.selectors.own_ballots import OwnBallot, read_own_ballot

register = template.Library()


@register.simple_tag
def get_own_ballot(application: Application) -> OwnBallot:
    """Give what is public of an application's ballot, for `lottery/parts/own_ballot.html`."""
    return read_own_ballot(application)
