"""Make the certificate of a draw, signed where there is a key to sign with."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import IO

from applications.models import Officer
from applications.pdf.layout import Bilingual
from applications.services.journal import SYSTEM
from lottery.ballot.ceremony import parse_ceremony
from lottery.models import Draw, Register
from lottery.pdf.certificate import (
    FORM_VERSION,
    Certificate,
    CheckLine,
    DeedLine,
    GivenUpLine,
    HeadLine,
    QuotaLine,
    ReinstatedLine,
    render_certificate,
)
from lottery.pdf.certificate_words import (
    CLOSED,
    DRAWN,
    FROZEN,
    LAST_BALL,
    NOT_BEFORE,
    PUBLISHED,
    SETTLED,
    THE_PORTAL,
)
from lottery.selectors.deeds import list_ballot_deeds
from lottery.selectors.intake_log import find_last_head
from lottery.selectors.published import list_decisions
from lottery.selectors.results import list_checks, list_reinstatements, summarise_draw
from lottery.services.documents import get_public_url, open_kept_document
from lottery.services.signing import (
    get_certificate_sha256,
    get_signer_name,
    is_signing_configured,
    sign_pdf,
)

REASON = "Certificate of draw {draw}, attempt {attempt}"


def open_draw_certificate(
    *, draw: Draw, first_language: str, read_clock: Callable[[], datetime]
) -> IO[bytes]:
    """
    Open the certificate of a draw as a PDF.

    It is made, signed and kept at its first use, and again once it has something new to say: a
    check, a reinstatement, another attempt, another key.

    :param read_clock: asked for the moment of the signature, where one is made.
    """
    certificate = compile_certificate(draw, first_language)
    content = repr((FORM_VERSION, certificate))
    return open_kept_document(
        draw=draw,
        name=f"certificate-{first_language}",
        version=hashlib.sha256(content.encode("utf-8")).hexdigest(),
        make=lambda: _make(draw, certificate, read_clock),
    )


def _make(draw: Draw, certificate: Certificate, read_clock: Callable[[], datetime]) -> bytes:
    pdf = render_certificate(certificate)
    if not certificate.signer:
        return pdf
    register = draw.ceremony.publication.register
    reason = REASON.format(draw=register.exercise.code, attempt=register.attempt)
    return sign_pdf(pdf, reason=reason, signed_at=read_clock())


def compile_certificate(draw: Draw, first_language: str) -> Certificate:
    """Gather what the certificate of a draw says now."""
    register = draw.ceremony.publication.register
    exercise = register.exercise
    summary = summarise_draw(draw)
    return Certificate(
        exercise_title=Bilingual(exercise.title_zh_hant, exercise.title_en),
        parameters_text=register.params_text,
        commitment_text=register.commitment_text,
        ceremony_text=draw.ceremony.ceremony_text,
        deeds=_list_deeds(draw, first_language),
        ranked=dict(summary.ranked),
        place_count=draw.place_count,
        quotas=tuple(
            QuotaLine(row.step, row.place_count, row.last.rank if row.last else None)
            for row in summary.steps
        ),
        checks=tuple(
            CheckLine(check.kind, check.checked_at, check.passed) for check in list_checks(draw)
        ),
        last_head=_find_head(register),
        given_up=_list_given_up(register),
        reinstated=_list_reinstated(draw),
        url=get_public_url(draw),
        signer=_name_signer(),
        first_language=first_language,
        is_demonstration=exercise.demonstration,
    )


def _list_deeds(draw: Draw, first_language: str) -> tuple[DeedLine, ...]:
    publication = draw.ceremony.publication
    register = publication.register
    record = parse_ceremony(draw.ceremony.ceremony_text)
    portal = THE_PORTAL.joined(first_language)

    def name(officer: Officer | None) -> str:
        return officer.reference if officer else portal

    def find_actor(deed: str, attempt: int | None) -> str:
        actor = _find_actor(register, deed, attempt)
        return portal if actor == SYSTEM else actor

    closed_by = find_actor("EXERCISE_CLOSED", None)
    settled_by = find_actor("CEREMONY_RECORDED", register.attempt)
    return (
        DeedLine(CLOSED, register.exercise.closed_at or register.frozen_at, closed_by),
        DeedLine(FROZEN, register.frozen_at, name(register.frozen_by)),
        DeedLine(PUBLISHED, publication.published_at, name(publication.published_by)),
        DeedLine(NOT_BEFORE, publication.ceremony_from, ""),
        DeedLine(LAST_BALL, record.drawn_at, ", ".join(record.keyed_by)),
        DeedLine(SETTLED, draw.ceremony.recorded_at, settled_by),
        DeedLine(DRAWN, draw.run_at, name(draw.run_by)),
    )


def _find_actor(register: Register, deed: str, attempt: int | None) -> str:
    """Find in the journal who did a deed that no row of the ballot names; empty when nobody."""
    entries = list_ballot_deeds(register.exercise)
    found = (
        entry.actor
        for entry in entries
        if entry.deed == deed and attempt in (None, entry.details.get("attempt"))
    )
    return next(found, "")


def _find_head(register: Register) -> HeadLine | None:
    head = find_last_head(register.exercise)
    return HeadLine(head.taken_at, head.size, head.root) if head else None


def _list_given_up(register: Register) -> tuple[GivenUpLine, ...]:
    return tuple(
        GivenUpLine(
            attempt=decision.register.attempt,
            ground=decision.ground,
            officers=f"{decision.proposed_by.reference}, {decision.approved_by.reference}",
            at=decision.approved_at,
        )
        for decision in list_decisions(register.exercise)
        if decision.approved_by and decision.approved_at
    )


def _list_reinstated(draw: Draw) -> tuple[ReinstatedLine, ...]:
    return tuple(
        ReinstatedLine(f"{row.entry.number:08d}", row.entry.category, row.rank_after, row.step)
        for row in list_reinstatements(draw)
    )


def _name_signer() -> str:
    if not is_signing_configured():
        return ""
    return f"{get_signer_name()} (SHA-256 {get_certificate_sha256()})"
