"""``manage.py grant_rights ROLE``"""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from applications.management.operator_command import OperatorCommand
from applications.services.database_rights import grant_rights


class Command(OperatorCommand):
    help = (
        "Grant the database role that serves what it needs of each table, and take away the rest: "
        "what is frozen it can read and add to, nothing else. The owner of the tables runs this "
        "after every migration."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="an existing role, not the owner of the tables")

    def handle(self, *args: Any, **options: Any) -> None:
        count = grant_rights(role=options["role"])
        if not count:
            raise CommandError("There are no tables to grant rights to: migrate first.")
        self.stdout.write(f"{options['role']} may serve: {count} tables")
