"""E-mails that are owed reach their readers once, in their language, and failures are seen."""

import json
import re
from datetime import timedelta
from io import BytesIO
from itertools import islice
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import resolve
from django.utils.translation import override

from applications.models import JournalEntry, Message
from applications.policy.document import parse_document
from applications.policy.errors import MalformedDocument
from applications.policy.hong_kong_time import hong_kong_date
from applications.selectors.clock import read_clock
from applications.services.demonstration import list_missing_submissions, submit_households
from applications.services.drafts import provide_resume_code
from applications.services.import_files import FileFormat
from applications.services.imports import import_applications
from applications.services.message_sending import (
    MAXIMUM_ATTEMPTS,
    send_due_messages,
    sending_alone,
)
from applications.services.messages import owe_message
from applications.services.owed import claim_owed_messages
from tests.factories import (
    make_document,
    make_draft,
    make_exercise,
    make_officer,
    make_person,
    pay_draft,
    store_online,
    store_paper,
)
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
ADDRESS = "household@example.org"
LANGUAGES = ("en", "zh-hant")
KINDS = list(Message.Kind)


@pytest.fixture
def exercise():
    return make_exercise()


def make_open_draft(exercise, index=1, **changes):
    """Store a draft that has a resume code."""
    return provide_resume_code(draft_id=make_draft(exercise, index, **changes).pk)


def owe(exercise, kind, index=1, *, language="en", address=ADDRESS):
    """Owe a message of some kind about somebody."""
    if kind in (Message.Kind.DRAFT_LINK, Message.Kind.PAYMENT_REMINDER):
        subject = {"draft": make_open_draft(exercise, index, language=language)}
    else:
        application = store_online(exercise, index, language=language, contact=contact(None))
        subject = {"application": application}
    now = read_clock()
    return owe_message(kind=kind, address=address, language=language, owed_at=now, **subject)


def contact(email):
    return {**make_document_contact(), "email": email}


def make_document_contact():
    return {
        "phone": "20001234",
        "address": "Flat 1, Synthetic House, 1 Example Street",
        "district": "KWUN_TONG",
    }


def owe_links(exercise, addresses):
    """Owe a link to each address, about one draft."""
    draft = make_open_draft(exercise)
    now = read_clock()
    return [
        owe_message(
            kind=Message.Kind.DRAFT_LINK, address=address, language="en", owed_at=now, draft=draft
        )
        for address in addresses
    ]


def send(*, after=timedelta(0), for_time=timedelta(seconds=20)):
    """Send what is due, as the worker would some time from now."""

    def clock():
        return read_clock() + after

    return send_due_messages(clock=clock, stop_at=clock() + for_time)


def addresses(mails):
    return [address for mail in mails for address in mail.to]


class TestOweMessage:
    @pytest.mark.parametrize("kind", ["RECEIPT", "WITHDRAWN", "PAYMENT_REMINDER"])
    def test_what_happens_once_is_told_once(self, exercise, kind):
        first = owe(exercise, Message.Kind(kind))
        again = owe_message(
            kind=Message.Kind(kind),
            address="other@example.org",
            language="en",
            owed_at=read_clock(),
            draft=first.draft,
            application=first.application,
        )
        assert again == first
        assert Message.objects.get().address == ADDRESS

    def test_each_link_is_told(self, exercise):
        owe_links(exercise, [ADDRESS, ADDRESS])
        assert Message.objects.count() == 2

    def test_a_deed_that_fails_owes_nothing(self, exercise):
        with transaction.atomic():
            owe(exercise, Message.Kind.RECEIPT)
            transaction.set_rollback(True)
        assert not Message.objects.exists()


class TestReceipts:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_who_gave_an_address_gets_the_number_in_his_language(
        self, exercise, mail_server, language
    ):
        application = store_online(exercise, 1, language=language)
        (mail,) = mail_server.deliver()
        assert mail.to == [ADDRESS]
        assert str(application.number) in mail.subject
        assert f"/{language}/status/" in mail.text
        assert ("申請編號" in mail.text) == (language == "zh-hant")
        message = application.messages.get()
        assert (message.kind, message.language) == ("RECEIPT", language)
        assert message.sent_at is not None

    def test_who_gave_none_is_owed_nothing(self, exercise):
        store_online(exercise, 1, contact=contact(None))
        assert not Message.objects.exists()

    def test_a_paper_form_with_an_address_gets_one_too(self, exercise, mail_server):
        application = store_paper(exercise, 1)
        (mail,) = mail_server.deliver()
        assert str(application.number) in mail.text

    def test_imported_forms_with_an_address_get_one_too(self, exercise, mail_server):
        forms = [make_document(exercise, 1, channel="PAPER")]
        forms.append(make_document(exercise, 2, channel="PAPER", contact=contact(None)))
        source = BytesIO("\n".join(json.dumps(form) for form in forms).encode())
        import_applications(
            exercise=exercise,
            source=source,
            file_format=FileFormat.JSON_LINES,
            imported_at=read_clock(),
        )
        (mail,) = mail_server.deliver()
        assert str(exercise.applications.order_by("number").first().number) in mail.text

    def test_households_that_do_not_exist_are_written_no_letters(self, exercise):
        clerk = make_officer()
        now = read_clock()
        submissions = list(islice(list_missing_submissions(exercise, until=now), 20))
        submit_households(exercise=exercise, submissions=submissions, clerk=clerk, recorded_at=now)
        assert exercise.applications.filter(channel="ONLINE").exists()
        assert not Message.objects.exists()


