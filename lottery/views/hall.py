"""The display for the hall and the camera: large, in both languages, nothing to press."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.models import Exercise
from applications.policy.hong_kong_time import HONG_KONG
from applications.selectors.clock import read_clock
from applications.views.rights import Right, requires
from lottery.ballot.ceremony import Ceremony as CeremonyRecord
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.commitment import parse_commitment
from lottery.models import Register
from lottery.selectors.keyings import KeyingState, get_keying_state, split_balls
from lottery.selectors.progress import BallotProgress, Stage, get_progress
from lottery.selectors.results import DrawSummary, StepSummary, summarise_draw
from lottery.selectors.waiting import WaitingTime, find_waiting_time
from lottery.templatetags.ballot_tags import moment, step_name

CHINESE, ENGLISH = "zh-hant", "en"
STAGES: dict[Stage, Promise] = {
    Stage.OPEN: _("Applications are open"),
    Stage.CLOSED: _("Applications are closed: the register is being prepared"),
    Stage.FROZEN: _("The register is frozen: its commitment comes next"),
    Stage.PUBLISHED: _("The balls are drawn and keyed by two officers separately"),
    Stage.CEREMONY_SETTLED: _("The ceremony is on record: the draw comes next"),
    Stage.DRAWN: _("The draw has been run: anybody can recompute it"),
}
WAITING = _("The commitment is public: balls may be drawn from")
ONE_KEYED = _("One officer has keyed the balls: the second keys them separately")
THIRD_LOOK = _("The two officers saw different balls: a third look is under way")
ALL_DIFFER = _("Three officers saw different balls: all of them look again")
AGREED = _("Two officers have keyed the same balls separately")
SECOND_DRAW = _("The second draw is being keyed by two officers separately")


class BothLanguages(NamedTuple):
    """The same words in the two languages, shown together."""

    zh: str
    en: str


class HallRow(NamedTuple):
    """A line of the result: whom it is about, and figures."""

    label: BothLanguages
    places: str
    last_rank: str


@never_cache
@require_safe
@requires(Right.RUN_BALLOT)
def show_hall(request: HttpRequest, code: str) -> HttpResponse:
    """Show the whole display; it reads itself anew by asking for the same page."""
    progress = get_progress(get_object_or_404(Exercise, code=code))
    context = describe_hall(progress)
    is_part = getattr(request, "htmx", False)
    template = "lottery/console/hall_screen.html" if is_part else "lottery/console/hall.html"
    return render(request, template, context)


def describe_hall(progress: BallotProgress) -> dict[str, Any]:
    """Gather what the hall may see: never one officer's own entry."""
    publication, now = progress.publication, read_clock()
    keyings = get_keying_state(publication) if publication else None
    waiting = find_waiting_time(publication, now)
    record = parse_ceremony(progress.ceremony.ceremony_text) if progress.ceremony else None
    exercise = progress.exercise
    return {
        "exercise": exercise,
        "progress": progress,
        "title": BothLanguages(exercise.title_zh_hant, exercise.title_en),
        "said": say_in_both(_tell_stage(progress, keyings, waiting)),
        "commitment": progress.register if publication else None,
        "waiting": waiting,
        "starts": _write_moment(waiting),
        "draws": _list_draws(keyings, record),
        "record": record,
        "counts": _count_lines(progress.register) if publication else [],
        "rows": _list_rows(summarise_draw(progress.draw)) if progress.draw else [],
        "clock": now.astimezone(HONG_KONG).strftime("%H:%M:%S"),
    }


def say_in_both(text: Promise | str) -> BothLanguages:
    """Say the same in Chinese and in English."""
    with override(CHINESE):
        chinese = str(text)
    with override(ENGLISH):
        return BothLanguages(chinese, str(text))


def _tell_stage(
    progress: BallotProgress, keyings: KeyingState | None, waiting: WaitingTime | None
) -> Promise:
    if progress.stage is not Stage.PUBLISHED or keyings is None:
        return STAGES[progress.stage]
    if waiting:
        return WAITING
    if keyings.is_disputed:
        return THIRD_LOOK if keyings.needs_third_look else ALL_DIFFER
    if keyings.agreeing:
        return AGREED
    if keyings.has_second_draw:
        return SECOND_DRAW
    return ONE_KEYED if keyings.latest else STAGES[Stage.PUBLISHED]


def _write_moment(waiting: WaitingTime | None) -> BothLanguages | None:
    if waiting is None:
        return None
    with override(CHINESE):
        chinese = moment(waiting.until)
    with override(ENGLISH):
        return BothLanguages(chinese, moment(waiting.until))


def _list_draws(keyings: KeyingState | None, record: CeremonyRecord | None) -> list[list[str]]:
    """List the balls draw by draw, once they are on record or two officers agree."""
    if record:
        return [split_balls(draw) for draw in record.balls.split("/")]
    if keyings is None:
        return []
    agreed = keyings.agreeing[0].balls if keyings.agreeing else keyings.agreed_first_draw
    return [split_balls(draw) for draw in agreed.split("/") if draw]


def _count_lines(register: Register | None) -> list[tuple[BothLanguages, str]]:
    """Count what the commitment binds, as commitment.txt has it."""
    if register is None:
        return []
    commitment = parse_commitment(register.commitment_text)
    return [
        (say_in_both(_("lines of the register")), f"{commitment.line_count:,}"),
        (say_in_both(_("applications in the draw")), f"{commitment.active_count:,}"),
    ]


def _list_rows(summary: DrawSummary) -> list[HallRow]:
    return [_write_row(row) for row in summary.steps]


def _write_row(row: StepSummary) -> HallRow:
    with override(CHINESE):
        chinese = step_name(row.step)
    with override(ENGLISH):
        label = BothLanguages(chinese, step_name(row.step))
    return HallRow(label, f"{row.place_count:,}", f"{row.last.rank:,}" if row.last else "–")
