"""Answers of the API, kept so that the same request gets the same answer."""

from django.db import models
from django.db.models import Q

from applications.models.encrypted import EncryptedTextField


class IdempotencyKey(models.Model):
    """
    A key that a caller chose for one request, and the answer that the request got.

    Written in the transaction of the deed itself: either both are there or neither. Key and request
    are kept as keyed hashes, the answer encrypted. Old rows are deleted.
    """

    key_hash = models.BinaryField(max_length=32, unique=True)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body_json = EncryptedTextField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__gte=200, status__lt=500),
                name="a_kept_answer_has_a_status",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
