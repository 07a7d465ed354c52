"""What the staff pages promise: who may see them, and what happens to a form that is keyed."""

import re
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from applications.models import Application, Officer
from applications.policy.hkid import format_hkic
from applications.policy.timetable import HONG_KONG
from applications.selectors.clock import read_clock
from tests.factories import (
    PASSWORD,
    make_exercise,
    make_member,
    make_officer,
    make_person,
    screen_everything,
    store_online,
    store_paper,
)

pytestmark = pytest.mark.django_db

PERSON_TEXTS = ("hkic", "surname_en", "given_name_en", "name_zh", "sex", "marital_status")


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.fixture
def clerk(client):
    officer = make_officer()
    client.force_login(officer)
    return officer


def address(name, *args, language="en"):
    with override(language):
        return reverse(name, args=args)


def split_date(prefix, iso):
    year, month, day = iso.split("-") if iso else ("", "", "")
    return {f"{prefix}-day": day, f"{prefix}-month": month, f"{prefix}-year": year}


def type_person(prefix, person):
    typed = {f"{prefix}-{name}": person[name] or "" for name in PERSON_TEXTS}
    for name in ("birth_date", "resident_since", "last_owned_property_on"):
        typed |= split_date(f"{prefix}-{name}", person[name])
    return typed


def type_form(index=1, *, members=(), **changes):
    """What a browser sends of a page that was keyed rightly, an hour ago by the stamp."""
    stamp = (read_clock() - timedelta(hours=1)).astimezone(HONG_KONG)
    typed = {
        "submission_key": str(uuid.uuid4()),
        "form_serial": f"K-{index:06d}",
        "received_time": f"{stamp:%H:%M}",
        **split_date("received_on", stamp.date().isoformat()),
        **type_person("applicant", make_person(index)),
        "members-TOTAL_FORMS": str(len(members)),
        "members-INITIAL_FORMS": "0",
        "monthly_income_hkd": "20,000",
        "net_assets_hkd": "100,000",
        "youth_scheme": "on",
        "phone": "2000 1234",
        "address": "Flat 1, Synthetic House",
        "district": "KWUN_TONG",
        "language": "en",
        "accurate": "on",
        "privacy": "on",
        **split_date("signed_on", stamp.date().isoformat()),
        "fee_method": "CHEQUE",
        "fee_reference": "004-123456",
    }
    for position, member in enumerate(members):
        typed |= type_person(f"members-{position}", member)
        typed[f"members-{position}-relationship"] = member["relationship"]
    return typed | changes


def key_form(client, exercise, typed):
    return client.post(address("staff:key_paper", exercise.code), typed)


STAFF_PAGES = ("home", "counts", "figures", "key_paper", "applications")


def staff_address(name, exercise):
    return address(f"staff:{name}", *(() if name == "home" else (exercise.code,)))


class TestWhoMayCome:
    @pytest.mark.parametrize("page", STAFF_PAGES)
    def test_nobody_sees_a_staff_page_without_signing_in(self, client, exercise, page):
        url = staff_address(page, exercise)

        response = client.get(url)

        assert response.status_code == 302
        assert response.url == f"{address('account_login')}?next={url}"

    @pytest.mark.parametrize("page", STAFF_PAGES)
    @pytest.mark.parametrize("role", ["CLERK", "OFFICER"])
    def test_both_roles_see_counts_keying_and_applications(self, client, exercise, role, page):
        client.force_login(make_officer(role=role))

        assert client.get(staff_address(page, exercise)).status_code == 200

    def test_somebody_whose_role_lacks_the_right_is_told_so(self, client, exercise, monkeypatch):
        client.force_login(make_officer())
        monkeypatch.setattr("applications.views.rights.RIGHTS", {})

        assert client.get(address("staff:home")).status_code == 403

    def test_an_officer_who_has_left_is_out_at_once(self, client, clerk):
        Officer.objects.update(is_active=False)

        assert client.get(address("staff:home")).status_code == 302

    def test_a_fragment_never_answers_with_a_log_in_page(self, client, exercise):
        response = client.get(
            address("staff:figures", exercise.code), headers={"HX-Request": "true"}
        )

        assert (response.status_code, response.content) == (401, b"")

    def test_addresses_without_an_exercise_lead_to_the_current_one(self, client, clerk, exercise):
        make_exercise("LATER2025", opened_ago=-timedelta(days=5))

        for name in ("counts", "key_paper", "applications"):
            response = client.get(address(f"staff:{name}"))
            assert response.url == address(f"staff:{name}", exercise.code)

    def test_an_unknown_exercise_is_not_found(self, client, clerk):
        assert client.get(address("staff:counts", "NOSUCH")).status_code == 404


