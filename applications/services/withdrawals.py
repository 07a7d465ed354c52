"""Take an application out of the ballot because its applicant says so."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from applications.models import Application, Exercise, Message, OwedWork
from applications.policy.errors import Refusal
from applications.policy.reasons import ReasonCode
from applications.policy.status import ApplicationState, check_state_change
from applications.selectors.freezing import is_frozen
from applications.selectors.households import CONTACT, find_sharing_applications
from applications.services.journal import APPLICANT, record_deed
from applications.services.messages import owe_message


class RegisterFrozen(Refusal):
    """The register is frozen, so no line of it can change: nobody withdraws any more."""

    code = "REGISTER_FROZEN"


@transaction.atomic
def withdraw_application(*, application_id: int, withdrawn_at: datetime) -> Application:
    """
    Withdraw an application for good. Again: nothing, and the first moment stays.

    Waits for a register that is being frozen and makes the next one wait, so a withdrawal is a line
    ``XW`` of the register or is refused. The fee is kept. Forms that came while this one stood
    collide with it as before; see :mod:`applications.policy.duplicates`.

    :raises RegisterFrozen: once the register of its exercise is frozen.
    :raises StateChangeNotAllowed: from a state that allows no withdrawal.
    """
    exercise = _lock_exercise(application_id)
    locked = _lock_with_sharing(exercise, application_id)
    application = locked[application_id]
    if application.state == ApplicationState.WITHDRAWN:
        return application
    if is_frozen(exercise):
        raise RegisterFrozen
    check_state_change(ApplicationState(application.state), ApplicationState.WITHDRAWN)
    application.state = ApplicationState.WITHDRAWN.value
    application.reasons = [*application.reasons, ReasonCode.WITHDRAWN.value]
    application.withdrawn_at = withdrawn_at
    application.save(update_fields=["state", "reasons", "withdrawn_at"])
    _owe_screenings(locked.values(), withdrawn_at)
    record_deed(
        deed="APPLICATION_WITHDRAWN",
        subject=f"application:{application.pk}",
        recorded_at=withdrawn_at,
        exercise=exercise,
        actor=APPLICANT,
    )
    _owe_confirmation(application, withdrawn_at)
    return application


def _lock_exercise(application_id: int) -> Exercise:
    """Keep the register from being frozen meanwhile; submissions need not wait for this lock."""
    locked = Exercise.objects.select_for_update(of=["self"], no_key=True)
    return locked.get(applications=application_id)


def _lock_with_sharing(exercise: Exercise, application_id: int) -> dict[int, Application]:
    """Lock in order of id, as screening does, so that the two never wait in a circle."""
    ids = find_sharing_applications(exercise, [application_id])
    rows = Application.objects.select_for_update().filter(pk__in=ids).defer(*CONTACT)
    return {row.pk: row for row in rows.order_by("pk")}


def _owe_screenings(applications: Iterable[Application], withdrawn_at: datetime) -> None:
    """
    Owe a new judgement to the forms that came after the withdrawal.

    They do not collide with it, but may have been judged before it was stored.
    """
    later: Sequence[Application] = [
        application for application in applications if application.received_at > withdrawn_at
    ]
    OwedWork.objects.bulk_create(
        (
            OwedWork(
                kind=OwedWork.Kind.SCREENING,
                application=application,
                owed_at=withdrawn_at,
                due_at=withdrawn_at,
            )
            for application in later
        ),
        ignore_conflicts=True,  # what is owed already will see the withdrawal
    )


def _owe_confirmation(application: Application, withdrawn_at: datetime) -> None:
    if application.email:
        owe_message(
            kind=Message.Kind.WITHDRAWN,
            address=application.email,
            language=application.language,
            owed_at=withdrawn_at,
            application=application,
        )
