"""What stands between a closed exercise and its frozen register, each matter with its page."""

from dataclasses import dataclass
from enum import StrEnum

from applications.models import Exercise, OwedWork
from applications.policy.errors import Refusal
from applications.policy.status import ApplicationState
from applications.selectors.batches import find_open_batches
from applications.selectors.duplicates import find_unsettled
from applications.selectors.payments import find_pending, find_unmatched


class FreezeChecklistOpen(Refusal):
    """
    The register is not frozen while something is unfinished.

    ``details["items"]`` maps the code of each open item to how many there are.
    """

    code = "FREEZE_CHECKLIST_OPEN"


class FreezeMatter(StrEnum):
    """What must be finished, in the order of the list."""

    UNSCREENED = "UNSCREENED"
    SCREENING_OWED = "SCREENING_OWED"
    OPEN_BATCHES = "OPEN_BATCHES"
    UNSETTLED_DUPLICATES = "UNSETTLED_DUPLICATES"
    PENDING_PAYMENTS = "PENDING_PAYMENTS"
    UNMATCHED_PAYMENTS = "UNMATCHED_PAYMENTS"


@dataclass(frozen=True, slots=True)
class FreezeItem:
    """
    One line of the list.

    :ivar count: how many are open; 0 when it is done.
    :ivar page: name of the address, which takes the code of the exercise, where they are listed.
    :ivar part: which part of that page, ``?state=RECEIVED`` or ``#pending``.
    """

    matter: FreezeMatter
    count: int
    page: str
    part: str = ""

    @property
    def is_done(self) -> bool:
        return self.count == 0


@dataclass(frozen=True, slots=True)
class FreezeChecklist:
    """Everything that must be finished before a register is frozen."""

    items: tuple[FreezeItem, ...]

    @property
    def is_clear(self) -> bool:
        return all(item.is_done for item in self.items)

    @property
    def open_items(self) -> dict[str, int]:
        """How many are open by the code of the matter; what is done is left out."""
        return {item.matter.value: item.count for item in self.items if not item.is_done}


def get_freeze_checklist(exercise: Exercise) -> FreezeChecklist:
    """
    Count what is unfinished before the register can be frozen.

    Each count reads an index of the unfinished alone, however many applications there are. An
    application is owed its first screening from the moment at which it is stored, so what is owed
    tells what is unscreened; the register itself takes no line of an unscreened application.
    """
    owed = OwedWork.objects.filter(
        kind=OwedWork.Kind.SCREENING, done_at=None, application__exercise=exercise
    )
    unscreened = owed.filter(application__state=ApplicationState.RECEIVED.value)
    owed_again = owed.exclude(application__state=ApplicationState.RECEIVED.value)
    return FreezeChecklist(
        (
            FreezeItem(
                FreezeMatter.UNSCREENED,
                unscreened.count(),
                "staff:applications",
                "?state=RECEIVED",
            ),
            FreezeItem(FreezeMatter.SCREENING_OWED, owed_again.count(), "staff:applications"),
            FreezeItem(
                FreezeMatter.OPEN_BATCHES, find_open_batches(exercise).count(), "staff:batches"
            ),
            FreezeItem(
                FreezeMatter.UNSETTLED_DUPLICATES,
                find_unsettled(exercise).count(),
                "staff:duplicates",
            ),
            FreezeItem(
                FreezeMatter.PENDING_PAYMENTS,
                find_pending(exercise).count(),
                "staff:payments",
                "#pending",
            ),
            FreezeItem(
                FreezeMatter.UNMATCHED_PAYMENTS,
                find_unmatched(exercise).count(),
                "staff:payments",
                "#unmatched",
            ),
        )
    )


def check_freeze_checklist(exercise: Exercise) -> None:
    """
    Refuse to go on while something is unfinished.

    :raises FreezeChecklistOpen: naming every open item.
    """
    checklist = get_freeze_checklist(exercise)
    if not checklist.is_clear:
        raise FreezeChecklistOpen(items=checklist.open_items)
