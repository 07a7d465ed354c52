"""What only a paper application has: the form itself and when it arrived."""

from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.models.batch import Batch
from applications.models.exercise import Exercise
from applications.models.guards import keep_rows, refuse_rows_where


class PaperForm(models.Model):
    """
    A paper form, known by its printed serial number; each serial is keyed once.

    ``batch`` is the bundle from which it was keyed; an imported form has none.
    """

    application = models.OneToOneField(
        Application, models.PROTECT, primary_key=True, related_name="paper_form"
    )
    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="+")
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, related_name="forms", db_index=False
    )
    form_serial = models.CharField(max_length=64, null=True)
    received_at = models.DateTimeField()
    postmark_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "form_serial"], name="one_application_for_each_paper_form"
            )
        ]
        indexes = [
            models.Index(
                fields=["batch"], condition=Q(batch__isnull=False), name="forms_of_a_batch"
            )
        ]
        triggers = [
            *keep_rows("paper_form_stays"),
            refuse_rows_where(
                "a_form_is_keyed_from_an_open_batch",
                "EXISTS (SELECT 1 FROM new_rows n JOIN applications_batch b ON b.id = n.batch_id"
                " WHERE b.closed_at IS NOT NULL OR b.exercise_id <> n.exercise_id)",
                "a form is keyed from an open batch of its exercise",
            ),
        ]

    def __str__(self) -> str:
        return self.form_serial or f"application {self.application_id}"
