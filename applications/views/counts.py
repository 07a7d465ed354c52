"""Live submission counts: one fragment for everybody who looks, refreshed by itself."""

import time
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from applications.models import Exercise
from applications.policy.household import Category, Channel, Track
from applications.policy.timetable import HONG_KONG
from applications.selectors.clock import read_clock
from applications.selectors.counts import SubmissionCounts, get_counts
from applications.templatetags.state_tags import get_state_tag
from applications.views.exercise_pages import for_exercise, go_to_current
from applications.views.rights import Right, requires

# A figure is at most this old when a browser asks, and browsers ask each second: under two
# seconds from an application's arrival to the screen.
FRAGMENT_NS = 500_000_000
CACHE_SECONDS = 1


@require_GET
@requires(Right.SEE_COUNTS)
def choose_counts(request: HttpRequest) -> HttpResponse:
    """Lead to the counts of the exercise that staff work on now."""
    return go_to_current(request, "staff:counts")


@require_GET
@requires(Right.SEE_COUNTS)
@never_cache
@for_exercise
def show_counts(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """Show the page with the figures as they are now."""
    context = {"exercise": exercise, "figures": get_figures(exercise)}
    return render(request, "staff/counts.html", context)


@require_GET
@requires(Right.SEE_COUNTS)
@never_cache
@for_exercise
def show_figures(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """Answer the fragment that the page asks for again and again."""
    return HttpResponse(get_figures(exercise))


def get_figures(exercise: Exercise) -> str:
    """Return the fragment, rendered once for all who look in the same half second."""
    moment = time.time_ns() // FRAGMENT_NS
    key = f"counts:{exercise.code}:{get_language()}:{moment}"
    figures = cache.get_or_set(key, lambda: render_figures(exercise), CACHE_SECONDS)
    return str(figures)


def render_figures(exercise: Exercise) -> str:
    """Count and render."""
    counts = get_counts(exercise=exercise, as_at=read_clock())
    context = {
        "exercise": exercise,
        "counts": counts,
        "as_at": counts.as_at.astimezone(HONG_KONG),
        "charts": [
            build_chart("channel", _("By channel"), counts.by_channel, counts.total),
            build_chart("track", _("By quota"), counts.by_track, counts.total),
            build_chart("category", _("By category"), counts.by_category, counts.total),
        ],
        "cross": build_cross_table(counts),
        "total": f"{counts.total:,}",
        "press": write_figures(counts),
    }
    return render_to_string("staff/figures.html", context)


def write_figures(counts: SubmissionCounts) -> dict[str, str]:
    """Write the sums out by the value that they count, as a sentence quotes them."""
    sums = {**counts.by_channel, **counts.by_track, **counts.by_category}
    return {"total": f"{counts.total:,}", **{value: f"{n:,}" for value, n in sums.items()}}


def build_chart(name: str, title: str, sums: dict[str, int], total: int) -> dict[str, Any]:
    """Give the bars of one cut; a bar's length is its share of all, in whole per cent."""
    return {
        "name": name,
        "title": title,
        "rows": [
            {
                "label": get_state_tag(value)["text"],
                "value": f"{count:,}",
                "percent": 100 * count // total if total else 0,
            }
            for value, count in sums.items()
        ],
    }


def build_cross_table(counts: SubmissionCounts) -> dict[str, Any]:
    """Give channel and track against category, with the sums of both."""
    rows = []
    for channel in Channel:
        for track in Track:
            cells = [counts.cells[channel.value, track.value, kind.value] for kind in Category]
            words = (get_state_tag(channel.value)["text"], get_state_tag(track.value)["text"])
            rows.append([f"{words[0]} · {words[1]}", *_format([*cells, sum(cells)])])
    sums = [counts.by_category[kind.value] for kind in Category]
    return {
        "columns": [
            _("Channel and quota"),
            *(str(get_state_tag(kind.value)["text"]) for kind in Category),
            _("Total"),
        ],
        "rows": rows,
        "totals": [_("Total"), *_format([*sums, counts.total])],
    }


def _format(numbers: list[int]) -> list[str]:
    return [f"{number:,}" for number in numbers]