class TestLogIn:
    def sign_in(self, client, password=PASSWORD, **more):
        return client.post(
            address("account_login"), {"login": "clerk1", "password": password, **more}
        )

    def test_user_name_and_password_lead_to_the_page_asked_for(self, client):
        make_officer()

        assert self.sign_in(client).url == address("staff:home")
        assert client.get(address("staff:home")).status_code == 200

    def test_a_wrong_password_is_told_without_saying_whether_the_name_is_known(self, client):
        make_officer()
        known = self.sign_in(client, "wrong password, surely").content.decode()
        Officer.objects.all().update(username="other")
        unknown = self.sign_in(client, "wrong password, surely").content.decode()

        message = re.compile(r'govuk-error-summary__list">.*?</ul>', re.DOTALL)
        assert message.search(known)[0] == message.search(unknown)[0]

    def test_after_five_wrong_passwords_the_right_one_has_to_wait(self, client):
        make_officer()
        for _ in range(5):
            self.sign_in(client, "wrong password, surely")

        assert self.sign_in(client).status_code == 200
        assert client.get(address("staff:home")).status_code == 302

    def test_another_site_is_never_where_log_in_leads(self, client):
        make_officer()

        assert self.sign_in(client, next="https://example.org/").url == address("staff:home")

    def test_an_officer_who_has_left_does_not_come_in(self, client):
        make_officer()
        Officer.objects.update(is_active=False)

        assert self.sign_in(client).status_code == 403
        assert client.get(address("staff:home")).status_code == 302

    def test_following_a_link_does_not_sign_anybody_out(self, client, clerk):
        assert client.get(address("account_logout")).status_code == 200
        assert client.get(address("staff:home")).status_code == 200
        client.post(address("account_logout"))
        assert client.get(address("staff:home")).status_code == 302

    def test_the_password_can_be_changed(self, client, clerk):
        new = "three other words 2024"
        response = client.post(
            address("account_change_password"),
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
        )

        assert response.url == address("staff:home")
        assert Officer.objects.get().check_password(new)

    @pytest.mark.parametrize(
        "path",
        [
            "signup/",
            "email/",
            "confirm-email/",
            "password/reset/",
            "password/set/",
            "reauthenticate/",
            "login/code/",
            "login/code/confirm/",
        ],
    )
    def test_nothing_else_of_the_account_pages_exists(self, client, path):
        assert client.get(f"/en/staff/{path}").status_code == 404


