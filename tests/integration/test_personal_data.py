"""Whatever goes wrong, no log and no address tells who somebody is."""

import io
import json
import logging
import os
from datetime import date
from pathlib import Path

import pytest
import structlog
from django.core.cache import cache
from django.db import IntegrityError, transaction

from applications import tasks
from applications.models import Application, Draft, Person
from tests.factories import make_exercise, make_officer, make_person, store_paper

INDEX = 4711
PERSON = make_person(INDEX)
PHONE, EMAIL, ADDRESS = "61234567", "synthetic.4711@example.org", "Flat 4711, Synthetic House"
CARD = PERSON["hkic"].replace("(", "").replace(")", "")
PERSONAL = (
    CARD,
    CARD[:-1],
    PERSON["hkic"],
    PERSON["name_zh"],
    PERSON["given_name_en"],
    PHONE,
    EMAIL,
    "Flat 4711",
)


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def logged():
    """What operators read: everything logged, as the portal's own handler writes it."""
    root = logging.getLogger()
    formatter = next(
        handler.formatter
        for handler in root.handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    )
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def assert_nobody_is_named(text):
    named = [personal for personal in PERSONAL if personal in text]
    escaped = [p for p in PERSONAL if json.dumps(p).strip('"') in text]
    assert (named, escaped) == ([], [])


def boxes(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


PAGES = {
    "applicant": {
        **{name: PERSON[name] for name in ("surname_en", "given_name_en", "name_zh", "hkic")},
        **{name: PERSON[name] for name in ("sex", "marital_status")},
        **boxes("birth_date", date(1990, 5, 17)),
    },
    "residence": {"residence": "BIRTH", "owned": "no", "previous_subsidy": "no"},
    "members": {},
    "income": {"monthly_income_hkd": "20000"},
    "assets": {"net_assets_hkd": "100000"},
    "youth": {"youth_scheme": "yes"},
    "contact": {"phone": PHONE, "email": EMAIL, "address": ADDRESS, "district": "NORTH"},
    "declarations": {"accurate": "on", "privacy": "on"},
}


class Browser:
    """A browser that remembers every address it was sent to."""

    def __init__(self, client, exercise):
        self.addresses = []
        self._client = client
        self.post("/en/apply/begin/", {"exercise": exercise.code})

    def post(self, address, answers):
        return self._keep(address, self._client.post(address, answers))

    def get(self, address):
        return self._keep(address, self._client.get(address))

    def _keep(self, address, response):
        self.addresses += [address, response.headers.get("Location", "")]
        return response

    def fill_in(self):
        for page, answers in PAGES.items():
            version = Draft.objects.get().version
            saved = self.post(f"/en/apply/{page}/", {**answers, "version": version})
            assert saved.status_code == 302, page

    def pay(self):
        bank = self.post("/en/apply/payment/", {"method": "CARD"})
        returned = self.post(bank.url, {"pay": "1"})
        return self.get(returned.url)


@pytest.fixture
def browser(client):
    return Browser(client, make_exercise())


@pytest.mark.django_db
class TestNobodyIsNamed:
    def test_by_a_submission_and_a_look_up_neither_in_logs_nor_in_addresses(self, browser, logged):
        browser.fill_in()
        browser.get("/en/apply/review/")
        browser.pay()
        browser.get("/en/apply/receipt/")
        number = Application.objects.get().number
        assert browser.post("/en/status/", {"number": number, "hkic": CARD}).status_code == 200
        browser.post("/en/status/", {"number": number + 1, "hkic": CARD})
        tasks.screen_owed_applications.apply()
        assert '"route"' in logged.getvalue()
        assert_nobody_is_named(logged.getvalue())
        assert_nobody_is_named("\n".join(browser.addresses))

    def test_by_answers_that_are_refused(self, browser, logged):
        wrong = PAGES["applicant"] | {"hkic": CARD[:-1] + "X", "birth_date-month": 13}
        browser.post("/en/apply/applicant/", {**wrong, "version": 0})
        browser.post("/en/apply/contact/", {**PAGES["contact"], "phone": PHONE + "x", "version": 0})
        assert_nobody_is_named(logged.getvalue())
        assert_nobody_is_named("\n".join(browser.addresses))

    def test_by_a_bug_in_a_page(self, browser, client, logged, monkeypatch):
        def fail(**answers):
            raise ValueError(f"cannot save {answers}")

        monkeypatch.setattr("applications.views.apply.save_draft", fail)
        client.raise_request_exception = False
        response = browser.post("/en/apply/applicant/", {**PAGES["applicant"], "version": 0})
        assert response.status_code == 500
        assert '"ValueError"' in logged.getvalue()
        assert_nobody_is_named(logged.getvalue())
        assert_nobody_is_named(response.content.decode())

    def test_by_a_task_that_fails(self, logged, monkeypatch):
        store_paper(make_exercise(), INDEX)

        def fail(*, rows, **moments):
            people = list(Person.objects.filter(application=rows[0].application_id))
            names = [f"{person.name_zh} {person.identity_number}" for person in people]
            raise ValueError(f"cannot screen {names}")

        monkeypatch.setattr(tasks, "screen_owed_work", fail)
        tasks.screen_owed_applications.apply()
        assert "ValueError" in logged.getvalue()
        assert "test_personal_data.py" in logged.getvalue()
        assert_nobody_is_named(logged.getvalue())

    def test_by_a_constraint_that_refuses_a_row(self, logged):
        application = store_paper(make_exercise(), INDEX, officer=make_officer())
        person = application.people.get()
        person.pk, person.position, person.relationship = None, 1, "SIBLING"
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:
            logging.getLogger("tests").exception("The database refused %s", person.surname_en)
        assert "IntegrityError" in logged.getvalue()
        assert "1990-05-17" not in logged.getvalue()
        assert_nobody_is_named(logged.getvalue())

    def test_in_the_log_of_the_embedded_database(self):
        log = Path(os.environ["HOS_DATA_DIR"]) / "log" / "postgres.log"
        if not log.exists():
            pytest.skip("DATABASE_URL names a server whose log these tests cannot read")
        application = store_paper(make_exercise(), INDEX)
        person = application.people.get()
        person.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            person.save(force_insert=True)
        text = log.read_text()
        assert "violates" not in text
        assert_nobody_is_named(text)
