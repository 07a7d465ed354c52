"""
Who stands in front of a public page, and what is stored when it is opened.

A scene stores something through the services and gives it: where it is a draft, the browser goes on
with it. `World` makes each of them once, when a page first asks for it.
"""

from datetime import timedelta
from functools import cached_property
from importlib import import_module

from django.conf import settings

from applications.models import Draft
from applications.policy.household import FeeMethod
from applications.selectors.clock import read_clock
from applications.services.drafts import save_draft, start_draft
from applications.services.payments import open_payment
from applications.views.own_draft import SESSION_KEY
from tests.factories import (
    make_draft,
    make_exercise,
    make_member,
    make_person,
    pay_draft,
    screen_everything,
    store_online,
    store_paper,
)
from tests.integration.lottery import decisions, stages


class World:
    """An open exercise with drafts in every state, and a ballot that was held twice."""

    @cached_property
    def exercise(self):
        return make_exercise()

    @cached_property
    def nobody(self):
        return self.exercise and None

    @cached_property
    def beginner(self):
        return start_draft(exercise=self.exercise, language="en", started_at=read_clock())

    @cached_property
    def unsettled(self):
        """Somebody who has given a name and not yet where he or she has lived."""
        draft = start_draft(exercise=self.exercise, language="en", started_at=read_clock())
        identity = make_person(7)
        for name in ("resident_since", "last_owned_property_on", "previous_subsidy"):
            del identity[name]
        changes = {"applicant": identity}
        return save_draft(draft_id=draft.pk, changes=changes, seen_version=0, saved_at=read_clock())

    @cached_property
    def couple(self):
        """A finished draft of two people, ready to be paid."""
        return make_draft(self.exercise, 1, members=[make_member(2)])

    @cached_property
    def too_rich(self):
        """A finished draft that the rules are against, in more than one way."""
        member = make_member(4, last_owned_property_on="2026-01-31")
        return make_draft(self.exercise, 3, members=[member], monthly_income_hkd=90_000)

    @cached_property
    def payer(self):
        """Somebody who was led to the bank."""
        draft = make_draft(self.exercise, 5)
        draft.payment = open_payment(
            draft_id=draft.pk, method=FeeMethod.FPS, opened_at=read_clock()
        )
        return draft

    @cached_property
    def late(self):
        """Somebody who had finished the form and did not send it before closing."""
        exercise = make_exercise("PAST2024", opened_ago=timedelta(days=21))
        return make_draft(exercise, 8, at=exercise.closes_at - timedelta(days=1))

    @cached_property
    def owner(self):
        """Somebody whose application was received and has passed its screening."""
        draft = make_draft(self.exercise, 6)
        pay_draft(draft)
        screen_everything()
        draft.refresh_from_db()
        return draft

    @cached_property
    def ballot(self):
        """A ballot held twice, with heads of its log, one exclusion and one reinstatement."""
        exercise = stages.make_ballot(quota=2)
        stages.fill(exercise)
        reinstated, self.excluded = (
            store_online(exercise, 60).number,
            store_paper(exercise, 60).number,
        )
        decisions.take_heads(exercise, 2)
        first = stages.draw(exercise)
        decisions.give_up(first.ceremony.publication.register)
        decisions.reinstate(decisions.draw_again(exercise), reinstated)
        self.reinstated = reinstated
        return exercise


def step_in(context, server, scene):
    """Make a scene's draft the one that the browser goes on with; without one, a stranger's."""
    context.clear_cookies()
    if not isinstance(scene, Draft):
        return
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(scene.pk)
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}
    context.add_cookies([{**cookie, "url": server.url}])
