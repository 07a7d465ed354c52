"""Judge a document that is not yet submitted, as screening would."""

from applications.models import Exercise
from applications.models.identity import hash_identity
from applications.policy.eligibility import ScreeningResult, screen
from applications.policy.fees import FeeState
from applications.policy.household import ApplicationDocument
from applications.policy.reasons import ReasonCode
from applications.policy.terms import ExerciseTerms
from applications.selectors.households import find_numbers_of_people


def assess_document(
    *, exercise: Exercise, terms: ExerciseTerms, document: ApplicationDocument
) -> ScreeningResult:
    """
    Judge a document before any fee is asked, with whoever is on another application already.

    That somebody is on another one is said; on which one, and with whom, is not.
    """
    keys = [hash_identity(person) for person in document.household.people]
    shared = find_numbers_of_people(exercise, keys)
    return screen(
        document,
        terms,
        fee_state=FeeState.NOT_YET_DUE,
        duplicate_reasons=[ReasonCode.DUPLICATE_PERSON] if shared else [],
    )
