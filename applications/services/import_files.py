"""
Read a file of application documents line by line: JSON Lines, or CSV with dotted headers.

Nothing here keeps more than one document in memory, and no line is longer than a document may be.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO

from applications.policy.document import load_json_document, unflatten_row
from applications.policy.document_header import find_header_faults
from applications.policy.document_json import MAXIMUM_DOCUMENT_BYTES
from applications.policy.errors import Fault, MalformedDocument

SKIPPED_BYTES = 1 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class FileFormat(StrEnum):
    """How a file holds its documents."""

    JSON_LINES = "JSON_LINES"
    CSV = "CSV"


@dataclass(frozen=True, slots=True)
class Row:
    """One document of a file, or what is wrong with the place where it should stand."""

    line: int
    mapping: dict[str, Any] | None
    faults: tuple[Fault, ...] = ()


class ImportFile:
    """
    A file that is read from its beginning, once or several times.

    :param report_bytes: is told how many bytes each line had.
    """

    def __init__(
        self, source: BinaryIO, file_format: FileFormat, report_bytes: Callable[[int], object]
    ) -> None:
        self._source = source
        self._format = file_format
        self._report_bytes = report_bytes
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The hash, in hex, of what the last complete reading read."""
        return self._digest.hexdigest()

    def read_rows(self) -> Iterator[Row]:
        """Read every document. A fault that makes the rest unreadable is the last row."""
        self._source.seek(0)
        self._digest = hashlib.sha256()
        read = _read_csv_rows if self._format is FileFormat.CSV else _read_json_rows
        yield from read(self._read_lines())

    def _read_lines(self) -> Iterator["Line"]:
        number = 0
        while data := self._source.readline(MAXIMUM_DOCUMENT_BYTES + 1):
            number += 1
            self._note(data)
            is_too_long = len(data) > MAXIMUM_DOCUMENT_BYTES and not data.endswith(b"\n")
            if is_too_long:
                self._skip_line()
            yield Line(number, data, is_too_long)

    def _skip_line(self) -> None:
        while data := self._source.readline(SKIPPED_BYTES):
            self._note(data)
            if data.endswith(b"\n"):
                return

    def _note(self, data: bytes) -> None:
        self._digest.update(data)
        self._report_bytes(len(data))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, cut off when it is too long."""

    number: int
    data: bytes
    is_too_long: bool

    def find_faults(self) -> tuple[Fault, ...]:
        """Find what no document may hold, whatever its format."""
        if self.is_too_long:
            return (Fault("", "TOO_LARGE", {"maximum": MAXIMUM_DOCUMENT_BYTES}),)
        return (Fault("", "NUL_BYTE"),) if b"\0" in self.data else ()


def _read_json_rows(lines: Iterator[Line]) -> Iterator[Row]:
    for line in lines:
        if not line.data.removeprefix(BYTE_ORDER_MARK).strip():
            continue
        if faults := line.find_faults():
            yield Row(line.number, None, faults)
            continue
        try:
            yield Row(line.number, load_json_document(line.data))
        except MalformedDocument as error:
            yield Row(line.number, None, error.faults)


class _Unreadable(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, line: int, *faults: Fault) -> None:
        super().__init__(line)
        self.row = Row(line, None, faults)


def _read_csv_rows(lines: Iterator[Line]) -> Iterator[Row]:
    reader = csv.reader(_decode_lines(lines), strict=True)
    try:
        headers = _read_header(reader)
        yield from _read_records(reader, headers)
    except csv.Error:
        yield Row(reader.line_num, None, (Fault("", "INVALID_CSV"),))
    except _Unreadable as error:
        yield error.row


def _decode_lines(lines: Iterator[Line]) -> Iterator[str]:
    for line in lines:
        if faults := line.find_faults():
            raise _Unreadable(line.number, *faults)
        data = line.data.removeprefix(BYTE_ORDER_MARK) if line.number == 1 else line.data
        try:
            yield data.decode("utf-8")
        except UnicodeDecodeError:
            raise _Unreadable(line.number, Fault("", "NOT_UTF8")) from None


def _read_header(reader: Any) -> list[str]:
    headers: list[str] = next(reader, [])
    if headers and (faults := find_header_faults(headers)):
        raise _Unreadable(1, *faults)
    return headers


def _read_records(reader: Any, headers: list[str]) -> Iterator[Row]:
    first_line = reader.line_num + 1
    for cells in reader:
        if cells:
            yield _read_record(first_line, headers, cells)
        first_line = reader.line_num + 1


def _read_record(line: int, headers: list[str], cells: list[str]) -> Row:
    if len(cells) != len(headers):
        params = {"expected": len(headers), "found": len(cells)}
        return Row(line, None, (Fault("", "RAGGED_ROW", params),))
    try:
        return Row(line, unflatten_row(dict(zip(headers, cells, strict=True))))
    except MalformedDocument as error:
        return Row(line, None, error.faults)
