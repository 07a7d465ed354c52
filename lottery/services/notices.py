"""What goes with a published commitment: the signed notice, and the request for a timestamp."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import transaction

from applications.models import Officer
from applications.pdf.layout import CHINESE_FIRST, Bilingual
from lottery.models import CommitmentNotice, Publication
from lottery.pdf.notice import Notice, render_notice
from lottery.services.attempt_locks import lock_attempt
from lottery.services.ballot_journal import record_ballot_deed
from lottery.services.signing import get_certificate_sha256, get_signer_name, sign_pdf
from lottery.services.timestamps import request_timestamp

LONGEST_NAME = 200
REASON = "Commitment of ballot {draw}, attempt {attempt}"


@transaction.atomic
def accompany_publication(
    *, publication: Publication, at: datetime, officer: Officer | None = None
) -> CommitmentNotice:
    """
    Issue the notice of a commitment and owe the request for its timestamp; again: nothing.

    Belongs in the transaction of the publication: without a key nothing is published.

    :raises SigningNotConfigured: without a usable key and certificate.
    """
    request_timestamp(publication=publication, made_at=at)
    return issue_notice(publication=publication, issued_at=at, officer=officer)


@transaction.atomic
def issue_notice(
    *, publication: Publication, issued_at: datetime, officer: Officer | None = None
) -> CommitmentNotice:
    """
    Sign the notice of a commitment and keep its bytes; again: the notice that was kept.

    :raises SigningNotConfigured: without a usable key and certificate.
    """
    lock_attempt(publication.pk)
    stored = CommitmentNotice.objects.filter(publication=publication).first()
    if stored:
        return stored
    register = publication.register
    pdf = sign_pdf(
        render_notice(compile_notice(publication)),
        reason=REASON.format(draw=register.exercise.code, attempt=register.attempt),
        signed_at=issued_at,
    )
    notice = CommitmentNotice.objects.create(
        publication=publication,
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        signer=get_signer_name()[:LONGEST_NAME],
        signed_at=issued_at,
    )
    record_ballot_deed(
        deed="NOTICE_ISSUED",
        register=register,
        recorded_at=issued_at,
        officer=officer,
        sha256=notice.pdf_sha256,
        certificate=get_certificate_sha256(),
    )
    return notice


def compile_notice(publication: Publication) -> Notice:
    """Gather what the notice of a publication says."""
    register = publication.register
    exercise = register.exercise
    return Notice(
        exercise_title=Bilingual(exercise.title_zh_hant, exercise.title_en),
        parameters_text=register.params_text,
        commitment_text=register.commitment_text,
        published_at=publication.published_at,
        ceremony_from=publication.ceremony_from,
        # No language in it: the portal answers in the language of whoever scans the code.
        verify_url=f"{settings.PUBLIC_URL}/verify/{exercise.code}/attempts/{register.attempt}/",
        signer=get_signer_name(),
        certificate_sha256=get_certificate_sha256(),
        first_language=CHINESE_FIRST,
        is_demonstration=exercise.demonstration,
    )