class TestKeying:
    def test_a_family_form_is_stored_as_it_was_keyed(self, client, clerk, exercise):
        typed = type_form(1, members=[make_member(2, relationship="PARENT")])

        response = key_form(client, exercise, typed)

        application = Application.objects.get()
        assert response.url == address("staff:keyed", exercise.code, application.number)
        assert (application.channel, application.category) == ("PAPER", "FAMILY")
        assert application.recorded_by == clerk
        assert application.paper_form.form_serial == "K-000001"
        assert application.payments.get().reference == "004-123456"
        assert [person.relationship for person in application.people.order_by("position")] == [
            "APPLICANT",
            "PARENT",
        ]

    def test_a_double_click_gives_one_application_and_one_receipt(self, client, clerk, exercise):
        typed = type_form()

        first, second = (key_form(client, exercise, typed) for _ in range(2))

        assert first.url == second.url
        assert Application.objects.count() == 1

    def test_a_page_changed_after_it_was_stored_is_not_stored_again(self, client, clerk, exercise):
        typed = type_form()
        key_form(client, exercise, typed)

        response = key_form(client, exercise, typed | {"phone": "20005678"})

        assert response.status_code == 200
        assert "already been used for another application" in response.content.decode()
        assert Application.objects.count() == 1

    def test_a_serial_number_is_keyed_once_and_what_was_typed_stays(self, client, clerk, exercise):
        store_paper(exercise, 7)

        response = key_form(client, exercise, type_form(1, form_serial="TEST-000007"))

        page = response.content.decode()
        assert "A form with this serial number has already been keyed." in page
        assert 'id="id_form_serial_error"' in page
        assert 'value="TEST-000007"' in page
        assert Application.objects.count() == 1

    def test_a_form_stamped_before_opening_is_told_beside_the_stamp(self, client, clerk):
        early = make_exercise("EARLY2024", opened_ago=timedelta(minutes=1))

        response = key_form(client, early, type_form())

        assert 'id="id_received_on_error"' in response.content.decode()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            pytest.param({"applicant-hkic": "A123456(4)"}, "applicant-hkic", id="check character"),
            pytest.param(
                {"applicant-birth_date-day": "31"}, "applicant-birth_date", id="no such day"
            ),
            pytest.param(
                {"applicant-surname_en": "\u202eCHAN"}, "applicant-surname_en", id="hidden sign"
            ),
            pytest.param({"monthly_income_hkd": "-1"}, "monthly_income_hkd", id="negative"),
            pytest.param({"received_time": "25:00"}, "received_time", id="no such time"),
            pytest.param({"form_serial": "X" * 33}, "form_serial", id="serial number too long"),
            pytest.param({"is_signature_missing": "on"}, "signed_on", id="signed and not signed"),
            pytest.param({"fee_method": "NONE"}, "fee_reference", id="number without a fee"),
            pytest.param({"fee_reference": ""}, "fee_reference", id="fee without a number"),
            pytest.param({"privacy": ""}, "privacy", id="declaration not ticked"),
            pytest.param({"district": "ATLANTIS"}, "district", id="unknown district"),
        ],
    )
    def test_a_mistyped_value_is_told_beside_its_field(self, client, clerk, exercise, wrong, field):
        typed = type_form(**{"applicant-birth_date-month": "2", **wrong})

        page = key_form(client, exercise, typed).content.decode()

        assert f'id="id_{field}_error"' in page
        assert 'value="20,000"' in page or "monthly_income_hkd" in wrong
        assert Application.objects.count() == 0

    def test_a_stamp_in_the_future_is_refused(self, client, clerk, exercise):
        soon = (read_clock() + timedelta(minutes=5)).astimezone(HONG_KONG)
        typed = type_form(received_time=f"{soon:%H:%M}")
        typed |= split_date("received_on", soon.date().isoformat())

        page = key_form(client, exercise, typed).content.decode()

        assert "still to come" in page
        assert Application.objects.count() == 0

    def test_the_same_person_twice_on_one_form_is_told_beside_the_second(
        self, client, clerk, exercise
    ):
        typed = type_form(1, members=[make_member(2), make_member(1)])

        page = key_form(client, exercise, typed).content.decode()

        assert 'id="id_members-1-hkic_error"' in page
        assert Application.objects.count() == 0

    def test_an_empty_row_is_nobody(self, client, clerk, exercise):
        typed = type_form(1, members=[make_member(2)]) | {"members-TOTAL_FORMS": "2"}

        key_form(client, exercise, typed)

        assert Application.objects.get().people.count() == 2

    def test_a_ninth_member_has_no_room(self, client, clerk, exercise):
        typed = type_form(1, members=[make_member(index) for index in range(2, 11)])

        page = key_form(client, exercise, typed).content.decode()

        assert "more people on this form than it can hold" in page
        assert Application.objects.count() == 0

    def test_a_row_is_added_without_javascript_and_nothing_is_judged_yet(
        self, client, clerk, exercise
    ):
        typed = type_form(1, members=[make_member(2)], **{"applicant-hkic": "half"})

        page = key_form(client, exercise, typed | {"add_member": "1"}).content.decode()

        assert 'name="members-1-hkic"' in page
        assert 'value="half"' in page
        assert typed["members-0-hkic"] in page
        assert typed["submission_key"] in page
        assert "govuk-error-message" not in page

    def test_faults_of_the_form_itself_are_stored_and_shown_with_their_outcome(
        self, client, clerk, exercise
    ):
        typed = type_form(is_signature_missing="on", fee_method="NONE", fee_reference="")
        typed |= split_date("signed_on", "")

        page = client.get(key_form(client, exercise, typed).url).content.decode()

        assert "Will be judged: not in the ballot" in page
        assert "NOT_SIGNED" in page
        assert "FEE_UNPAID" in page
        screen_everything()
        assert Application.objects.get().reasons == ["NOT_SIGNED", "FEE_UNPAID"]

    def test_a_form_without_the_token_of_its_page_is_refused(self, exercise):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(make_officer())

        assert key_form(strict, exercise, type_form()).status_code == 403
        assert Application.objects.count() == 0

    @pytest.mark.parametrize(
        "broken",
        [
            {"submission_key": "not a key"},
            {"members-TOTAL_FORMS": "many"},
            {"members-TOTAL_FORMS": "1000000"},
        ],
    )
    def test_a_page_that_was_tampered_with_stores_nothing(self, client, clerk, exercise, broken):
        response = key_form(client, exercise, type_form() | broken)

        assert response.status_code == 200
        assert Application.objects.count() == 0


