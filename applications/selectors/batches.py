"""Batches of paper forms: which are open, and how far the keying of each has come."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from applications.models import Batch, Exercise, PaperForm

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class ListedBatches:
    """
    A page of batches, each with ``form_count``: how many of its forms have been keyed.

    :ivar older_than: where the next page begins, or ``None`` on the last.
    """

    batches: Sequence[Batch]
    older_than: int | None


def find_open_batches(exercise: Exercise) -> QuerySet[Batch]:
    """Find the batches that are not closed yet."""
    return Batch.objects.filter(exercise=exercise, closed_at=None)


def list_batches(
    exercise: Exercise, *, is_open: bool, older_than: int | None = None
) -> ListedBatches:
    """List a page of the open or of the closed batches, the one registered last first."""
    rows = Batch.objects.filter(exercise=exercise, closed_at__isnull=is_open)
    if older_than is not None:
        rows = rows.filter(pk__lt=older_than)
    counted = rows.select_related("registered_by", "closed_by").annotate(form_count=Count("forms"))
    found = list(counted.order_by("-pk")[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    return ListedBatches(page, page[-1].pk if len(found) > PAGE_SIZE else None)


def list_forms(batch: Batch) -> list[PaperForm]:
    """List the keyed forms of a batch in the order of their application numbers."""
    rows = PaperForm.objects.filter(batch=batch).select_related("application")
    contact = ("phone", "email", "address", "salt")
    deferred = rows.defer(*(f"application__{name}" for name in contact))
    return list(deferred.order_by("application__number"))
