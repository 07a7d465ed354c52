"""What only a paper application has: the form itself and when it arrived."""

import pgtrigger
from django.db import models

from applications.models.application import Application
from applications.models.exercise import Exercise


class PaperForm(models.Model):
    """A paper form, known by its printed serial number; each serial is keyed once."""

    application = models.OneToOneField(
        Application, models.PROTECT, primary_key=True, related_name="paper_form"
    )
    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="+")
    form_serial = models.CharField(max_length=64, null=True)
    received_at = models.DateTimeField()
    postmark_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "form_serial"], name="one_application_for_each_paper_form"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="paper_form_stays", operation=pgtrigger.Delete | pgtrigger.Update
            )
        ]

    def __str__(self) -> str:
        return self.form_serial or f"application {self.application_id}"
