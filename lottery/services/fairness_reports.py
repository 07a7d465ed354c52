"""Make the fairness report of a draw, for printing."""

from typing import IO

from django.conf import settings

from applications.pdf.layout import Bilingual
from lottery.ballot.ceremony import parse_ceremony
from lottery.models import Draw
from lottery.pdf.fairness import FORM_VERSION, FairnessDocument, render_fairness_report
from lottery.selectors.fairness import VERSION, get_fairness_report
from lottery.services.documents import open_kept_document


def open_fairness_report(*, draw: Draw, first_language: str) -> IO[bytes]:
    """Open the fairness report of a draw as a PDF, made and kept at its first use."""
    return open_kept_document(
        draw=draw,
        name=f"fairness-{first_language}",
        version=compute_fairness_version(draw=draw),
        make=lambda: render_fairness_report(_compile(draw, first_language)),
    )


def compute_fairness_version(*, draw: Draw) -> str:
    """Name the state of a draw's fairness report, which changes with its form only."""
    register = draw.ceremony.publication.register
    seed = parse_ceremony(draw.ceremony.ceremony_text).seed
    return f"{FORM_VERSION}.{VERSION}-{register.commitment_sha256[:16]}-{seed[:16]}"


def _compile(draw: Draw, first_language: str) -> FairnessDocument:
    register = draw.ceremony.publication.register
    exercise = register.exercise
    return FairnessDocument(
        exercise_title=Bilingual(exercise.title_zh_hant, exercise.title_en),
        exercise_code=exercise.code,
        attempt=register.attempt,
        commitment=register.commitment_sha256,
        run_at=draw.run_at,
        report=get_fairness_report(draw),
        page_url=_get_page_url(draw),
        first_language=first_language,
        is_demonstration=exercise.demonstration,
    )


def _get_page_url(draw: Draw) -> str:
    """Return the report's page; with the attempt, as there may be a newer one some day."""
    register = draw.ceremony.publication.register
    page = f"{settings.PUBLIC_URL}/verify/{register.exercise.code}/fairness/"
    return f"{page}?attempt={register.attempt}"
