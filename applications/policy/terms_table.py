"""Reading the tables of an exercise's terms: every key once, every figure checked, none left."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from applications.policy.errors import Refusal
from applications.policy.hong_kong_time import HONG_KONG


class MalformedTerms(Refusal):
    """
    Terms that cannot be used.

    :param path: the table and key at fault, ``youth.below_age``.
    :param reason: ``MISSING``, ``UNKNOWN_KEY``, ``WRONG_TYPE``, ``NEGATIVE``, ``BLANK``,
        ``NO_TIME_ZONE``, ``CLOSES_BEFORE_OPENING``, ``FEWER_LETTERS_THAN_PLACES`` …
    """

    code = "MALFORMED_TERMS"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path=path, reason=reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class TermsTable:
    """
    One table of the terms while it is read. Every table names its ``source``.

    Each method takes one key out of the table; `finish` refuses what nobody asked for.
    """

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, Mapping):
            raise MalformedTerms(path, "MISSING" if value is None else "WRONG_TYPE")
        self.path = path
        self._left: dict[str, Any] = dict(value)
        self.source = self.text("source")

    def _take(self, key: str, kind: type) -> Any:
        if key not in self._left:
            raise MalformedTerms(f"{self.path}.{key}", "MISSING")
        value = self._left.pop(key)
        if type(value) is not kind:
            raise MalformedTerms(f"{self.path}.{key}", "WRONG_TYPE")
        return value

    def text(self, key: str) -> str:
        """Take a text that is not blank."""
        value: str = self._take(key, str)
        if not value.strip():
            raise MalformedTerms(f"{self.path}.{key}", "BLANK")
        return value

    def number(self, key: str) -> int:
        """Take a whole number, zero or more: dollars, places, years, months."""
        value: int = self._take(key, int)
        if value < 0:
            raise MalformedTerms(f"{self.path}.{key}", "NEGATIVE")
        return value

    def flag(self, key: str) -> bool:
        """Take a true or false."""
        value: bool = self._take(key, bool)
        return value

    def moment(self, key: str) -> datetime:
        """Take a time with its offset, ISO 8601 as JSON holds it, and give it in Hong Kong's."""
        text = self.text(key)
        try:
            value = datetime.fromisoformat(text)
        except ValueError as error:
            raise MalformedTerms(f"{self.path}.{key}", "NOT_A_TIME") from error
        if value.tzinfo is None:
            raise MalformedTerms(f"{self.path}.{key}", "NO_TIME_ZONE")
        return value.astimezone(HONG_KONG)

    def tables(self, key: str) -> "list[TermsTable]":
        """Take a list of tables, at least one."""
        values: list[object] = self._take(key, list)
        if not values:
            raise MalformedTerms(f"{self.path}.{key}", "MISSING")
        return [TermsTable(value, f"{self.path}.{key}.{i}") for i, value in enumerate(values)]

    def finish(self) -> None:
        """Refuse a key that no rule reads: a figure that has no effect is a mistake."""
        for key in self._left:
            raise MalformedTerms(f"{self.path}.{key}", "UNKNOWN_KEY")