class TestTexts:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", KINDS)
    def test_says_the_same_in_text_and_in_html_and_names_nobody(
        self, exercise, mail_server, kind, language
    ):
        owe(exercise, kind, 7, language=language)
        (mail,) = mail_server.deliver()
        words = re.sub(r"<style.*?</style>|<[^>]+>", " ", mail.html, flags=re.DOTALL)
        link = re.search(r"https?://\S+", mail.text).group()
        assert link in words
        assert f'href="{link}"' in mail.html
        with override(language):
            assert resolve(urlsplit(link).path).url_name in ("resume-link", "lookup")
        person = make_person(7)
        private = ["20001234", "Synthetic House", person["hkic"], person["hkic"][:7]]
        private += [person["surname_en"], person["name_zh"], person["given_name_en"], ADDRESS]
        private += [application.salt for application in exercise.applications.all()]
        for text in (mail.text, mail.html, mail.subject):
            assert [secret for secret in private if secret in text] == []

    @pytest.mark.parametrize("kind", KINDS)
    def test_fetches_nothing_and_says_that_a_machine_wrote_it(self, exercise, mail_server, kind):
        owe(exercise, kind)
        (mail,) = mail_server.deliver()
        assert re.findall(r"<(?:img|link|script|style|iframe)|url\(|src=", mail.html) == []
        assert mail.parsed["Auto-Submitted"] == "auto-generated"
        assert mail.parsed["Content-Language"] == "en-HK"
        assert mail.parsed["Reply-To"] is None

    def test_a_link_leads_to_the_draft_and_says_the_code(self, exercise, mail_server):
        code = owe(exercise, Message.Kind.DRAFT_LINK).draft.resume_code
        (mail,) = mail_server.deliver()
        assert f"/en/resume/{code}/" in mail.text
        assert f"  {code}\n" in mail.text

    @pytest.mark.parametrize("kind", ["DRAFT_LINK", "PAYMENT_REMINDER"])
    def test_a_draft_that_was_submitted_is_not_written_about(self, exercise, mail_server, kind):
        message = owe(exercise, Message.Kind(kind))
        pay_draft(message.draft)
        (receipt,) = mail_server.deliver()
        assert str(exercise.applications.get().number) in receipt.subject
        message.refresh_from_db()
        assert (message.refusal, message.sent_at) == ("NO_LONGER_NEEDED", None)

    def test_after_closing_nobody_is_told_to_go_on(self, exercise, mail_server):
        message = owe(exercise, Message.Kind.PAYMENT_REMINDER)
        send(after=timedelta(days=30))
        message.refresh_from_db()
        assert message.refusal == "NO_LONGER_NEEDED"


