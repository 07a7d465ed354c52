"""The pages and files of notice and timestamp, for anybody and for officers."""

import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from applications.models import Officer
from applications.selectors.clock import read_clock
from lottery.models import CommitmentNotice, TimestampRequest, TimestampToken
from lottery.services.notices import accompany_publication
from lottery.services.signing import sign_statement
from lottery.services.timestamp_answers import LARGEST_ANSWER_BYTES
from lottery.services.timestamps import claim_owed_request, note_fault, store_timestamp
from tests.factories import make_officer
from tests.integration.lottery import stages
from tests.integration.lottery.authority import Authority

pytestmark = pytest.mark.django_db

FILES = ("notice_pdf", "commitment_text", "timestamp_request", "timestamp")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority") / "own")


@pytest.fixture
def exercise():
    exercise = stages.make_ballot()
    stages.fill(exercise, family=2, one_person=1)
    return exercise


@pytest.fixture
def publication(exercise):
    publication = stages.publish(exercise)
    accompany_publication(publication=publication, at=read_clock())
    return publication


@pytest.fixture
def answer(authority, publication):
    return authority.answer(bytes(publication.timestamp_request.request))


@pytest.fixture
def token(publication, answer):
    owed = TimestampRequest.objects.get(publication=publication)
    return store_timestamp(request=owed, answer=answer, stored_at=read_clock())


def address(name, *args, language="en"):
    with override(language):
        return reverse(name, args=args)


def show(client, name, *args, language="en", status=200):
    response = client.get(address(name, *args, language=language))
    assert response.status_code == status
    return response.content.decode()


class TestThePublicFiles:
    def test_the_notice_is_given_as_it_was_signed(self, client, exercise, publication):
        response = client.get(address("verify:notice_pdf", exercise.code))
        assert response.content == bytes(CommitmentNotice.objects.get().pdf)
        assert response.headers["Content-Type"] == "application/pdf"

    def test_openssl_verifies_what_is_downloaded(self, client, exercise, token, authority):
        text = client.get(address("verify:commitment_text", exercise.code)).content.decode()
        stamp = client.get(address("verify:timestamp", exercise.code)).content
        assert "Verification: OK" in authority.verify(text=text, answer=stamp)

    def test_openssl_verifies_a_statement_with_the_public_key(self, client, authority):
        folder = authority.folder
        (folder / "signer.pem").write_bytes(client.get(address("verify:signer_key")).content)
        (folder / "statement").write_text("a head")
        (folder / "signature").write_bytes(bytes.fromhex(sign_statement("a head")))
        done = authority.openssl("dgst -sha256 -verify signer.pem -signature signature statement")
        assert done.stdout.strip() == "Verified OK"

    def test_the_certificate_is_public(self, client, tmp_path):
        certificate = client.get(address("verify:signer_certificate")).content
        done = subprocess.run(
            ["openssl", "x509", "-noout", "-subject"], input=certificate, capture_output=True,
            check=True,
        )  # fmt: skip
        assert b"DEMONSTRATION" in done.stdout

    @pytest.mark.parametrize("name", FILES)
    def test_there_is_none_before_the_publication(self, client, exercise, name):
        show(client, f"verify:{name}", exercise.code, status=404)

    def test_there_is_no_answer_before_it_came(self, client, exercise, publication):
        show(client, "verify:timestamp", exercise.code, status=404)

    @pytest.mark.parametrize(
        ("attempt", "status"), [("1", 200), ("2", 404), ("x", 404), ("１", 404), ("1" * 99, 404)]
    )
    def test_an_attempt_may_be_named(self, client, exercise, publication, attempt, status):
        response = client.get(address("verify:notice", exercise.code), {"attempt": attempt})
        assert response.status_code == status


class TestThePublicPage:
    @pytest.mark.parametrize("language", ["en", "zh-hant"])
    def test_it_names_the_timestamp_and_the_command(self, client, exercise, token, language):
        page = show(client, "verify:notice", exercise.code, language=language)
        assert "openssl ts -verify -data commitment.txt -in commitment.tsr -CAfile" in page
        assert "O=Authority for tests,CN=Test Timestamping" in page

    def test_it_says_that_no_timestamp_has_come(self, client, exercise, publication):
        assert "No timestamp has come yet" in show(client, "verify:notice", exercise.code)

    def test_it_stands_without_notice_and_request(self, client, exercise):
        stages.publish(exercise)
        page = show(client, "verify:notice", exercise.code)
        assert "There is no signed notice" in page
        assert "No timestamp was asked for" in page


