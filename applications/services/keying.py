"""Key one paper form at the counter."""

from datetime import datetime
from uuid import UUID

from applications.models import Application, Batch, Exercise, Officer
from applications.policy.errors import Refusal
from applications.policy.fees import FeeState
from applications.policy.household import ApplicationDocument, Channel
from applications.services.application_rows import Arrival
from applications.services.intake import store_application


class NotAPaperForm(Refusal):
    """Only paper forms are keyed or imported; an online application is its applicant's own deed."""

    code = "NOT_A_PAPER_FORM"


def key_paper_form(
    *,
    exercise: Exercise,
    document: ApplicationDocument,
    submission_key: UUID,
    keyed_at: datetime,
    officer: Officer,
    batch: Batch | None = None,
) -> tuple[Application, bool]:
    """
    Store a paper form; return its application and whether it is new.

    Calling again with the same key returns the stored application. Faults of the form itself
    (late, unsigned, unpaid) are stored and judged by screening: the household gets an answer.

    :param batch: from which the form was taken; it counts towards the batch's declared count.
    :raises NotAPaperForm, ExerciseNotOpenYet, ExerciseClosed, PaperFormAlreadyKeyed, BatchClosed.
    """
    return store_application(
        exercise=exercise,
        terms=exercise.parsed_terms,
        document=document,
        arrival=describe_arrival(
            document,
            submission_key=submission_key,
            recorded_at=keyed_at,
            officer=officer,
            batch=batch,
        ),
    )


def describe_arrival(
    document: ApplicationDocument,
    *,
    submission_key: UUID,
    recorded_at: datetime,
    officer: Officer | None,
    batch: Batch | None = None,
) -> Arrival:
    """
    Say how a paper form arrived: it was received when it was stamped, whenever it is keyed.

    :raises NotAPaperForm: for a document of another channel.
    """
    if document.channel is not Channel.PAPER or document.paper is None:
        raise NotAPaperForm
    return Arrival(
        submission_key=submission_key,
        received_at=document.paper.received_at,
        recorded_at=recorded_at,
        fee_state=FeeState.PAID if document.fee else FeeState.UNPAID,
        recorded_by=officer,
        batch_id=batch.pk if batch else None,
    )
