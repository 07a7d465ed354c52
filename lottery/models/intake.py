"""The intake log: what had been received by the end of each day, in a form nobody can rewrite."""

from django.db import models

from applications.models import Application, Exercise
from applications.models.guards import keep_rows, refuse_row_where, refuse_rows_where
from applications.policy.timetable import HONG_KONG
from lottery.ballot import intake_log

HEAD_IS_NOT_THE_NEXT = """NEW.size
        <> (SELECT count(*) FROM lottery_intakeleaf WHERE exercise_id = NEW.exercise_id)
    OR NEW.sequence <> 1 + (
        SELECT count(*) FROM lottery_intakehead WHERE exercise_id = NEW.exercise_id)
    OR NEW.taken_at <= (
        SELECT max(taken_at) FROM lottery_intakehead WHERE exercise_id = NEW.exercise_id)
    OR EXISTS (SELECT 1 FROM lottery_register WHERE exercise_id = NEW.exercise_id)"""


class IntakeLeaf(models.Model):
    """
    One application as the intake log holds it: its number, and who stands behind it (IDC).

    Written once, some time after the application; the register's line repeats it.
    """

    application = models.OneToOneField(
        Application, models.PROTECT, primary_key=True, related_name="intake_leaf"
    )
    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="intake_leaves")
    number = models.PositiveIntegerField()
    identity_commitment = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "intake leaves"
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "number"], name="one_intake_leaf_for_each_number"
            )
        ]
        triggers = [
            *keep_rows("intake_leaf_stays"),
            refuse_rows_where(
                "intake_leaf_is_of_its_application",
                "EXISTS (SELECT 1 FROM new_rows n JOIN applications_application a"
                " ON a.id = n.application_id"
                " WHERE a.number <> n.number OR a.exercise_id <> n.exercise_id)",
                "a leaf has the number and the exercise of its application",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class IntakeHead(models.Model):
    """
    One signed head of the intake log: size and root of all leaves so far.

    The columns are the fields of a line of intake-log.txt; ``proof`` and ``signature`` are empty
    where the line has ``-``.
    """

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="intake_heads")
    sequence = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    size = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    journal = models.CharField(max_length=96)
    proof = models.TextField(blank=True)
    signature = models.CharField(max_length=160, blank=True)
    signer_pem = models.CharField(
        max_length=400, blank=True, help_text="The public key of the signature."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "sequence"], name="one_intake_head_for_each_sequence"
            ),
            models.UniqueConstraint(
                fields=["exercise", "taken_at"], name="one_intake_head_at_a_time"
            ),
        ]
        triggers = [
            *keep_rows("intake_head_stays"),
            refuse_row_where(
                "intake_head_is_the_next",
                HEAD_IS_NOT_THE_NEXT,
                "a head counts the leaves there are and follows the one before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id}/{self.sequence}"

    def as_published(self) -> intake_log.IntakeHead:
        """Return the head as a line of intake-log.txt has it."""
        return intake_log.IntakeHead(
            at=self.taken_at.astimezone(HONG_KONG),
            size=self.size,
            root=self.root,
            previous=self.previous,
            journal=self.journal,
            proof=tuple(self.proof.split(",")) if self.proof else (),
            signature=self.signature or None,
        )
