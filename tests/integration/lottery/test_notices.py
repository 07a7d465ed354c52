"""The signed notice of a commitment: issued once with the publication, and handed to anybody."""

import hashlib
from io import BytesIO

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from pypdf import PdfReader

from applications.models import JournalEntry, Officer
from applications.selectors.clock import read_clock
from lottery.models import CommitmentNotice, Publication, TimestampRequest
from lottery.services.notices import accompany_publication, issue_notice
from lottery.services.signing import SigningNotConfigured, get_certificate_pem
from tests.factories import make_officer
from tests.integration.lottery import stages
from tests.pdf_signatures import find_signature, judge_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def publication():
    exercise = stages.make_ballot()
    stages.fill(exercise, family=2, one_person=1)
    return stages.publish(exercise)


@pytest.fixture
def notice(publication):
    return issue_notice(publication=publication, issued_at=read_clock())


class TestIssueNotice:
    def test_the_signature_is_whole_and_ours(self, notice):
        verdict = judge_signature(bytes(notice.pdf), get_certificate_pem())
        assert verdict.bottom_line
        assert verdict.coverage.name == "ENTIRE_FILE"

    @pytest.mark.parametrize("part", [0.1, 0.5, 0.7])
    def test_a_flipped_byte_is_found(self, notice, part):
        signed = bytearray(notice.pdf)
        signature = find_signature(bytes(signed))
        start, length, _, _ = signature.byte_range
        # Within a stream, so that the file can still be read.
        streams = list(find_all(signed, b"stream\n", start, start + length))
        signed[streams[int(len(streams) * part)] + 20] ^= 1
        assert not judge_signature(bytes(signed), get_certificate_pem()).intact

    def test_it_shows_the_published_commitment(self, publication, notice):
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(notice.pdf)).pages)
        digits = publication.register.commitment_sha256
        groups = [digits[start : start + 4] for start in range(0, 64, 4)]
        assert [word for word in text.split() if word in groups] == groups
        assert "DEMONSTRATION" in text

    def test_its_bytes_and_signer_are_kept(self, notice):
        stored = CommitmentNotice.objects.get()
        assert stored.pdf_sha256 == hashlib.sha256(bytes(stored.pdf)).hexdigest()
        assert "DEMONSTRATION" in stored.signer
        entry = JournalEntry.objects.get(deed="NOTICE_ISSUED")
        assert entry.details["sha256"] == stored.pdf_sha256

    def test_again_gives_the_same_bytes(self, publication, notice):
        again = issue_notice(publication=publication, issued_at=read_clock())
        assert bytes(again.pdf) == bytes(notice.pdf)
        assert JournalEntry.objects.filter(deed="NOTICE_ISSUED").count() == 1

    def test_the_database_keeps_it(self, notice):
        with pytest.raises(DatabaseError), transaction.atomic():
            CommitmentNotice.objects.update(signer="somebody else")


def find_all(content, part, start, end):
    position = content.find(part, start, end)
    while position >= 0:
        yield position + len(part)
        position = content.find(part, position + 1, end)


class TestAccompanyPublication:
    def test_issues_the_notice_and_owes_the_timestamp(self, publication):
        officer = make_officer("officer-7", Officer.Role.OFFICER)
        accompany_publication(publication=publication, at=read_clock(), officer=officer)
        assert CommitmentNotice.objects.filter(publication=publication).exists()
        assert TimestampRequest.objects.filter(publication=publication, token=None).exists()
        assert JournalEntry.objects.get(deed="NOTICE_ISSUED").actor == "officer-7"

    def test_again_changes_nothing(self, publication):
        for _ in range(2):
            accompany_publication(publication=publication, at=read_clock())
        assert CommitmentNotice.objects.count() == TimestampRequest.objects.count() == 1

    def test_without_a_key_nothing_is_published(self, settings):
        settings.SIGNING_KEY_FILE = None
        exercise = stages.make_ballot()
        stages.fill(exercise, family=1, one_person=0)
        with pytest.raises(SigningNotConfigured), transaction.atomic():
            accompany_publication(publication=stages.publish(exercise), at=read_clock())
        assert not Publication.objects.exists()
        assert not TimestampRequest.objects.exists()
