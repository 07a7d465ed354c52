"""The certificate of a draw: who held it, when and how, and what came of it, for signing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from reportlab.graphics.barcode.qr import QrCode
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from applications.pdf.layout import (
    BODY,
    CONTENT_WIDTH,
    SECONDARY,
    SMALL,
    TITLE,
    Bilingual,
    PageFrame,
    columns,
    details,
    heading,
    panel,
    render_document,
)
from applications.pdf.plain_text import PlainText
from applications.pdf.receipt import AUTHOR, DOT
from applications.policy.hong_kong_time import HONG_KONG
from lottery.ballot.ceremony import parse_ceremony, parse_draws
from lottery.ballot.commitment import hash_commitment, parse_commitment
from lottery.ballot.parameters import Step, parse_parameters
from lottery.pdf import certificate_words as words
from lottery.pdf.certificate_parts import CELL, ball_grid, ruled_table, writing_line
from lottery.pdf.notice_words import CATEGORIES, TRACKS, say_counts, say_order

# Count it up with every change of how the certificate looks, so that kept ones are made again.
FORM_VERSION = 2


class DeedLine(NamedTuple):
    """What was done, when (timezone-aware) and by whom: officers' references, or the portal."""

    deed: Bilingual
    at: datetime
    officers: str


class QuotaLine(NamedTuple):
    """What one quota gave out; ``last_rank`` is ``None`` when nobody was there to take."""

    step: Step
    place_count: int
    last_rank: int | None


class CheckLine(NamedTuple):
    """A check of the stored draw: ``SQL`` or ``VERIFIER``."""

    kind: str
    at: datetime
    passed: bool


class HeadLine(NamedTuple):
    """The last head of the intake log."""

    at: datetime
    size: int
    root: str


class GivenUpLine(NamedTuple):
    """An attempt that two officers gave up, and the ground."""

    attempt: int
    ground: str
    officers: str
    at: datetime


class ReinstatedLine(NamedTuple):
    """A reinstated application; ``step`` is empty when it has no place."""

    number: str
    category: str
    rank_after: int
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """
    What a certificate says, in plain values.

    :param parameters_text: the whole of params.txt; likewise the other two texts.
    :param url: of the attempt's public page; also in the QR code.
    :param signer: subject and fingerprint of the certificate that signs the file, if any does.
    :param first_language: ``zh-hant`` or ``en``; both are printed, this one first.
    """

    exercise_title: Bilingual
    parameters_text: str
    commitment_text: str
    ceremony_text: str
    deeds: tuple[DeedLine, ...]
    ranked: dict[str, int]
    place_count: int
    quotas: tuple[QuotaLine, ...]
    checks: tuple[CheckLine, ...]
    last_head: HeadLine | None
    given_up: tuple[GivenUpLine, ...]
    reinstated: tuple[ReinstatedLine, ...]
    url: str
    signer: str
    first_language: str
    is_demonstration: bool


def render_certificate(certificate: Certificate) -> bytes:
    """
    Set the certificate as a PDF of two pages, or more after many reinstatements.

    The same certificate gives the same bytes.

    :raises BallotRefusal: when the texts are not in their published format.
    """
    commitment = parse_commitment(certificate.commitment_text)
    reference = f"{commitment.draw} / {commitment.attempt}"
    language = certificate.first_language
    title = f"{words.TITLE_WORDS.joined(language)} {reference}"
    frame = PageFrame(
        heading=certificate.exercise_title,
        reference=title,
        first_language=language,
        is_demonstration=certificate.is_demonstration,
    )
    return render_document(_set_story(certificate), title=title, author=AUTHOR, frame=frame)


def _set_story(certificate: Certificate) -> list[Flowable]:
    language = certificate.first_language
    return [
        PlainText(words.TITLE_WORDS.joined(language), TITLE),
        Spacer(0, 2),
        columns([words.WHAT_IT_IS], language),
        details(_detail_rows(certificate), language),
        heading(words.DEEDS_HEADING, language),
        _deed_table(certificate),
        *_set_balls(certificate),
        KeepTogether([heading(words.QUOTAS_HEADING, language), _quota_table(certificate)]),
        KeepTogether([heading(words.CHECKS_HEADING, language), *_set_checks(certificate)]),
        *_set_lines(words.ATTEMPTS_HEADING, _say_given_up(certificate), language),
        *_set_lines(words.REINSTATEMENTS_HEADING, _say_reinstated(certificate), language),
        KeepTogether([heading(words.VERIFY_HEADING, language), _verify_panel(certificate)]),
        KeepTogether(
            [
                heading(words.SIGNATURES_HEADING, language),
                writing_line(words.SIGNATURE_LINES, language, space=30),
                writing_line((words.DATE_LINE, words.PLACE_LINE), language),
            ]
        ),
    ]


