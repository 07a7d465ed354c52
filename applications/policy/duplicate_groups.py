"""
Which forms hang together because they share people: what an officer looks at as one matter.

Source: as :mod:`applications.policy.duplicates`, by whose rule two forms collide.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence

from applications.policy.duplicates import DuplicateEntry

Number = int | str


def group_duplicates(entries: Iterable[DuplicateEntry]) -> list[tuple[Number, ...]]:
    """
    Group the applications that collide, however long the chain of shared people between them.

    A form that collides with nobody is in no group. The order of ``entries`` does not matter, and
    time is that of sorting each person's forms.

    :returns: the groups in ascending order, the numbers of each likewise.
    """
    groups = _Groups()
    for forms in _list_shared(entries):
        for one, other in _link_colliding(forms):
            groups.join(one.number, other.number)
    return groups.list()


def _list_shared(entries: Iterable[DuplicateEntry]) -> Iterator[Sequence[DuplicateEntry]]:
    """Give, for each person who is on more than one form, those forms."""
    forms: dict[Hashable, list[DuplicateEntry]] = {}
    for entry in entries:
        for identity, _role in entry.people:
            forms.setdefault(identity, []).append(entry)
    return (shared for shared in forms.values() if len(shared) > 1)


def _link_colliding(
    forms: Sequence[DuplicateEntry],
) -> Iterator[tuple[DuplicateEntry, DuplicateEntry]]:
    """Give pairs of colliding forms of one person, as few as join all that hang together."""
    ordered = sorted(forms, key=lambda form: form.received_at)
    lasting = ordered[0]
    for form in ordered[1:]:
        if form.received_at <= lasting.stands_until:
            yield lasting, form
        lasting = max(lasting, form, key=lambda one: one.stands_until)


class _Groups:
    """Numbers that were joined, each pointing at another of its group or at itself."""

    def __init__(self) -> None:
        self._towards: dict[Number, Number] = {}

    def join(self, one: Number, other: Number) -> None:
        self._towards[self._find(one)] = self._find(other)

    def list(self) -> list[tuple[Number, ...]]:
        members: dict[Number, list[Number]] = {}
        for number in self._towards:
            members.setdefault(self._find(number), []).append(number)
        return sorted(tuple(sorted(group)) for group in members.values())

    def _find(self, number: Number) -> Number:
        towards = self._towards
        towards.setdefault(number, number)
        while towards[number] != number:
            towards[number] = number = towards[towards[number]]
        return number
