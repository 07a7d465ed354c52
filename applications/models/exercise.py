"""One opening of the scheme with its own terms, and the counter that numbers its applications."""

import pgtrigger
from django.db import models

from applications.models.guards import keep_existing
from applications.policy.terms import ExerciseTerms, parse_terms


class Exercise(models.Model):
    """
    An exercise as stored: its published terms are kept whole and never change after opening.

    ``terms`` is the mapping of the terms file and ``terms_sha256`` its hash, by which each
    screening says what it was judged by. The other columns repeat what queries need.
    """

    code = models.CharField(max_length=32, unique=True)
    title_en = models.CharField(max_length=120)
    title_zh_hant = models.CharField(max_length=120)
    terms = models.JSONField()
    terms_sha256 = models.CharField(max_length=64)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    demonstration = models.BooleanField()
    loaded_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="When an officer closed it.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="exercise_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Z0-9-]{1,32}$"),
                name="exercise_code_fits_the_draw_name",
            ),
        ]
        triggers = [
            *keep_existing("exercise_stays"),
            pgtrigger.Protect(
                name="terms_stay_once_open",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.opens_at <= now() AND ("
                    "OLD.code, OLD.terms, OLD.terms_sha256, OLD.opens_at, OLD.closes_at,"
                    " OLD.demonstration) IS DISTINCT FROM ("
                    "NEW.code, NEW.terms, NEW.terms_sha256, NEW.opens_at, NEW.closes_at,"
                    " NEW.demonstration)"
                ),
            ),
            pgtrigger.Protect(
                name="closing_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def parsed_terms(self) -> ExerciseTerms:
        return parse_terms(self.terms)


class NumberCounter(models.Model):
    """
    The last application number issued in an exercise.

    A row of its own, so that its lock, taken by the last statement but one of a submission, is
    soon given back. Numbers have no gaps because the register must have none.
    """

    exercise = models.OneToOneField(
        Exercise, models.PROTECT, primary_key=True, related_name="number_counter"
    )
    last_number = models.PositiveIntegerField()
    accepts = models.BooleanField(
        default=True,
        help_text="False once the exercise is closed; read in the statement that issues a number.",
    )

    def __str__(self) -> str:
        return str(self.last_number)
