"""
Screening: who may apply, by what the form declares. Documents are checked after the ballot.

Each rule is one function that says against whom of the household it speaks: 0 is the applicant,
n the nth member. Reasons do not stop at the first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from applications.policy import timetable, youth
from applications.policy.fees import FeeState, find_fee_reason
from applications.policy.household import (
    ApplicationDocument,
    Category,
    MaritalStatus,
    Relationship,
    Track,
)
from applications.policy.reasons import Reason, ReasonCode
from applications.policy.terms import ExerciseTerms

RULE_ORDER = {code: position for position, code in enumerate(ReasonCode)}


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """What screening found. ``track`` is settled even when the application is ineligible."""

    eligible: bool
    category: Category
    track: Track
    reasons: tuple[Reason, ...]

    @property
    def codes(self) -> list[str]:
        """The reason codes in their fixed order, each once."""
        return list(dict.fromkeys(reason.code.value for reason in self.reasons))


def screen(
    document: ApplicationDocument,
    terms: ExerciseTerms,
    *,
    fee_state: FeeState,
    duplicate_reasons: Iterable[str] = (),
    withdrawn: bool = False,
) -> ScreeningResult:
    """
    Judge a document by the terms of its exercise and name every reason against it.

    :param fee_state: ``NOT_YET_DUE`` while a household is only checked.
    :param duplicate_reasons: what `find_duplicates` found for this application.
    :returns: reasons in the order of `ReasonCode`, of one code in the order of the people.
    """
    reasons = [*_find_household_reasons(document, terms), *_find_form_reasons(document, terms)]
    reasons += [Reason(ReasonCode(code)) for code in duplicate_reasons]
    if fee_reason := find_fee_reason(fee_state):
        reasons.append(Reason(fee_reason))
    if withdrawn:
        reasons.append(Reason(ReasonCode.WITHDRAWN))
    reasons.sort(key=lambda reason: (RULE_ORDER[reason.code], reason.person or 0))
    return ScreeningResult(
        eligible=not reasons,
        category=document.household.category,
        track=find_track(document, terms),
        reasons=tuple(reasons),
    )


def screen_by_itself(document: ApplicationDocument, terms: ExerciseTerms) -> ScreeningResult:
    """
    Judge a document by what it says, without a look at any other form.

    A paper form comes with its fee or is unpaid; online, the fee is not yet due.
    """
    if document.fee is not None:
        fee_state = FeeState.PAID
    else:
        is_paper = document.paper is not None
        fee_state = FeeState.UNPAID if is_paper else FeeState.NOT_YET_DUE
    return screen(document, terms, fee_state=fee_state)


def describe_result(result: ScreeningResult) -> dict[str, Any]:
    """Give a result as the JSON that ``screen_household`` prints."""
    return {
        "eligible": result.eligible,
        "category": result.category.value,
        "track": result.track.value,
        "reasons": result.codes,
    }


def find_track(document: ApplicationDocument, terms: ExerciseTerms) -> Track:
    """Give the track. Opting in without qualifying is no fault: the track is GENERAL."""
    return Track.YOUTH if youth.assess_document(document, terms).counts else Track.GENERAL


def is_applicant_too_young(document: ApplicationDocument, terms: ExerciseTerms) -> bool:
    """
    Tell whether the applicant is under 18 on the closing date.

    Source: Housing Authority, terms of WSM 2024.
    """
    birth_date = document.household.applicant.birth_date
    return timetable.age_on(timetable.closing_date(terms), birth_date) < terms.minimum_age


def is_resident_too_briefly(document: ApplicationDocument, terms: ExerciseTerms) -> bool:
    """
    Tell whether the applicant has lived in Hong Kong for less than seven years on the closing date.

    Only the applicant's residence counts. Source: read for HOS and taken over.
    """
    since = document.household.applicant.resident_since
    return (
        since is None
        or timetable.age_on(timetable.closing_date(terms), since) < terms.residence_years
    )


def is_income_over_limit(document: ApplicationDocument, terms: ExerciseTerms) -> bool:
    """
    Tell whether the household's monthly income, net of statutory MPF, is over its band's limit.

    An income equal to the limit is within it. Source: Housing Authority, terms of the exercise.
    """
    one_person = document.household.category is Category.ONE_PERSON
    limits = terms.limits
    limit_hkd = limits.income_one_person_hkd if one_person else limits.income_family_hkd
    return document.monthly_income_hkd > limit_hkd


def are_assets_over_limit(document: ApplicationDocument, terms: ExerciseTerms) -> bool:
    """
    Tell whether the household's net assets are over its band's limit.

    Assets equal to the limit are within it. Source: Housing Authority, terms of the exercise.
    """
    one_person = document.household.category is Category.ONE_PERSON
    limits = terms.limits
    limit_hkd = limits.assets_one_person_hkd if one_person else limits.assets_family_hkd
    return document.net_assets_hkd > limit_hkd


def find_owners(document: ApplicationDocument, terms: ExerciseTerms) -> Iterator[int]:
    """
    Find who owned or co-owned domestic property in Hong Kong within the window.

    From 24 months before the closing date on. Source: Housing Authority, terms of WSM 2024.
    """
    window_start = timetable.property_window_start(terms)
    for position, person in enumerate(document.household.people):
        owned_on = person.last_owned_property_on
        if owned_on is not None and owned_on >= window_start:
            yield position


def find_subsidised(document: ApplicationDocument) -> Iterator[int]:
    """
    Find who has benefited, or whose spouse has, from a subsidised purchase scheme before.

    Source: Housing Authority, terms of WSM 2024.
    """
    for position, person in enumerate(document.household.people):
        if person.previous_subsidy:
            yield position


def is_spouse_missing(document: ApplicationDocument) -> bool:
    """
    Tell whether a married applicant's spouse is not on the form without a lawful cause.

    Divorced and widowed applicants are not married; the only cause left is that the spouse has no
    right to land in Hong Kong. Somebody in divorce proceedings is not held to it either: the
    decree is a matter of vetting. Source: read for HOS and taken over; the last is our assumption.
    """
    household = document.household
    return (
        household.applicant.marital_status is MaritalStatus.MARRIED
        and household.applicant.spouse_absence is None
        and all(member.relationship is not Relationship.SPOUSE for member in household.members)
    )


def _find_household_reasons(
    document: ApplicationDocument, terms: ExerciseTerms
) -> Iterator[Reason]:
    if is_applicant_too_young(document, terms):
        yield Reason(ReasonCode.APPLICANT_UNDER_18, 0)
    if is_resident_too_briefly(document, terms):
        yield Reason(ReasonCode.RESIDENT_UNDER_SEVEN_YEARS, 0)
    if is_income_over_limit(document, terms):
        yield Reason(ReasonCode.INCOME_OVER_LIMIT)
    if are_assets_over_limit(document, terms):
        yield Reason(ReasonCode.ASSETS_OVER_LIMIT)
    for position in find_owners(document, terms):
        yield Reason(ReasonCode.OWNED_PROPERTY_IN_WINDOW, position)
    for position in find_subsidised(document):
        yield Reason(ReasonCode.PREVIOUS_SUBSIDY, position)
    if is_spouse_missing(document):
        yield Reason(ReasonCode.SPOUSE_NOT_ON_FORM, 0)


def _find_form_reasons(document: ApplicationDocument, terms: ExerciseTerms) -> Iterator[Reason]:
    if document.paper is not None and timetable.was_received_late(document.paper, terms):
        yield Reason(ReasonCode.RECEIVED_LATE)
    if document.paper is not None and timetable.is_postmark_outside_period(document.paper, terms):
        yield Reason(ReasonCode.POSTMARK_OUTSIDE_PERIOD)
    if document.signed_on is None:
        yield Reason(ReasonCode.NOT_SIGNED)
    if timetable.is_signed_outside_period(document.signed_on, terms):
        yield Reason(ReasonCode.SIGNED_OUTSIDE_PERIOD)
