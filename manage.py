#!/usr/bin/env python
"""Run a management command, with an embedded PostgreSQL when ``DATABASE_URL`` is unset."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.core.management import execute_from_command_line

from applications.policy.errors import Refusal
from hos_portal.embedded.errors import EmbeddedServiceError
from hos_portal.embedded.services import embedded_services, environment_defaults
from hos_portal.embedded.stand_in import SECRETS as STAND_IN_SECRETS
from hos_portal.embedded.stand_in import stand_in_settings
from hos_portal.environment import SettingError
from lottery.ballot.errors import BallotRefusal

NEED_NO_DATABASE = frozenset(
    {"compilemessages", "help", "makemessages", "screen_household", "spectacular", "version"}
)
NEED_NO_SECRETS = frozenset({"makemigrations"})
NEED_THE_OWNER = frozenset({"flush", "grant_rights", "migrate", "pgtrigger"})
HELP_WORDS = frozenset({"--help", "-h", "--version"})


def main(arguments: list[str]) -> int:
    """Run a command line; a refusal or an error of the surroundings is one line and exit 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hos_portal.settings")
    try:
        with surroundings(arguments[1:]):
            execute_from_command_line(arguments)
    except (EmbeddedServiceError, SettingError, BallotRefusal) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 1
    except Refusal as refusal:
        details = "".join(f" {name}={value}" for name, value in refusal.details.items())
        print(f"Refused, nothing was changed: {refusal.code}{details}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def surroundings(words: list[str]) -> Iterator[None]:
    """Provide what a command needs around it: a database, or settings that reach none."""
    with ExitStack() as stack:
        if not needs_database(words):
            stack.enter_context(stand_in_settings())
        else:
            if words[0] in NEED_NO_SECRETS:
                stack.enter_context(environment_defaults(STAND_IN_SECRETS))
            as_owner = words[0] in NEED_THE_OWNER
            stack.enter_context(embedded_services(broker=False, as_owner=as_owner))
        yield


def needs_database(words: list[str]) -> bool:
    """Tell whether a command, given without the program's name, may reach for the database."""
    if not words or words[0] in NEED_NO_DATABASE or HELP_WORDS.intersection(words):
        return False
    return words[0] != "check" or "--database" in words


if __name__ == "__main__":
    sys.exit(main(sys.argv))
