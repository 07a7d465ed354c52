"""Write the deeds of a ballot into the journal, all in the same form."""

from datetime import datetime

from applications.models import Officer
from applications.services.journal import SYSTEM, record_deed
from lottery.models import Register


def record_ballot_deed(
    *,
    deed: str,
    register: Register,
    recorded_at: datetime,
    officer: Officer | None = None,
    **details: object,
) -> None:
    """
    Write one deed of an attempt in the caller's transaction.

    :param details: codes, numbers and hashes; the attempt is added to them.
    """
    record_deed(
        deed=deed,
        subject=f"exercise:{register.exercise.code}",
        recorded_at=recorded_at,
        exercise=register.exercise,
        actor=officer or SYSTEM,
        details={"attempt": register.attempt, **details},
    )
