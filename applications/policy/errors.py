"""What the scheme does not allow, and what a document gets wrong: public codes, never prose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, ClassVar


class Refusal(Exception):
    """
    Something that the scheme does not allow.

    Each kind is a subclass with its own public ``code``, defined where it is raised. The doors
    turn the code into a translated sentence; ``details`` fill that sentence in and hold no
    personal data.
    """

    code: ClassVar[str] = "REFUSED"

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details = details


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing that is wrong with a document.

    :param field: dotted path, ``applicant.hkic`` or ``members.0.birth_date``; empty for the whole.
    :param code: public constant, ``INVALID_HKIC``.
    :param params: what a message needs besides, mostly ``reason``; never what was typed.
    """

    field: str
    code: str
    params: Mapping[str, Any] = dataclass_field(default_factory=dict, hash=False)


class MalformedDocument(Refusal):
    """A document that cannot be screened because it is not well formed. Names every fault."""

    code = "MALFORMED_DOCUMENT"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(fields=[fault.field for fault in self.faults])


class InvalidValue(ValueError):
    """
    One value that is not well formed, before anybody knows which field it belongs to.

    :param code: public constant, ``INVALID_AMOUNT``.
    :param params: ``reason`` tells more exactly what is wrong: ``CENTS``, ``NEGATIVE``.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
