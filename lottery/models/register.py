"""The frozen register of an exercise, and the publication of its commitment."""

from django.db import models
from django.db.models import F, Q

from applications.models import Application, Exercise, Officer
from applications.models.guards import (
    is_not_now,
    keep_rows,
    refuse_row_where,
    refuse_rows_where,
)

IS_SUPERSEDED = (
    "EXISTS (SELECT 1 FROM lottery_reballot"
    " WHERE register_id = {register} AND approved_at IS NOT NULL)"
)
FREEZING = "(SELECT frozen_at FROM lottery_register WHERE id = NEW.register_id)"

# What a register must hold when its own row is written, which is the last of it: a line for every
# application of its exercise, under its number. Judged at once, for a foreign key for each of a
# million lines locks as many applications.
REGISTER_IS_PARTIAL = """(
    SELECT count(*) FROM applications_application WHERE exercise_id = NEW.exercise_id
) <> (
    SELECT count(*) FROM lottery_registerentry WHERE register_id = NEW.id
) OR EXISTS (
    SELECT count(*) FROM lottery_registerentry e JOIN applications_application a
    ON a.id = e.application_id AND a.number = e.number AND a.exercise_id = NEW.exercise_id
    WHERE e.register_id = NEW.id
    HAVING count(*) <> (SELECT count(*) FROM lottery_registerentry WHERE register_id = NEW.id)
)"""


class Register(models.Model):
    """
    The list admitted to one attempt of the ballot, with its commitment; never changed.

    The texts are stored as they are hashed and published. ``commitment_sha256`` is C.
    """

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="registers")
    attempt = models.PositiveSmallIntegerField()
    follows = models.OneToOneField(
        "lottery.Reballot",
        models.PROTECT,
        null=True,
        related_name="next_register",
        help_text="The approved decision to ballot again; none for the first attempt.",
    )
    params_text = models.TextField()
    commitment_text = models.TextField()
    commitment_sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "attempt"], name="one_register_for_each_attempt"
            ),
            models.CheckConstraint(
                condition=Q(commitment_sha256__regex=r"^[0-9a-f]{64}$"),
                name="a_commitment_is_a_hash",
            ),
            models.CheckConstraint(
                condition=Q(attempt=1, follows=None) | Q(attempt__gt=1, follows__isnull=False),
                name="a_further_attempt_follows_a_decision",
            ),
        ]
        triggers = [
            *keep_rows("register_is_frozen"),
            refuse_row_where(
                "register_follows_closing",
                "(SELECT closed_at FROM applications_exercise WHERE id = NEW.exercise_id) IS NULL",
                "a register is frozen after its exercise was closed",
            ),
            refuse_row_where(
                "register_is_whole",
                REGISTER_IS_PARTIAL,
                "a register has a line for every application of its exercise",
            ),
            refuse_row_where(
                "further_attempt_is_approved",
                "NEW.follows_id IS NOT NULL AND NOT EXISTS ("
                "SELECT 1 FROM lottery_reballot b JOIN lottery_register r ON r.id = b.register_id"
                " WHERE b.id = NEW.follows_id AND b.approved_at IS NOT NULL"
                " AND r.exercise_id = NEW.exercise_id AND r.attempt = NEW.attempt - 1)",
                "a further attempt follows an approved decision on the one before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id}/{self.attempt}"


class RegisterEntry(models.Model):
    """One line of a register, as it is hashed, beside the columns that queries need."""

    # The constraints below are the indexes; whose line it is, the register's own row answers for.
    register = models.ForeignKey(Register, models.PROTECT, related_name="entries", db_index=False)
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="register_entries",
        db_index=False,
        db_constraint=False,
    )
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=2)
    category = models.CharField(max_length=1)
    track = models.CharField(max_length=1)
    line = models.CharField(max_length=160)

    class Meta:
        verbose_name_plural = "register entries"
        constraints = [
            models.UniqueConstraint(
                fields=["register", "number"], name="one_register_line_for_each_number"
            ),
            models.UniqueConstraint(
                fields=["application", "register"], name="one_register_line_for_each_application"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["A", "XD", "XI", "XN", "XV", "XW"]),
                name="register_status_is_known",
            ),
        ]
        triggers = [
            *keep_rows("register_line_is_frozen"),
            # A register's own row is written last, so whatever comes after it comes too late.
            refuse_rows_where(
                "register_is_complete",
                "EXISTS (SELECT 1 FROM lottery_register WHERE id IN"
                " (SELECT DISTINCT register_id FROM new_rows))",
                "no line is added to a frozen register",
            ),
        ]

    def __str__(self) -> str:
        return self.line


class RegisterBlock(models.Model):
    """
    The root of one block of a register's tree, so that a proof need not read every line.

    Block ``index`` holds the lines from ``index * BLOCK_LINES`` on; see ``selectors/registers.py``.
    """

    register = models.ForeignKey(Register, models.PROTECT, related_name="blocks")
    index = models.PositiveIntegerField()
    root = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register", "index"], name="one_root_for_each_block_of_a_register"
            )
        ]
        triggers = [
            *keep_rows("register_block_stays"),
            refuse_rows_where(
                "register_blocks_are_complete",
                "EXISTS (SELECT 1 FROM lottery_register WHERE id IN"
                " (SELECT DISTINCT register_id FROM new_rows))",
                "no block is added to a frozen register",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register_id}/{self.index}"


class Publication(models.Model):
    """
    That the commitment was made public, before any ball was drawn.

    ``ceremony_from`` is the end of the waiting period: no ball is keyed and no ceremony is
    recorded before it.
    """

    register = models.OneToOneField(
        Register, models.PROTECT, primary_key=True, related_name="publication"
    )
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    ceremony_from = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ceremony_from__gte=F("published_at")),
                name="the_ceremony_follows_the_publication",
            )
        ]
        triggers = [
            *keep_rows("publication_stays"),
            refuse_row_where(
                "publication_is_now",
                f"{is_not_now('published_at')} OR NEW.published_at < {FREEZING}",
                "a commitment is published now, after its register was frozen",
            ),
            refuse_row_where(
                "superseded_register_is_not_published",
                IS_SUPERSEDED.format(register="NEW.register_id"),
                "this attempt has been given up for another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.register_id)
