"""What every command shares: English, one line for each error, no traceback for a refusal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import translation

from applications.forms.messages import describe_code
from applications.models import Exercise
from applications.policy.errors import Fault, MalformedDocument, Refusal

FILE_ERRORS = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


class OperatorCommand(BaseCommand):
    """A command for operators; its output is in English, whatever language the portal speaks."""

    requires_system_checks: list[str] = []  # they load every page; `manage.py check` is for that

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override("en"):
            try:
                return super().execute(*args, **options)
            except MalformedDocument as refusal:
                raise CommandError("\n".join(describe_faults(refusal))) from None
            except Refusal as refusal:
                raise CommandError(describe_refusal(refusal)) from None
            except FILE_ERRORS as error:
                raise CommandError(f"{error.filename}: {error.strerror}") from None
            except OperationalError as error:
                first_line = str(error).strip().splitlines()[0]
                raise CommandError(f"The database does not answer: {first_line}") from None


def get_exercise(code: str) -> Exercise:
    """
    Get a stored exercise by its code.

    :raises CommandError: names those that there are.
    """
    exercise = Exercise.objects.filter(code=code).first()
    if exercise is None:
        stored = ", ".join(Exercise.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(f"There is no exercise {code}. Stored: {stored or 'none'}.")
    return exercise


def describe_refusal(refusal: Refusal) -> str:
    """Say why something is not allowed: the code, the sentence, and what it is about."""
    details = ", ".join(f"{name}: {value}" for name, value in refusal.details.items())
    sentence = describe_code(refusal.code)
    return f"{refusal.code}: {sentence}" + (f" ({details})" if details else "")


def describe_faults(refusal: MalformedDocument) -> list[str]:
    """Give a line for each fault of a document."""
    return [describe_fault(fault) for fault in refusal.faults]


def describe_fault(fault: Fault) -> str:
    """Say what is wrong: ``applicant.hkic: INVALID_HKIC — sentence``."""
    sentence = describe_code(fault.code, **fault.params)
    return f"{fault.field or 'document'}: {fault.code} — {sentence}"
