"""How an application stands: the same silence and the same limits as on the page."""

import pytest

from tests.api.requests import Program, codes
from tests.factories import (
    make_document,
    make_exercise,
    make_member,
    screen_everything,
    store_online,
    store_paper,
)

pytestmark = pytest.mark.django_db


class TestStatus:
    def look_up(self, client, number, hkic):
        return Program(client).send("POST", "status/", {"number": number, "hkic": hkic})

    def test_gives_each_reason_with_its_rule_and_names_nobody(self, client):
        exercise = make_exercise()
        number = store_online(exercise, 1).number
        other = store_paper(exercise, 2, members=[make_member(1)]).number
        screen_everything()
        person = make_document(exercise, 1)["applicant"]
        answer = self.look_up(client, number, person["hkic"])
        assert (answer.status_code, answer.json()["state"]) == (200, "EXCLUDED")
        (reason,) = answer.json()["reasons"]
        assert reason["code"] == "DUPLICATE_PERSON"
        assert reason["rule"]["text_en"]
        text = answer.content.decode()
        assert [said for said in (person["surname_en"], str(other)) if said in text] == []

    def test_an_unknown_number_and_a_wrong_card_get_the_same_answer(self, client):
        number = store_online(make_exercise(), 1).number
        own = make_document(make_exercise("OTHER"), 1)["applicant"]["hkic"]
        answers = [
            self.look_up(client, number + 1, own),
            self.look_up(client, number, "C668668(9)"),
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
        assert answers[0].json()["code"] == "APPLICATION_NOT_FOUND"

    @pytest.mark.parametrize(
        ("number", "hkic", "fault"),
        [
            ("1234567", "C668668(9)", ("number", "INVALID_APPLICATION_NUMBER")),
            (True, "C668668(9)", ("number", "WRONG_TYPE")),
            (10**7, "C668668(8)", ("hkic", "INVALID_HKIC")),
            (10**7, None, ("hkic", "MISSING_FIELD")),
        ],
    )
    def test_what_cannot_be_a_number_is_a_fault(self, client, number, hkic, fault):
        answer = self.look_up(client, number, hkic)
        assert (answer.status_code, codes(answer)) == (422, [fault])

    def test_tries_are_counted_together_with_those_on_the_page(self, client):
        numbers = {"number": "10000001", "hkic": "C668668(9)"}
        for _ in range(10):
            assert client.post("/en/status/", numbers).status_code == 200
        answer = self.look_up(client, **numbers)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "600"
