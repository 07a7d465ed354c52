"""Every judgement on an application, with the terms it was judged by."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from applications.models.application import Application
from applications.models.guards import keep_rows


class Screening(models.Model):
    """
    One screening of one application; a changed judgement is a further row.

    ``findings`` names each reason as ``CODE`` (the whole application) or ``CODE:n`` (person n of
    the form, 0 is the applicant).
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="screenings")
    sequence = models.PositiveSmallIntegerField()
    screened_at = models.DateTimeField()
    terms_sha256 = models.CharField(max_length=64)
    eligible = models.BooleanField()
    category = models.CharField(max_length=10)
    track = models.CharField(max_length=8)
    findings = ArrayField(models.CharField(max_length=48), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "sequence"], name="one_screening_for_each_sequence"
            ),
            models.CheckConstraint(
                condition=models.Q(eligible=True, findings=[])
                | (models.Q(eligible=False) & ~models.Q(findings=[])),
                name="a_screening_that_refuses_says_why",
            ),
        ]
        triggers = keep_rows("screening_stays")

    def __str__(self) -> str:
        return f"{self.application_id}/{self.sequence}"
