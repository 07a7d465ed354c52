"""Find the exercise that a staff page is about."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from applications.models import Exercise
from applications.selectors.clock import read_clock
from applications.selectors.exercises import find_current_exercise

ExerciseView = Callable[..., HttpResponseBase]


def for_exercise(view: ExerciseView) -> ExerciseView:
    """Hand a view the exercise whose code stands in the address; an unknown code is a 404."""

    @wraps(view)
    def find(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponseBase:
        return view(request, get_object_or_404(Exercise, code=code), **kwargs)

    return find


def go_to_current(request: HttpRequest, name: str) -> HttpResponse:
    """Lead from an address without an exercise to the one that staff work on now."""
    exercise = find_current_exercise(at=read_clock())
    return redirect(name, exercise.code) if exercise else redirect("staff:home")
