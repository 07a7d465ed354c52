"""The ceremony, what two officers keyed of it, and the one draw that follows."""

from django.db import models
from django.db.models import Q

from applications.models import Officer
from applications.models.guards import (
    is_no_ballot_officer,
    is_not_now,
    keep_rows,
    refuse_row_where,
    refuse_rows_where,
)
from lottery.models.register import IS_SUPERSEDED, Publication, RegisterEntry

# What the record of a ceremony must agree with; the service says the same in words.
CEREMONY_IS_OUT_OF_ORDER = f"""NOT EXISTS (
    SELECT 1 FROM lottery_publication p JOIN lottery_register r ON r.id = p.register_id
    WHERE r.id = NEW.publication_id
    AND p.ceremony_from <= LEAST(NEW.recorded_at, clock_timestamp())
    AND date_trunc('second', p.ceremony_from)
        <= substring(NEW.ceremony_text FROM 'drawn_at=([0-9T:+-]+)')::timestamptz
    AND position('commitment=' || r.commitment_sha256 || chr(10) IN NEW.ceremony_text) > 0
    AND substring(NEW.ceremony_text FROM 'drawn_at=([0-9T:+-]+)')::timestamptz <= NEW.recorded_at
    AND NOT {IS_SUPERSEDED.format(register="r.id")})"""  # noqa: S608 - constants only

CEREMONY_IS_THERE = (
    "EXISTS (SELECT 1 FROM lottery_ceremony WHERE publication_id = NEW.publication_id)"
)
DRAW_IS_NOT_WHOLE = f"""{is_not_now("run_at")}
    OR NEW.ranked_count
        <> (SELECT count(*) FROM lottery_rankingentry WHERE draw_id = NEW.ceremony_id)
    OR NEW.ranked_count <> (
        SELECT count(*) FROM lottery_rankingentry r
        JOIN lottery_registerentry e ON e.id = r.entry_id AND e.register_id = NEW.ceremony_id
        AND e.category = r.category AND e.status = 'A' WHERE r.draw_id = NEW.ceremony_id)
    OR NEW.place_count <> (SELECT count(*) FROM lottery_place WHERE draw_id = NEW.ceremony_id)
    OR NEW.ranked_count <> (
        SELECT substring(commitment_text FROM 'active=([0-9]+)')::integer
        FROM lottery_register WHERE id = NEW.ceremony_id)"""  # noqa: S608 - constants only


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
        triggers = [
            *keep_rows("ball_keying_stays"),
            refuse_row_where(
                "balls_wait_for_their_time",
                "NOT EXISTS (SELECT 1 FROM lottery_publication p"
                " WHERE p.register_id = NEW.publication_id"
                " AND p.ceremony_from <= LEAST(NEW.keyed_at, clock_timestamp()))",
                "no ball is keyed before the waiting period is over",
            ),
            refuse_row_where(
                "balls_are_keyed_now",
                f"{is_not_now('keyed_at')} OR {is_no_ballot_officer('officer_id')}"
                f" OR {CEREMONY_IS_THERE}",
                "an officer keys balls when they are drawn, until the ceremony is on record",
            ),
        ]

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
        triggers = [
            *keep_rows("ceremony_stays"),
            refuse_row_where(
                "ceremony_follows_its_commitment",
                CEREMONY_IS_OUT_OF_ORDER,
                "a ceremony follows a published commitment and its waiting period",
            ),
            refuse_row_where(
                "ceremony_is_recorded_now",
                is_not_now("recorded_at"),
                "a ceremony is recorded at the time that it says",
            ),
        ]

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
        triggers = [
            *keep_rows("draw_stays"),
            refuse_row_where(
                "superseded_ceremony_is_not_drawn",
                IS_SUPERSEDED.format(register="NEW.ceremony_id"),
                "this attempt has been given up for another",
            ),
            refuse_row_where(
                "draw_is_whole", DRAW_IS_NOT_WHOLE, "a draw ranks everybody who is in it, now"
            ),
        ]

    def __str__(self) -> str:
        return str(self.ceremony_id)


class RankingEntry(models.Model):
    """One line of the ranking: rank 1 is first in its category."""

    # The constraints below are the indexes; whose rank it is, the draw's own row answers for. No
    # line is there without a draw, though.
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="ranking", db_index=False)
    entry = models.ForeignKey(
        RegisterEntry,
        models.PROTECT,
        related_name="ranking_entries",
        db_index=False,
        db_constraint=False,
    )
    category = models.CharField(max_length=1)
    rank = models.PositiveIntegerField()
    ballot = models.CharField(max_length=8)
    group = models.PositiveSmallIntegerField()
    ticket = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "ranking entries"
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "draw"], name="one_ranking_entry_for_each_application"
            ),
            models.UniqueConstraint(
                fields=["draw", "category", "rank"], name="one_application_for_each_rank"
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="the_first_rank_is_one"),
        ]
        triggers = [
            *keep_rows("ranking_is_final"),
            # A draw's own row is written last.
            refuse_rows_where(
                "ranking_is_complete",
                "EXISTS (SELECT 1 FROM lottery_draw WHERE ceremony_id IN"
                " (SELECT DISTINCT draw_id FROM new_rows))",
                "nothing is added to a draw that was made",
            ),
        ]

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
        triggers = [
            *keep_rows("allocation_is_final"),
            refuse_rows_where(
                "allocation_is_complete",
                "EXISTS (SELECT 1 FROM lottery_draw WHERE ceremony_id IN"
                " (SELECT DISTINCT draw_id FROM new_rows))",
                "nothing is added to a draw that was made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}{self.sequence}"


class DrawCheck(models.Model):
    """
    That a stored draw was recomputed by something else than what made it, and what came of it.

    ``output`` is what the checker printed: counts, hashes, numbers; no personal data.
    """

    class Kind(models.TextChoices):
        SQL = "SQL"
        VERIFIER = "VERIFIER"

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=8, choices=Kind)
    passed = models.BooleanField()
    output = models.CharField(max_length=4000)
    checked_at = models.DateTimeField()

    class Meta:
        triggers = keep_rows("draw_check_stays")

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.kind}"