class TestTheConsole:
    @pytest.fixture
    def client(self, client):
        client.force_login(make_officer("officer-9", Officer.Role.OFFICER))
        return client

    def upload(self, client, exercise, content, name="commitment.tsr"):
        return client.post(
            address("ballot:notice", exercise.code), {"answer": SimpleUploadedFile(name, content)}
        )

    def test_is_for_those_who_run_ballots(self, client, exercise, publication):
        client.force_login(make_officer("clerk-9", Officer.Role.CLERK))
        for name in ("ballot:notice", "ballot:issue_notice"):
            assert client.post(address(name, exercise.code)).status_code == 403
        client.logout()
        assert client.get(address("ballot:notice", exercise.code)).status_code == 302

    def test_takes_the_answer_by_hand(self, client, exercise, settings, authority, answer):
        settings.TIMESTAMP_CA_FILE = authority.root
        response = self.upload(client, exercise, answer)
        assert response.status_code == 302
        assert bytes(TimestampToken.objects.get().response) == answer
        page = show(client, "ballot:notice", exercise.code)
        assert "The timestamp is genuine" in page
        assert "By hand" not in page

    @pytest.mark.parametrize(
        ("content", "code"), [(b"garbage", "TIMESTAMP_MALFORMED"), (None, "TIMESTAMP_NOT_TRUSTED")]
    )
    def test_refuses_another_file_and_says_why(
        self, client, exercise, settings, publication, answer, content, code, tmp_path
    ):
        settings.TIMESTAMP_CA_FILE = Authority(tmp_path / "other", "Another").root
        response = self.upload(client, exercise, content or answer)
        assert response.status_code == 409
        assert code in response.content.decode()
        assert not TimestampToken.objects.exists()

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "This file is empty"),
            (b"x" * (LARGEST_ANSWER_BYTES + 1), "too large"),
        ],
    )
    def test_refuses_a_file_of_a_wrong_size(self, client, exercise, publication, content, words):
        response = self.upload(client, exercise, content)
        assert response.status_code == 422
        assert words in response.content.decode()

    def test_asks_for_a_file(self, client, exercise, publication):
        response = client.post(address("ballot:notice", exercise.code))
        assert response.status_code == 422
        assert "Please choose the file" in response.content.decode()

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            ("HTTP_503", "HTTP status 503"),
            ("AUTHORITY_TIMED_OUT", "did not answer in time"),
            ("TIMESTAMP_NOT_TRUSTED", "not signed by the authority"),
        ],
    )
    def test_shows_the_last_fault(self, client, exercise, settings, publication, fault, words):
        settings.TIMESTAMP_URL = "https://portal:secret@authority.example/"
        owed = claim_owed_request(claimed_at=read_clock())
        note_fault(request=owed, fault=fault)
        page = show(client, "ballot:notice", exercise.code)
        assert words in page
        assert "secret" not in page

    def test_issues_what_is_missing(self, client, exercise):
        stages.publish(exercise)
        assert "Sign the notice" in show(client, "ballot:notice", exercise.code)
        client.post(address("ballot:issue_notice", exercise.code))
        assert CommitmentNotice.objects.exists()
        assert TimestampRequest.objects.exists()

    def test_says_that_there_is_no_key(self, client, exercise, settings):
        stages.publish(exercise)
        settings.SIGNING_KEY_FILE = None
        assert "has no key to sign with" in show(client, "ballot:notice", exercise.code)
        response = client.post(address("ballot:issue_notice", exercise.code))
        assert response.status_code == 409
        assert "SIGNING_NOT_CONFIGURED" in response.content.decode()

    def test_there_is_none_before_the_publication(self, client, exercise):
        response = client.get(address("ballot:notice", exercise.code))
        assert response.status_code == 409
