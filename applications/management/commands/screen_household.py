"""``manage.py screen_household FILE``"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from applications.management.operator_command import OperatorCommand
from applications.policy.document import load_json_document
from applications.policy.document_receipt import parse_received_document
from applications.policy.eligibility import describe_result, screen_by_itself
from applications.policy.errors import Fault, MalformedDocument
from applications.policy.terms import ExerciseTerms, list_exercise_files, load_terms
from applications.policy.timetable import hong_kong_date


class Command(OperatorCommand):
    help = (
        "Screen one application document (JSON) by the published terms of its exercise and print "
        "the result as JSON. No database is needed and none is touched; duplicates on other forms "
        "are therefore not looked for. A paper form without a fee counts as unpaid; online, the "
        "fee is not yet due. Exit code 1 when the document is not well formed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="an application document as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        mapping = load_json_document(Path(options["file"]).read_bytes())
        document = parse_received_document(mapping, today=hong_kong_date(timezone.now()))
        result = screen_by_itself(document, find_published_terms(document.exercise))
        self.stdout.write(json.dumps(describe_result(result), indent=2))


def find_published_terms(code: str) -> ExerciseTerms:
    """
    Find the terms file of an exercise.

    :raises MalformedDocument: ``INVALID_EXERCISE``: no file has this code.
    """
    for name in list_exercise_files():
        terms, _ = load_terms(name)
        if terms.code == code:
            return terms
    raise MalformedDocument([Fault("exercise", "INVALID_EXERCISE")])
