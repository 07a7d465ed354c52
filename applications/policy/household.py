"""
The household and its application, as plain frozen values.

The shape is the application document of the README: what the web form, the paper form, the API
and the imports all become before a rule looks at it. ``None`` is the document's ``null``.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Channel(StrEnum):
    """How an application came in."""

    ONLINE = "ONLINE"
    PAPER = "PAPER"


class Language(StrEnum):
    """The language in which the applicant wishes to be written to."""

    ZH_HANT = "zh-hant"
    EN = "en"


class Category(StrEnum):
    """With the track, what decides the quota."""

    FAMILY = "FAMILY"
    ONE_PERSON = "ONE_PERSON"


class Track(StrEnum):
    """Whether the application counts for the Youth Scheme quota."""

    YOUTH = "YOUTH"
    GENERAL = "GENERAL"


class Sex(StrEnum):
    """As printed on the identity card."""

    F = "F"
    M = "M"


class MaritalStatus(StrEnum):
    """On the day of signing."""

    UNMARRIED = "UNMARRIED"
    MARRIED = "MARRIED"
    DIVORCED = "DIVORCED"
    WIDOWED = "WIDOWED"
    DIVORCING = "DIVORCING"


class SpouseAbsence(StrEnum):
    """Why the spouse of a married applicant is not on the form."""

    NO_RIGHT_TO_LAND = "NO_RIGHT_TO_LAND"


class Relationship(StrEnum):
    """What a member is to the applicant."""

    SPOUSE = "SPOUSE"
    PARENT = "PARENT"
    CHILD = "CHILD"
    SIBLING = "SIBLING"
    GRANDPARENT = "GRANDPARENT"
    GRANDCHILD = "GRANDCHILD"
    OTHER = "OTHER"


class District(StrEnum):
    """The eighteen districts of Hong Kong: Island, Kowloon, New Territories."""

    CENTRAL_AND_WESTERN = "CENTRAL_AND_WESTERN"
    EASTERN = "EASTERN"
    SOUTHERN = "SOUTHERN"
    WAN_CHAI = "WAN_CHAI"
    KOWLOON_CITY = "KOWLOON_CITY"
    KWUN_TONG = "KWUN_TONG"
    SHAM_SHUI_PO = "SHAM_SHUI_PO"
    WONG_TAI_SIN = "WONG_TAI_SIN"
    YAU_TSIM_MONG = "YAU_TSIM_MONG"
    ISLANDS = "ISLANDS"
    KWAI_TSING = "KWAI_TSING"
    NORTH = "NORTH"
    SAI_KUNG = "SAI_KUNG"
    SHA_TIN = "SHA_TIN"
    TAI_PO = "TAI_PO"
    TSUEN_WAN = "TSUEN_WAN"
    TUEN_MUN = "TUEN_MUN"
    YUEN_LONG = "YUEN_LONG"


class FeeMethod(StrEnum):
    """Card and FPS online; crossed cheque or cashier's order on paper."""

    CARD = "CARD"
    FPS = "FPS"
    CHEQUE = "CHEQUE"
    CASHIER_ORDER = "CASHIER_ORDER"


@dataclass(frozen=True, slots=True)
class Person:
    """
    Somebody on the form.

    ``hkic`` and ``birth_certificate`` are normalised (``A1234563``); exactly one of them is given.
    ``given_name_en`` is ``None`` for somebody whose identity card shows one name only.
    ``resident_since`` is ``None`` for somebody who does not live in Hong Kong.
    """

    hkic: str | None
    birth_certificate: str | None
    name_zh: str | None
    surname_en: str
    given_name_en: str | None
    birth_date: date
    sex: Sex
    marital_status: MaritalStatus
    spouse_absence: SpouseAbsence | None
    resident_since: date | None
    last_owned_property_on: date | None
    previous_subsidy: bool

    @property
    def identity_number(self) -> str:
        """The number that stands for this person: normalised, without brackets."""
        return self.hkic or self.birth_certificate or ""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the form besides the applicant."""

    relationship: Relationship
    person: Person


@dataclass(frozen=True, slots=True)
class Household:
    """The applicant, who signs, and the members."""

    applicant: Person
    members: tuple[Member, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody on the form, the applicant first: person 0, 1, 2 of the reasons."""
        return (self.applicant, *(member.person for member in self.members))

    @property
    def size(self) -> int:
        """How many people are on the form."""
        return 1 + len(self.members)

    @property
    def category(self) -> Category:
        """One person, or a family of two or more."""
        return Category.ONE_PERSON if self.size == 1 else Category.FAMILY


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the applicant is reached. ``phone`` is eight digits."""

    phone: str
    email: str | None
    address: str
    district: District


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the applicant declares; a document without both is not well formed."""

    accurate: bool
    privacy: bool


@dataclass(frozen=True, slots=True)
class PaperDetails:
    """What the counter notes on a paper form. ``postmark_date`` only when it came by post."""

    received_at: datetime
    postmark_date: date | None
    form_serial: str | None


@dataclass(frozen=True, slots=True)
class FeeDetails:
    """How the fee was paid; whether it was, is a `FeeState`."""

    method: FeeMethod
    reference: str | None


@dataclass(frozen=True, slots=True)
class ApplicationDocument:
    """
    One household's application, well formed but not yet judged.

    ``monthly_income_hkd`` is the household's total after statutory MPF contributions. ``paper`` is
    given on the paper channel only; ``fee`` is ``None`` until there is one.
    """

    exercise: str
    channel: Channel
    language: Language
    youth_scheme: bool
    household: Household
    monthly_income_hkd: int
    net_assets_hkd: int
    contact: Contact
    declarations: Declarations
    signed_on: date | None
    paper: PaperDetails | None
    fee: FeeDetails | None
