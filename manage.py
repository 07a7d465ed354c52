#!/usr/bin/env python
"""Run a management command, with an embedded PostgreSQL when ``DATABASE_URL`` is unset."""

import os
import sys
from contextlib import AbstractContextManager

from django.core.management import execute_from_command_line

from hos_portal.embedded.errors import EmbeddedServiceError
from hos_portal.embedded.services import embedded_services
from hos_portal.embedded.stand_in import stand_in_settings
from hos_portal.environment import SettingError

NEED_NO_DATABASE = frozenset(
    {"compilemessages", "makemessages", "screen_household", "spectacular", "version", "help"}
)
HELP_WORDS = frozenset({"--help", "-h", "--version"})


def main(arguments: list[str]) -> int:
    """Run the command of a command line; an error of the surroundings is one line and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hos_portal.settings")
    try:
        with surroundings(arguments):
            execute_from_command_line(arguments)
    except (EmbeddedServiceError, SettingError) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 1
    return 0


def surroundings(arguments: list[str]) -> AbstractContextManager[object]:
    """Choose what a command needs around it: a database, or settings that name none."""
    if needs_database(arguments[1:]):
        return embedded_services(broker=False)
    return stand_in_settings()


def needs_database(words: list[str]) -> bool:
    """Tell whether a command, given without the program's name, may reach for the database."""
    if not words or words[0] in NEED_NO_DATABASE or HELP_WORDS.intersection(words):
        return False
    return words[0] != "check" or "--database" in words


if __name__ == "__main__":
    sys.exit(main(sys.argv))