class TestSending:
    def test_each_once_and_never_again(self, exercise, mail_server):
        owe_links(exercise, [f"person{n}@example.org" for n in range(60)])
        mails = mail_server.deliver()
        assert sorted(addresses(mails)) == sorted(f"person{n}@example.org" for n in range(60))
        assert len({mail.id for mail in mails}) == 60
        assert mail_server.deliver() == []
        assert mail_server.connections == 2  # not one for each

    def test_a_repeated_message_has_the_same_id(self, exercise, mail_server):
        owe_links(exercise, [ADDRESS])
        mail_server.pause_seconds = 1.5  # the portal hears no answer
        send()
        mail_server.pause_seconds = 0
        send(after=timedelta(hours=1))
        first, second = mail_server.mails
        assert first.id == second.id

    def test_a_server_that_is_down_delays_and_loses_nothing(self, exercise, mail_server):
        owe_links(exercise, [f"person{n}@example.org" for n in range(3)])
        mail_server.stop()
        assert send().is_server_away
        assert {m.attempts for m in Message.objects.all()} == {0}
        assert not send(for_time=timedelta(seconds=1)).is_server_away  # it is left alone at first
        mail_server.start()
        assert send(after=timedelta(minutes=10)).sent_count == 3

    def test_pauses_grow_while_a_server_is_down(self, exercise, mail_server):
        (message,) = owe_links(exercise, [ADDRESS])
        mail_server.stop()
        pauses = []
        for waited in (0, 60, 600, 6000):
            after = timedelta(seconds=waited)
            send(after=after)
            message.refresh_from_db()
            pauses.append(message.due_at - read_clock() - after)
        assert pauses == sorted(pauses)
        assert timedelta(seconds=5) < pauses[0] < timedelta(seconds=15)
        assert pauses[-1] <= timedelta(minutes=10)

    def test_a_server_that_is_slow_is_left_and_others_go_first_later(self, exercise, mail_server):
        slow, *others = owe_links(exercise, [f"person{n}@example.org" for n in range(3)])
        mail_server.pause_seconds = 1.5  # longer than the portal waits here
        assert send().is_server_away
        mail_server.pause_seconds = 0
        mail_server.mails.clear()
        send(after=timedelta(minutes=1))
        assert addresses(mail_server.mails) == [message.address for message in others]
        send(after=timedelta(minutes=3))
        assert addresses(mail_server.mails)[-1] == slow.address

    def test_one_refused_address_is_given_up_at_once_and_others_go(self, exercise, mail_server):
        owe_links(exercise, ["one@example.org", "gone@example.org", "two@example.org"])
        mail_server.replies["gone@example.org"] = "550 5.1.1 <gone@example.org> unknown"
        assert addresses(mail_server.deliver()) == ["one@example.org", "two@example.org"]
        refused = Message.objects.exclude(given_up_at=None).get()
        assert (refused.refusal, refused.attempts) == ("MAIL_ADDRESS_REFUSED", 1)

    def test_what_is_put_off_is_tried_for_about_a_day(self, exercise, mail_server):
        (message,) = owe_links(exercise, [ADDRESS])
        mail_server.replies[ADDRESS] = "451 4.7.1 Greylisted"
        tried_after = []
        after = timedelta(0)
        while message.given_up_at is None:
            send(after=after)
            tried_after.append(after)
            message.refresh_from_db()
            after = message.due_at - read_clock() + timedelta(seconds=1)
        assert len(tried_after) == MAXIMUM_ATTEMPTS
        assert timedelta(hours=20) < tried_after[-1] < timedelta(hours=30)
        assert message.refusal == "MAIL_PUT_OFF"

    def test_what_is_put_off_goes_when_the_server_takes_it(self, exercise, mail_server):
        (message,) = owe_links(exercise, [ADDRESS])
        mail_server.replies[ADDRESS] = "451 4.7.1 Greylisted"
        send()
        mail_server.replies.clear()
        send(after=timedelta(minutes=5))
        message.refresh_from_db()
        assert message.sent_at is not None
        assert message.refusal == ""

    @pytest.mark.parametrize(
        ("reply", "code"), [("554 5.7.1 Spam", "MAIL_REFUSED"), ("452 4.3.1 Full", "MAIL_PUT_OFF")]
    )
    def test_a_refused_text_does_not_stop_others(self, exercise, mail_server, reply, code):
        owe_links(exercise, ["one@example.org", "two@example.org"])
        mail_server.data_reply = reply
        mail_server.deliver()
        assert [message.refusal for message in Message.objects.all()] == [code, code]

    def test_a_server_that_hangs_up_is_away(self, exercise, mail_server):
        owe_links(exercise, ["one@example.org", "two@example.org"])
        mail_server.replies["one@example.org"] = "421 4.3.2 Closing"
        assert send().is_server_away
        assert sorted(message.attempts for message in Message.objects.all()) == [0, 1]

    @pytest.mark.parametrize(
        "address", ["a@example.org\nBcc: b@example.org", "a@example.org\r\nX: 1", "nobody", ""]
    )
    def test_an_address_that_is_none_reaches_no_header(self, exercise, mail_server, address):
        (message,) = owe_links(exercise, [address])
        assert mail_server.deliver() == []
        message.refresh_from_db()
        assert message.refusal == "MAIL_ADDRESS_INVALID"

    def test_a_form_refuses_an_address_with_a_line_break(self, exercise):
        mapping = make_document(exercise, contact=contact("a@example.org\nBcc: b@example.org"))
        with pytest.raises(MalformedDocument):
            parse_document(mapping, today=hong_kong_date(read_clock()))

    def test_one_of_which_every_worker_dies_is_given_up(self, exercise, mail_server):
        (message,) = owe_links(exercise, [ADDRESS])
        Message.objects.update(attempts=MAXIMUM_ATTEMPTS)
        assert mail_server.deliver() == []
        message.refresh_from_db()
        assert message.refusal == "MAIL_NEVER_FINISHED"

    def test_without_a_server_each_message_is_a_file(self, exercise, settings, tmp_path):
        settings.EMAIL_BACKEND = "hos_portal.mail_files.EmailBackend"
        settings.EMAIL_FILE_PATH = tmp_path / "mail"
        owe_links(exercise, ["one@example.org", "two@example.org"])
        assert send().sent_count == 2
        files = sorted((tmp_path / "mail").iterdir())
        assert [path.suffix for path in files] == [".eml", ".eml"]
        assert b"To: one@example.org" in files[0].read_bytes()
        assert (tmp_path / "mail").stat().st_mode & 0o077 == 0


