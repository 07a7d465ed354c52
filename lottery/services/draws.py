"""Run the draw: once, whole, from the register and the ceremony alone."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction

from applications.models import Officer
from applications.services.copying import copy_values
from lottery.ballot.allocation import AllocationLine, allocate
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.parameters import parse_parameters
from lottery.ballot.ranking import RankingLine, rank
from lottery.models import Ceremony, Draw, Place, RankingEntry, Register
from lottery.selectors.progress import check_under_way
from lottery.services.attempt_locks import lock_attempt
from lottery.services.ballot_journal import record_ballot_deed

CHUNK = 10_000


@transaction.atomic
def run_draw(*, ceremony: Ceremony, run_at: datetime, officer: Officer | None = None) -> Draw:
    """
    Rank and allocate, and store both. Calling again returns the stored draw.

    Two calls at the same moment give one draw: the second waits for the first and returns its
    result. Killed at any point, nothing is stored, and the next call gives the same bytes.

    :raises AttemptGivenUp: once two officers have decided on another attempt.
    """
    lock_attempt(ceremony.pk)
    stored = Draw.objects.filter(ceremony=ceremony).first()
    if stored:
        return stored
    register = ceremony.publication.register
    check_under_way(register)
    parameters = parse_parameters(register.params_text)
    record = parse_ceremony(ceremony.ceremony_text)
    keys = _EntryKeys()
    store = _RankingStore(ceremony, keys)
    ranking = rank(keys.watch(_iterate_entries(register)), parameters, record)
    places = list(allocate(store.watch(ranking), parameters.steps))
    _store_places(ceremony, places, keys)
    # Written last: to a draw that is there nothing can be added. The foreign keys of its lines are
    # checked at commit.
    draw = Draw.objects.create(
        ceremony=ceremony,
        run_at=run_at,
        run_by=officer,
        ranked_count=store.count,
        place_count=len(places),
    )
    record_ballot_deed(
        deed="DRAW_RUN",
        register=register,
        recorded_at=run_at,
        officer=officer,
        seed=record.seed,
        ranked=store.count,
        places=len(places),
    )
    return draw


class _EntryKeys:
    """The primary keys of a register's lines by number, 8 bytes each: numbers have no gaps."""

    def __init__(self) -> None:
        self._first_number = 0
        self._keys = array("q")

    def watch(self, entries: Iterable[tuple[int, int, str]]) -> Iterator[str]:
        """Pass on the line of each entry, given as key, number and line in order of number."""
        for key, number, line in entries:
            self._first_number = self._first_number or number
            self._keys.append(key)
            yield line

    def get(self, number: str) -> int:
        return self._keys[int(number) - self._first_number]


class _RankingStore:
    """Writes the ranking chunk by chunk as it passes, so that it need not be held."""

    def __init__(self, ceremony: Ceremony, keys: _EntryKeys) -> None:
        self._ceremony = ceremony
        self._keys = keys
        self.count = 0

    def watch(self, ranking: Iterable[RankingLine]) -> Iterator[RankingLine]:
        """Pass the lines on; each has been written when it is."""
        lines = iter(ranking)
        while chunk := list(islice(lines, CHUNK)):
            self._write(chunk)
            self.count += len(chunk)
            yield from chunk

    def _write(self, lines: Sequence[RankingLine]) -> None:
        draw_id, get_key = self._ceremony.pk, self._keys.get
        copy_values(
            RankingEntry._meta.db_table,
            ("draw_id", "entry_id", "category", "rank", "ballot", "group", "ticket"),
            (
                (draw_id, get_key(number), category, position, ballot, group, ticket)
                for category, position, number, _, ballot, group, ticket in lines
            ),
        )


def _iterate_entries(register: Register) -> Iterator[tuple[int, int, str]]:
    entries = register.entries.order_by("number").values_list("pk", "number", "line")
    return entries.iterator(chunk_size=CHUNK)


def _store_places(ceremony: Ceremony, places: Iterable[AllocationLine], keys: _EntryKeys) -> None:
    copy_values(
        Place._meta.db_table,
        ("draw_id", "entry_id", "step", "sequence"),
        ((ceremony.pk, keys.get(place.number), place.step, place.sequence) for place in places),
    )
