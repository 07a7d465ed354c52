"""The append-only, hash-chained record of deeds; operators' logs are something else."""

from django.db import models

from applications.models.exercise import Exercise
from applications.models.guards import keep_rows


class JournalEntry(models.Model):
    """
    One deed: what was done to what, by whom, when. Ids and codes only, never personal data.

    An entry is written in the deed's own transaction. It joins the chain when it is sealed.
    """

    exercise = models.ForeignKey(Exercise, models.PROTECT, null=True, related_name="+")
    deed = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    actor = models.CharField(max_length=40)
    details = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "journal entries"
        indexes = [models.Index(fields=["subject", "id"], name="journal_of_a_subject")]
        triggers = keep_rows("journal_entry_stays")

    def __str__(self) -> str:
        return f"{self.deed} {self.subject}"


class JournalSeal(models.Model):
    """
    An entry's place in the chain: ``chain_sha256`` covers the entry and the seal before it.

    Sealing is apart from writing because a chain has one end, and everybody who submits at the
    same moment would wait for it.
    """

    position = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="seal")
    chain_sha256 = models.CharField(max_length=64)

    class Meta:
        triggers = keep_rows("journal_seal_stays")

    def __str__(self) -> str:
        return str(self.position)
