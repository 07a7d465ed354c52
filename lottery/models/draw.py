"""The ceremony, what two officers keyed of it, and the one draw that follows."""

import pgtrigger
from django.db import models
from django.db.models import Q

from applications.models import Officer
from lottery.models.register import FROZEN, Publication, RegisterEntry


class BallKeying(models.Model):
    """
    What one officer keyed of the balls. Nothing is corrected: keying again is a further row, and
    the officer's last one counts.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="ball_keyings")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    sequence = models.PositiveSmallIntegerField()
    balls = models.CharField(max_length=400)
    keyed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "officer", "sequence"],
                name="one_keying_for_each_officer_and_sequence",
            )
        ]
        triggers = [pgtrigger.Protect(name="ball_keying_stays", operation=FROZEN)]

    def __str__(self) -> str:
        return f"{self.publication_id}/{self.officer_id}/{self.sequence}"


class Ceremony(models.Model):
    """
    The settled record of the public ceremony: none without a published commitment, and one only.

    ``ceremony_text`` is ceremony.txt as it is published; it holds the seed.
    """

    publication = models.OneToOneField(
        Publication, models.PROTECT, primary_key=True, related_name="ceremony"
    )
    ceremony_text = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "ceremonies"
        triggers = [pgtrigger.Protect(name="ceremony_stays", operation=FROZEN)]

    def __str__(self) -> str:
        return str(self.publication_id)


class Draw(models.Model):
    """The one execution of the ballot on a ceremony; its ranking and places hang on it."""

    ceremony = models.OneToOneField(Ceremony, models.PROTECT, primary_key=True, related_name="draw")
    run_at = models.DateTimeField()
    run_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    ranked_count = models.PositiveIntegerField()
    place_count = models.PositiveIntegerField()

    class Meta:
        triggers = [pgtrigger.Protect(name="draw_stays", operation=FROZEN)]

    def __str__(self) -> str:
        return str(self.ceremony_id)


class RankingEntry(models.Model):
    """One line of the ranking: rank 1 is first in its category."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="ranking")
    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="ranking_entries")
    category = models.CharField(max_length=1)
    rank = models.PositiveIntegerField()
    ballot = models.CharField(max_length=8)
    group = models.PositiveSmallIntegerField()
    ticket = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "ranking entries"
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "entry"], name="one_ranking_entry_for_each_application"
            ),
            models.UniqueConstraint(
                fields=["draw", "category", "rank"], name="one_application_for_each_rank"
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="the_first_rank_is_one"),
        ]
        indexes = [
            models.Index(fields=["draw", "category", "group", "rank"], name="ranking_by_group")
        ]
        triggers = [pgtrigger.Protect(name="ranking_is_final", operation=FROZEN)]

    def __str__(self) -> str:
        return f"{self.category}{self.rank}"


class Place(models.Model):
    """Who takes a place of which step, before any disposition."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="places")
    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="places")
    step = models.CharField(max_length=16)
    sequence = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "entry"], name="one_place_for_each_application"
            ),
            models.UniqueConstraint(
                fields=["draw", "step", "sequence"], name="one_application_for_each_place"
            ),
        ]
        triggers = [pgtrigger.Protect(name="allocation_is_final", operation=FROZEN)]

    def __str__(self) -> str:
        return f"{self.step}{self.sequence}"
