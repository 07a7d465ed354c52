"""
Application documents of households that do not exist, for demonstrations, rehearsals and tests.

The same arguments give the same documents, one after another, in constant memory. Everything in
them shows that it is invented: see `applications.synthetic.people`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from applications.policy.hong_kong_time import HONG_KONG
from applications.policy.household import Channel, District, Language
from applications.policy.terms import ExerciseTerms
from applications.policy.timetable import add_months, closing_date
from applications.synthetic.chooser import Chooser, Quota
from applications.synthetic.households import HouseholdKind, make_household

PEOPLE_OF_A_HOUSEHOLD = 6
DISTRICTS = tuple(district.value for district in District)
LANGUAGES = (Language.ZH_HANT.value,) * 4 + (Language.EN.value,)
BLEMISHES = (
    "INCOME", "ASSETS", "PROPERTY", "SUBSIDY", "SIGNATURE", "FEE", "RESIDENCE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mixture:
    """
    What households are wanted; each count is met exactly.

    :param youth_share: of all applications, rounded down to a whole number.
    :param paper_share: likewise; the others come online.
    :param duplicate_count: paper forms with somebody who is on an earlier form too.
    :param ineligible_count: paper forms that screening will find something against. Online nobody
        pays for an application that could not enter the ballot, so there are none.
    """

    family_count: int
    one_person_count: int
    youth_share: Fraction = Fraction(0)
    paper_share: Fraction = Fraction(0)
    duplicate_count: int = 0
    ineligible_count: int = 0

    @property
    def total(self) -> int:
        return self.family_count + self.one_person_count


def spread_moments(*, count: int, first_at: datetime, last_at: datetime) -> Iterator[datetime]:
    """Give ``count`` moments in order, evenly from the first on and before the last."""
    for position in range(count):
        yield first_at + (last_at - first_at) * position / count


def generate_documents(
    *,
    seed: int,
    terms: ExerciseTerms,
    mixture: Mixture,
    first_at: datetime,
    last_at: datetime,
    first_serial: int = 1,
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """
    Generate application documents in the order in which they arrive, each with when it does.

    :param first_at: timezone-aware; arrivals are spread from here to ``last_at``.
    :param first_serial: paper forms are numbered from here, and people from six times as much, so
        runs whose serials do not overlap share nobody.
    :raises ValueError: more duplicates and ineligible forms wanted than there are paper forms, or
        youth where the exercise has no Youth Scheme.
    """
    if mixture.youth_share and terms.youth is None:
        raise ValueError(f"{terms.code} has no Youth Scheme.")
    plan = _Plan(seed, mixture)
    chooser = Chooser(seed, "households")
    earlier: dict[bool, dict[str, Any]] = {}
    duplicates_owed = 0
    moments = spread_moments(count=mixture.total, first_at=first_at, last_at=last_at)
    for serial, moment in enumerate(moments, start=first_serial):
        entry = plan.take()
        household = make_household(
            chooser, kind=entry.kind, first_person=serial * PEOPLE_OF_A_HOUSEHOLD, terms=terms
        )
        duplicates_owed += entry.is_duplicate
        may_repeat = entry.is_paper and not entry.is_ineligible
        if duplicates_owed and may_repeat and entry.kind.is_youth in earlier:
            _repeat_person(household, earlier[entry.kind.is_youth])
            duplicates_owed -= 1
        document = _complete(chooser, household, serial=serial, at=moment, entry=entry, terms=terms)
        if entry.is_ineligible:
            _blemish(document, chooser.one_of(BLEMISHES), terms)
        elif not entry.is_paper:
            earlier[entry.kind.is_youth] = household["applicant"]
        yield moment, document


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one position of the plan is to be."""

    kind: HouseholdKind
    is_paper: bool
    is_duplicate: bool
    is_ineligible: bool


class _Plan:
    """Deal categories, tracks and channels to the positions, each independently of the others."""

    def __init__(self, seed: int, mixture: Mixture) -> None:
        total = mixture.total
        papers = int(total * mixture.paper_share)
        others = papers - mixture.duplicate_count
        self._families = _make_quota(seed, "families", mixture.family_count, total)
        self._youths = _make_quota(seed, "youths", int(total * mixture.youth_share), total)
        self._papers = _make_quota(seed, "papers", papers, total)
        self._duplicates = _make_quota(seed, "duplicates", mixture.duplicate_count, papers)
        self._ineligible = _make_quota(seed, "ineligible", mixture.ineligible_count, others)

    def take(self) -> _Entry:
        kind = HouseholdKind(is_family=self._families.take(), is_youth=self._youths.take())
        is_paper = self._papers.take()
        is_duplicate = is_paper and self._duplicates.take()
        is_ineligible = is_paper and not is_duplicate and self._ineligible.take()
        return _Entry(kind, is_paper, is_duplicate, is_ineligible)


def _make_quota(seed: int, purpose: str, chosen: int, total: int) -> Quota:
    return Quota(Chooser(seed, purpose), chosen=chosen, total=total)


def _repeat_person(household: dict[str, Any], person: dict[str, Any]) -> None:
    """Put somebody from an earlier form on this one: as the last member, or as the applicant."""
    if household["members"]:
        household["members"][-1] = {"relationship": "OTHER", **person}
    else:
        household["applicant"] = person


def _complete(
    chooser: Chooser,
    household: dict[str, Any],
    *,
    serial: int,
    at: datetime,
    entry: _Entry,
    terms: ExerciseTerms,
) -> dict[str, Any]:
    at = at.astimezone(HONG_KONG)
    channel = Channel.PAPER if entry.is_paper else Channel.ONLINE
    methods = ("CHEQUE", "CASHIER_ORDER") if entry.is_paper else ("CARD", "FPS")
    document = {
        "exercise": terms.code,
        "channel": channel.value,
        "language": chooser.one_of(LANGUAGES),
        **household,
        "contact": _make_contact(chooser, serial, with_email=not entry.is_paper),
        "declarations": {"accurate": True, "privacy": True},
        "signed_on": at.date().isoformat(),
        "fee": {"method": chooser.one_of(methods), "reference": f"SYN-{serial:08d}"},
    }
    if entry.is_paper:
        document["paper"] = {
            "received_at": at.isoformat(timespec="seconds"),
            "postmark_date": None,
            "form_serial": f"SYN-{serial:08d}",
        }
    return document


def _make_contact(chooser: Chooser, serial: int, *, with_email: bool) -> dict[str, Any]:
    return {
        "phone": f"2000{serial % 10_000:04d}",
        "email": f"household-{serial}@example.org" if with_email else None,
        "address": f"Flat {serial % 40 + 1}, Synthetic House, {serial % 99 + 1} Example Street",
        "district": chooser.one_of(DISTRICTS),
    }


def _blemish(document: dict[str, Any], blemish: str, terms: ExerciseTerms) -> None:
    """Give a form one thing that screening will find."""
    applicant = document["applicant"]
    closing = closing_date(terms)
    match blemish:
        case "INCOME":
            document["monthly_income_hkd"] = terms.limits.income_family_hkd + 1_500
        case "ASSETS":
            document["net_assets_hkd"] = terms.limits.assets_family_hkd + 20_000
        case "PROPERTY":
            applicant["last_owned_property_on"] = add_months(closing, -6).isoformat()
        case "SUBSIDY":
            applicant["previous_subsidy"] = True
        case "RESIDENCE":
            applicant["resident_since"] = add_months(closing, -5 * 12).isoformat()
        case "SIGNATURE":
            document["signed_on"] = None
        case _:
            document["fee"] = None
