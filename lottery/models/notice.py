"""What is handed out with a published commitment: the signed notice, and a timestamp of it."""

import pgtrigger
from django.db import models

from applications.models.guards import keep_existing, keep_rows, refuse_row_where
from lottery.models.register import Publication


class CommitmentNotice(models.Model):
    """The notice of a commitment as a signed PDF, kept as the bytes that were signed."""

    publication = models.OneToOneField(
        Publication, models.PROTECT, primary_key=True, related_name="notice"
    )
    pdf = models.BinaryField()
    pdf_sha256 = models.CharField(max_length=64)
    signer = models.CharField(max_length=200, help_text="Subject of the signing certificate.")
    signed_at = models.DateTimeField()

    class Meta:
        triggers = [
            *keep_rows("notice_stays"),
            refuse_row_where(
                "notice_is_what_its_hash_says",
                "NEW.pdf_sha256 <> encode(sha256(NEW.pdf), 'hex')"
                " OR substring(NEW.pdf FROM 1 FOR 5) <> convert_to('%PDF-', 'UTF8')",
                "a notice is a PDF with this hash",
            ),
        ]

    def __str__(self) -> str:
        return str(self.publication_id)


class TimestampRequest(models.Model):
    """
    A request to a timestamping authority (RFC 3161) for the commitment; sent until answered.

    ``request`` is the DER of a TimeStampReq whose message imprint is C.
    """

    publication = models.OneToOneField(
        Publication, models.PROTECT, primary_key=True, related_name="timestamp_request"
    )
    request = models.BinaryField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_fault = models.CharField(max_length=200, blank=True)

    class Meta:
        triggers = [
            *keep_existing("timestamp_request_stays"),
            refuse_row_where(
                "timestamp_is_asked_for_the_commitment",
                "position((SELECT decode(commitment_sha256, 'hex') FROM lottery_register"
                " WHERE id = NEW.publication_id) IN NEW.request) = 0",
                "a timestamp is asked for the commitment",
            ),
            pgtrigger.ReadOnly(
                name="timestamp_request_is_as_made", fields=["publication", "request", "made_at"]
            ),
        ]

    def __str__(self) -> str:
        return str(self.publication_id)


class TimestampToken(models.Model):
    """The authority's answer, kept as it came: the DER of a TimeStampResp."""

    request = models.OneToOneField(
        TimestampRequest, models.PROTECT, primary_key=True, related_name="token"
    )
    response = models.BinaryField()
    authority = models.CharField(max_length=200, help_text="Subject of the authority's certificate")
    stamped_at = models.DateTimeField(help_text="The time in the token")
    stored_at = models.DateTimeField()

    class Meta:
        triggers = keep_rows("timestamp_token_stays")

    def __str__(self) -> str:
        return str(self.request_id)
