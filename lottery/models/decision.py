"""Decisions of two officers on a ballot: to hold another attempt, to reinstate an application."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from applications.models import Officer
from applications.models.guards import (
    is_no_ballot_officer,
    is_not_now,
    keep_existing,
    refuse_row_where,
)
from lottery.models.draw import Draw
from lottery.models.register import Register, RegisterEntry


class TwoOfficerDecision(models.Model):
    """
    What one officer proposes in writing and another approves; without approval it has no effect.

    ``statement`` is public: it holds no personal data.
    """

    statement = models.CharField(max_length=2000)
    proposed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_approved(self) -> bool:
        return self.approved_at is not None


def _constrain_decision(name: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            condition=~Q(approved_by=F("proposed_by")), name=f"two_officers_decide_on_a_{name}"
        ),
        models.CheckConstraint(
            condition=Q(approved_by=None, approved_at=None)
            | Q(approved_by__isnull=False, approved_at__isnull=False),
            name=f"a_{name}_is_approved_by_somebody",
        ),
        models.CheckConstraint(condition=~Q(statement=""), name=f"a_{name}_has_a_ground"),
    ]


def _keep_decision(name: str) -> list[pgtrigger.Trigger]:
    """An approval is added once, by another statement; nothing else ever changes."""
    return [
        refuse_row_where(
            f"{name}_is_proposed_first",
            f"NEW.approved_at IS NOT NULL OR {is_not_now('proposed_at')}"
            f" OR {is_no_ballot_officer('proposed_by_id')}",
            "a decision is proposed by an officer before another one approves",
        ),
        refuse_row_where(
            f"{name}_is_approved_by_an_officer",
            is_no_ballot_officer("approved_by_id"),
            "only an officer approves",
            operation=pgtrigger.Update,
        ),
        *keep_existing(f"{name}_stays"),
        pgtrigger.ReadOnly(name=f"{name}_is_as_proposed", exclude=["approved_by", "approved_at"]),
        pgtrigger.Protect(
            name=f"{name}_approval_is_final",
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__approved_at__isnull=False),
        ),
    ]


class Reballot(TwoOfficerDecision):
    """
    That an attempt is given up for another one, and why. The attempt given up stays public.

    Source: WSM-BALLOT/1, replays, mistakes and appeals, rule 4.
    """

    class Ground(models.TextChoices):
        COMMITMENT_DIFFERS = "COMMITMENT_DIFFERS"
        CEREMONY_VOID = "CEREMONY_VOID"
        ORDERED_BY_AUTHORITY = "ORDERED_BY_AUTHORITY"

    register = models.ForeignKey(Register, models.PROTECT, related_name="reballots")
    ground = models.CharField(max_length=24, choices=Ground)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register"],
                condition=Q(approved_at__isnull=False),
                name="an_attempt_is_given_up_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    ground__in=["COMMITMENT_DIFFERS", "CEREMONY_VOID", "ORDERED_BY_AUTHORITY"]
                ),
                name="reballot_ground_is_known",
            ),
            *_constrain_decision("reballot"),
        ]
        triggers = [
            *_keep_decision("reballot"),
            refuse_row_where(
                "a_seed_that_is_known_stays",
                "NEW.ground = 'CEREMONY_VOID' AND EXISTS"
                " (SELECT 1 FROM lottery_ceremony WHERE publication_id = NEW.register_id)",
                "a ceremony on record is not void",
                operation=pgtrigger.Insert | pgtrigger.Update,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register_id}/{self.ground}"


class Reinstatement(TwoOfficerDecision):
    """
    That a wrongly excluded application gets its ticket under the same seed, and a place in
    addition if its ticket would have had one; nobody else's rank or place changes.

    ``rank_after`` counts the ranked applications of its category that come before it. ``step`` is
    the quota whose place it would have been given, empty when none.

    Source: WSM-BALLOT/1, replays, mistakes and appeals, rule 2.
    """

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="reinstatements")
    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="reinstatements")
    ballot = models.CharField(max_length=8)
    group = models.PositiveSmallIntegerField()
    ticket = models.CharField(max_length=64)
    rank_after = models.PositiveIntegerField()
    step = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "entry"],
                condition=Q(approved_at__isnull=False),
                name="an_application_is_reinstated_once",
            ),
            *_constrain_decision("reinstatement"),
        ]
        triggers = [
            *_keep_decision("reinstatement"),
            refuse_row_where(
                "only_the_excluded_are_reinstated",
                "NOT EXISTS (SELECT 1 FROM lottery_registerentry WHERE id = NEW.entry_id"
                " AND register_id = NEW.draw_id AND status <> 'A')",
                "only an excluded application of the same register is reinstated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.entry_id}"