@pytest.mark.django_db(transaction=True)
class TestTwoSenders:
    def test_no_message_goes_twice(self, mail_server):
        owe_links(make_exercise(), [f"person{n}@example.org" for n in range(120)])
        run_at_once(*[send] * 3)
        assert len(mail_server.mails) == len({mail.id for mail in mail_server.mails}) == 120

    def test_the_task_lets_only_one_send_at_a_time(self, mail_server):
        owe_links(make_exercise(), [ADDRESS])
        with sending_alone() as is_alone:
            assert is_alone
            assert run_at_once(mail_server.deliver) == [[]]
        assert len(mail_server.deliver()) == 1

    def test_a_claim_comes_back_when_its_worker_dies(self):
        owe_links(make_exercise(), [ADDRESS])
        now = read_clock()
        assert len(claim_owed_messages(claimed_at=now)) == 1
        assert claim_owed_messages(claimed_at=now + timedelta(seconds=119)) == []
        assert len(claim_owed_messages(claimed_at=now + timedelta(seconds=120))) == 1


class TestGivenUp:
    @pytest.fixture
    def given_up(self, exercise, mail_server):
        """A receipt whose address the mail server does not know."""
        application = store_online(exercise, 1)
        mail_server.replies[ADDRESS] = "550 No"
        mail_server.deliver()
        mail_server.replies.clear()
        return application.messages.get()

    @pytest.fixture
    def officer(self, client):
        officer = make_officer("officer-1", "OFFICER")
        client.force_login(officer)
        return officer

    def test_an_officer_sees_it_with_its_reason_and_without_its_address(
        self, client, exercise, officer, given_up
    ):
        page = client.get(f"/en/staff/messages/{exercise.code}/").content.decode()
        assert str(given_up.application.number) in page
        assert "knows of no such address" in page
        assert "h…@example.org" in page
        assert ADDRESS not in page
        home = client.get("/en/staff/").content.decode()
        assert re.search(r"E-mails that did not go.*?govuk-tag--yellow\">1<", home, re.DOTALL)

    def test_one_button_sends_it_again_and_the_journal_says_who_pressed_it(
        self, client, exercise, officer, given_up, mail_server
    ):
        address = f"/en/staff/messages/{exercise.code}/"
        for _ in range(2):  # a double click
            answer = client.post(address, {"message": given_up.pk}, follow=True)
        assert "1 e-mail is on its way" in answer.content.decode()
        assert len(mail_server.deliver()) == 1
        deed = JournalEntry.objects.get(deed="MESSAGE_SENT_AGAIN")
        assert (deed.subject, deed.actor) == (f"message:{given_up.pk}", "officer-1")

    def test_another_button_sends_all_that_the_officer_saw(
        self, client, exercise, officer, given_up, mail_server
    ):
        address = f"/en/staff/messages/{exercise.code}/"
        client.post(address, {"all": "1", "shown": [given_up.pk, "x"]})
        assert len(mail_server.deliver()) == 1

    def test_what_was_sent_or_is_of_another_exercise_is_left_alone(
        self, client, exercise, officer, given_up, mail_server
    ):
        other = make_exercise("OTHER2024")
        client.post(f"/en/staff/messages/{other.code}/", {"message": given_up.pk})
        assert mail_server.deliver() == []
        sent = store_online(exercise, 2).messages.get()
        mail_server.deliver()
        client.post(f"/en/staff/messages/{exercise.code}/", {"message": sent.pk})
        assert mail_server.deliver() == []

    def test_what_is_no_longer_needed_is_no_trouble(self, client, exercise, officer, mail_server):
        message = owe(exercise, Message.Kind.PAYMENT_REMINDER)
        pay_draft(message.draft)
        mail_server.deliver()
        assert "None." in client.get(f"/en/staff/messages/{exercise.code}/").content.decode()

    def test_a_clerk_is_not_shown_it(self, client, exercise):
        client.force_login(make_officer())
        assert client.get(f"/en/staff/messages/{exercise.code}/").status_code == 403
        assert "E-mails that did not go" not in client.get("/en/staff/").content.decode()

    def test_the_case_file_says_what_was_told_when(self, client, exercise, officer, mail_server):
        application = store_online(exercise, 1)
        mail_server.deliver()
        address = f"/en/staff/applications/{exercise.code}/{application.number}/"
        page = client.get(address).content.decode()
        assert re.search(r"Receipt with the number ·\s+<strong[^>]*>\s*Sent", page)
        assert ADDRESS not in page
