"""What a further attempt takes over from the one before, and what stays where it was."""

import pytest
from django.urls import reverse

from applications.selectors.clock import read_clock
from lottery.services.registers import freeze_register
from tests.factories import store_paper
from tests.integration.lottery import stages
from tests.integration.lottery.decisions import give_up, publish_again, reinstate

pytestmark = pytest.mark.django_db


def test_who_was_reinstated_is_in_the_draw_of_the_next_attempt():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    store_paper(exercise, 90, signed_on=None)
    drawn = stages.draw(exercise)
    register = drawn.ceremony.publication.register
    excluded = register.entries.exclude(status="A").get()
    reinstate(drawn, excluded.number)
    give_up(register)
    again = freeze_register(exercise=exercise, attempt=2, frozen_at=read_clock())
    assert again.entries.get(number=excluded.number).status == "A"
    assert register.entries.get(number=excluded.number).status != "A"


def test_addresses_of_documents_lead_to_the_last_draw_until_there_is_another(client):
    exercise = stages.make_ballot()
    stages.fill(exercise)
    give_up(stages.draw(exercise).ceremony.publication.register)
    publish_again(exercise)
    for name in ("recompute", "fairness"):
        address = reverse(f"verify:{name}", args=[exercise.code])
        assert client.get(address).status_code == 200