class TestPersonOnAnotherForm:
    def check(self, client, exercise, typed):
        return client.post(
            address("staff:check_person", exercise.code), {"applicant-hkic": typed}
        ).content.decode()

    def test_the_clerk_sees_the_number_at_once_and_no_name(self, client, clerk, exercise):
        other = store_online(exercise, 1)
        person = make_person(1)

        answer = self.check(client, exercise, person["hkic"].lower())

        assert f"Already on application {other.number} (online" in answer
        assert person["surname_en"] not in answer

    def test_a_person_on_no_form_is_no_news(self, client, clerk, exercise):
        store_online(exercise, 1)

        assert "Already" not in self.check(client, exercise, make_person(2)["hkic"])

    def test_a_wrong_check_character_is_told_at_once(self, client, clerk, exercise):
        assert "govuk-error-message" in self.check(client, exercise, "A123456(4)")

    def test_the_number_is_never_part_of_an_address(self, client, clerk, exercise):
        url = address("staff:check_person", exercise.code)

        assert client.get(url, {"applicant-hkic": "A123456(3)"}).status_code == 405

    def test_without_javascript_the_clerk_is_asked_before_anything_is_stored(
        self, client, clerk, exercise
    ):
        other = store_online(exercise, 1)
        typed = type_form(2, members=[make_member(1)])

        asked = key_form(client, exercise, typed).content.decode()

        assert "Nothing has been stored yet" in asked
        assert f'name="seen" value="{other.number}"' in asked
        assert Application.objects.count() == 1
        key_form(client, exercise, typed | {"seen": str(other.number)})
        assert Application.objects.count() == 2

    def test_having_seen_one_number_is_not_having_seen_another(self, client, clerk, exercise):
        first, _second = store_online(exercise, 1), store_online(exercise, 3)
        typed = type_form(2, members=[make_member(3)], seen=str(first.number))

        assert "Nothing has been stored yet" in key_form(client, exercise, typed).content.decode()

    def test_both_forms_are_shown_as_void_after_storing(self, client, clerk, exercise):
        other = store_online(exercise, 1)

        response = key_form(client, exercise, type_form(1, seen=str(other.number)))

        assert "DUPLICATE_PERSON" in client.get(response.url).content.decode()