def _detail_rows(certificate: Certificate) -> list[tuple[Bilingual, Sequence[str]]]:
    language = certificate.first_language
    commitment = parse_commitment(certificate.commitment_text)
    ceremony = parse_ceremony(certificate.ceremony_text)
    ranked = words.say_ranked(certificate.ranked, certificate.place_count)
    no_beacon = words.NO_BEACON.joined(language, DOT)
    name = words.say_attempt(commitment.draw, commitment.attempt)
    return [
        (words.BALLOT_LABEL, [name.joined(language, DOT)]),
        (words.COUNTS_LABEL, say_counts(commitment).in_order(language)),
        (words.RANKED_LABEL, ranked.in_order(language)),
        (words.COMMITMENT_LABEL, [hash_commitment(certificate.commitment_text)]),
        (words.SEED_LABEL, [ceremony.seed]),
        (words.BEACON_LABEL, [no_beacon if ceremony.beacon == "none" else ceremony.beacon]),
        (words.INTAKE_LABEL, _say_head(certificate)),
    ]


def _say_head(certificate: Certificate) -> list[str]:
    head, language = certificate.last_head, certificate.first_language
    if head is None:
        return [words.NO_INTAKE.joined(language, DOT)]
    said = words.say_head(_write_moment(head.at), head.size)
    return [*said.in_order(language), head.root]


def _deed_table(certificate: Certificate) -> Table:
    language = certificate.first_language
    rows = [
        [deed.deed.joined(language), _write_moment(deed.at), deed.officers]
        for deed in certificate.deeds
    ]
    return ruled_table(words.DEED_COLUMNS, rows, (0.42, 0.28, 0.3), language)


def _set_balls(certificate: Certificate) -> list[Flowable]:
    language = certificate.first_language
    parameters = parse_parameters(certificate.parameters_text)
    ceremony = parse_ceremony(certificate.ceremony_text)
    order = say_order(parameters).in_order(language)
    story: list[Flowable] = []
    for number, balls in enumerate(parse_draws(ceremony.balls, parameters.physical)):
        title = words.SECOND_DRAW if number else words.BALLS_HEADING
        story.append(KeepTogether([heading(title, language), ball_grid(balls)]))
    return [*story, Spacer(0, 3), *(PlainText(line, SMALL) for line in order)]


def _quota_table(certificate: Certificate) -> Table:
    language = certificate.first_language
    rows = [
        [
            f"{line.step.name} · {TRACKS[line.step.tracks].joined(language)}",
            CATEGORIES[line.step.categories].joined(language),
            f"{line.step.quota:,}",
            f"{line.place_count:,}",
            "–" if line.last_rank is None else f"{line.last_rank:,}",
        ]
        for line in certificate.quotas
    ]
    return ruled_table(words.QUOTA_COLUMNS, rows, (0.4, 0.2, 0.13, 0.12, 0.15), language)


def _set_checks(certificate: Certificate) -> list[Flowable]:
    language = certificate.first_language
    if not certificate.checks:
        return [columns([words.NO_CHECKS], language)]
    rows = [
        [
            words.CHECK_KINDS[check.kind].joined(language),
            _write_moment(check.at),
            (words.PASSED if check.passed else words.FAILED).joined(language),
        ]
        for check in certificate.checks
    ]
    table = ruled_table(words.CHECK_COLUMNS, rows, (0.5, 0.22, 0.28), language)
    return [table, Spacer(0, 3), columns([words.OUR_OWN_WORD], language)]


def _say_given_up(certificate: Certificate) -> list[Bilingual]:
    return [
        words.say_given_up(line.attempt, line.ground, line.officers, _write_moment(line.at))
        for line in certificate.given_up
    ]


def _say_reinstated(certificate: Certificate) -> list[Bilingual]:
    return [words.say_reinstated(*line) for line in certificate.reinstated]


def _set_lines(title: Bilingual, lines: Sequence[Bilingual], language: str) -> list[Flowable]:
    """Set a heading and its lines; nothing where there is none."""
    if not lines:
        return []
    first, *others = (columns([line], language) for line in lines)
    return [KeepTogether([heading(title, language), first]), *others]


def _verify_panel(certificate: Certificate) -> Table:
    language = certificate.first_language
    size = 27 * mm
    first, second = zip(*(step.in_order(language) for step in words.VERIFY_STEPS), strict=True)
    text = [
        *(PlainText(f"{n}. {line}", BODY) for n, line in enumerate(first, 1)),
        *(PlainText(f"{n}. {line}", SECONDARY) for n, line in enumerate(second, 1)),
        PlainText(certificate.url, CELL),
        PlainText(_say_signer(certificate), SMALL),
    ]
    code = QrCode(certificate.url, qrLevel="M", qrBorder=2, width=size, height=size)
    return panel(
        [[text, code]],
        [CONTENT_WIDTH - size - 4 * mm, size + 4 * mm],
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    )


def _say_signer(certificate: Certificate) -> str:
    language = certificate.first_language
    if not certificate.signer:
        return words.NOT_SIGNED.joined(language, DOT)
    return f"{words.SIGNED_LABEL.joined(language)}: {certificate.signer}"


def _write_moment(moment: datetime) -> str:
    """Write a moment in figures, which both languages read alike."""
    return f"{moment.astimezone(HONG_KONG):%Y-%m-%d %H:%M:%S}"
