"""Staff of the authority; applicants have no account."""

import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Officer(AbstractUser):
    """Somebody who works on the exercise; known in public records by the reference only."""

    class Role(models.TextChoices):
        CLERK = "CLERK", _("Clerk: keys paper forms and sees the counts")
        OFFICER = "OFFICER", _("Officer: also closes the exercise and runs the ballot")

    reference = models.CharField(
        max_length=32,
        unique=True,
        help_text=_("How public records name this officer, such as officer-1; never a name."),
    )
    role = models.CharField(max_length=16, choices=Role)

    REQUIRED_FIELDS = ["reference", "role"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reference__regex=r"^[a-z0-9][a-z0-9.-]{0,31}$"),
                name="officer_reference_fits_the_ceremony_record",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["CLERK", "OFFICER"]), name="officer_role_is_known"
            ),
        ]
        # Public records name an officer by it for good.
        triggers = [pgtrigger.ReadOnly(name="officer_reference_stays", fields=["reference"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def may_run_ballot(self) -> bool:
        return self.is_active and self.role == self.Role.OFFICER
