"""E-mails that the portal owes to somebody, and what became of each."""

import pgtrigger
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.models.draft import Draft
from applications.models.encrypted import EncryptedTextField
from applications.models.guards import refuse_truncation
from applications.policy.household import Language


class Message(models.Model):
    """
    One e-mail, owed by a row that is written in the transaction which causes it.

    Its text is written when it is sent, so nothing personal is kept twice; ``address`` is kept
    because a change of address is told to the old one. ``due_at`` moves ahead when a worker takes
    the row, so one that dies gives it back by doing nothing. ``refusal`` is a code, never what a
    server said, which may quote the address.
    """

    class Kind(models.TextChoices):
        DRAFT_LINK = "DRAFT_LINK"
        PAYMENT_REMINDER = "PAYMENT_REMINDER"
        RECEIPT = "RECEIPT"
        CONTACT_CHANGED = "CONTACT_CHANGED"
        WITHDRAWN = "WITHDRAWN"

    kind = models.CharField(max_length=20, choices=Kind)
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="messages")
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="messages")
    language = models.CharField(max_length=8)
    address = EncryptedTextField()
    owed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, application__isnull=True)
                | Q(draft__isnull=True, application__isnull=False),
                name="a_message_is_about_a_draft_or_an_application",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "DRAFT_LINK",
                        "PAYMENT_REMINDER",
                        "RECEIPT",
                        "CONTACT_CHANGED",
                        "WITHDRAWN",
                    ]
                ),
                name="message_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(language__in=[language.value for language in Language]),
                name="message_language_is_known",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True),
                name="a_message_is_sent_or_given_up",
            ),
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(kind__in=["RECEIPT", "WITHDRAWN"]),
                name="an_application_is_told_once",
            ),
            models.UniqueConstraint(
                fields=["draft"],
                condition=Q(kind="PAYMENT_REMINDER"),
                name="a_draft_is_reminded_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["attempts", "due_at", "id"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="messages_due",
            ),
            models.Index(
                fields=["given_up_at"],
                condition=Q(given_up_at__isnull=False),
                name="messages_given_up",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="message_about_an_application_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__application__isnull=False),
            ),
            pgtrigger.Protect(
                name="a_sent_message_stays_sent",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__sent_at__isnull=False),
            ),
            refuse_truncation("messages_stay"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