class TestApplications:
    def look_up(self, client, exercise, sought):
        return client.post(address("staff:applications", exercise.code), {"sought": sought})

    def test_a_number_opens_its_application(self, client, clerk, exercise):
        number = store_online(exercise, 1).number

        response = self.look_up(client, exercise, str(number))

        assert response.url == address("staff:application", exercise.code, number)

    def test_an_identity_card_opens_the_one_application_or_lists_all(self, client, clerk, exercise):
        hkic = make_person(1)["hkic"]
        online = store_online(exercise, 1)
        assert self.look_up(client, exercise, hkic).url.endswith(f"/{online.number}/")
        paper = store_paper(exercise, 1)

        page = self.look_up(client, exercise, hkic).content.decode()

        assert str(online.number) in page
        assert str(paper.number) in page

    @pytest.mark.parametrize("sought", ["", "123", "A123456(4)", "%", "99999999999999999999", "’"])
    def test_what_is_neither_number_is_told_beside_the_box(self, client, clerk, exercise, sought):
        page = self.look_up(client, exercise, sought).content.decode()

        assert 'id="id_sought_error"' in page

    def test_an_unknown_number_finds_nothing(self, client, clerk, exercise):
        assert "0 applications found" in self.look_up(client, exercise, "19999999").content.decode()

    def test_the_list_goes_back_page_by_page_and_keeps_its_filter(
        self, client, clerk, exercise, monkeypatch
    ):
        monkeypatch.setattr("applications.selectors.case_files.PAGE_SIZE", 2)
        numbers = [store_online(exercise, index).number for index in (1, 2, 3)]
        paper = store_paper(exercise, 4).number
        url = address("staff:applications", exercise.code)

        first = client.get(url, {"channel": "ONLINE"}).content.decode()
        older = re.search(r'href="(\?[^"]*older_than[^"]*)"', first)[1].replace("&amp;", "&")
        second = client.get(url + older).content.decode()

        assert [n for n in numbers if f"/{n}/" in first] == numbers[1:]
        assert [n for n in numbers if f"/{n}/" in second] == numbers[:1]
        assert f"/{paper}/" not in first + second

    @pytest.mark.parametrize("query", ["?state=NOSUCH", "?older_than=x", "?older_than=-1"])
    def test_a_filter_that_makes_no_sense_is_left_out(self, client, clerk, exercise, query):
        number = store_online(exercise, 1).number

        page = client.get(address("staff:applications", exercise.code) + query).content.decode()

        assert str(number) in page

    def test_one_page_says_everything_about_an_application(self, client, clerk, exercise):
        application = store_paper(exercise, 1, monthly_income_hkd=30_001)
        screen_everything()

        url = address("staff:application", exercise.code, application.number)
        page = client.get(url).content.decode()

        person = make_person(1)
        assert person["surname_en"] in page
        assert person["hkic"] not in page
        assert format_hkic(person["hkic"]) not in page
        assert "INCOME_OVER_LIMIT" in page
        assert exercise.terms_sha256 in page
        assert "APPLICATION_RECEIVED" in page
        assert "004-123456" in page

    def test_the_receipt_is_a_pdf_with_the_number(self, client, clerk, exercise):
        number = store_paper(exercise, 1).number

        response = client.get(address("staff:receipt", exercise.code, number))

        assert response["Content-Type"] == "application/pdf"
        assert str(number) in PdfReader(BytesIO(response.content)).pages[0].extract_text()

    def test_the_receipt_of_an_unpaid_form_does_not_speak_of_a_cheque(
        self, client, clerk, exercise
    ):
        number = store_paper(exercise, 1, fee=None).number

        response = client.get(address("staff:receipt", exercise.code, number))

        text = PdfReader(BytesIO(response.content)).pages[0].extract_text()
        assert "Not paid" in text
        assert "Cheque" not in text

    def test_another_exercises_number_is_not_found_here(self, client, clerk, exercise):
        other = make_exercise("OTHER2024")
        number = store_online(exercise, 1).number

        url = address("staff:application", other.code, number)

        assert client.get(url).status_code == 404


class TestCounts:
    def test_the_page_shows_the_cuts_the_time_and_the_caveat_in_both_languages(
        self, client, clerk, exercise
    ):
        store_online(exercise, 1)
        store_paper(exercise, 2, members=[make_member(3)], youth_scheme=False)

        for language in ("en", "zh-hant"):
            page = client.get(address("staff:counts", exercise.code, language=language))
            text = page.content.decode()
            assert re.search(r"As at \d\d:\d\d:\d\d on", text)
            assert "（截至" in text
            assert "由於有多個途徑提交申請表，上述只屬臨時數字。" in text
            assert "provisional, because applications come in through several channels" in text
            assert 'data-total="2"' in text
            assert "共收到2份申請，其中網上1份、紙本1份；青年計劃1份、一般配額1份" in text

    def test_the_fragment_is_made_once_for_all_who_look_at_the_same_moment(
        self, client, clerk, exercise, monkeypatch, django_assert_num_queries
    ):
        monkeypatch.setattr("applications.views.counts.time.time_ns", lambda: 1_700_000_000 * 10**9)
        url = address("staff:figures", exercise.code)
        first = client.get(url).content
        store_online(exercise, 1)

        with django_assert_num_queries(3):  # session, officer, exercise: nothing is counted
            second = client.get(url).content

        assert first == second

    def test_a_later_moment_shows_what_has_arrived(self, client, clerk, exercise, monkeypatch):
        moments = iter((10**9, 2 * 10**9))
        monkeypatch.setattr("applications.views.counts.time.time_ns", lambda: next(moments))
        url = address("staff:figures", exercise.code)
        before = client.get(url).content.decode()
        store_online(exercise, 1)

        assert 'data-total="0"' in before
        assert 'data-total="1"' in client.get(url).content.decode()

    def test_an_exercise_without_applications_has_bars_of_length_nothing(
        self, client, clerk, exercise
    ):
        assert 'width="0%"' in client.get(address("staff:figures", exercise.code)).content.decode()
