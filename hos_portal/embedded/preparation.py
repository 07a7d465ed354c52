"""
What the demonstration needs before it can serve; harmless to repeat.

One program for a few commands, because each start of Django takes as long as its work here. It runs
as the owner of the tables; its argument, if any, is the role that will serve.
"""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

EXERCISES = ("wsm_2018", "wsm_2024", "wsm_2025")


def main(roles: list[str]) -> None:
    """Migrate the database, grant rights, gather static files, load the exercises."""
    django.setup()
    call_command("migrate", verbosity=0)
    for role in roles:
        call_command("grant_rights", role)
    if not static_files_are_current():
        call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_exercise", *EXERCISES)


def static_files_are_current() -> bool:
    """Tell whether what was gathered last is younger than the project's files and packages."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    locks = (settings.BASE_DIR / "requirements").glob("*.txt")
    sources = [*(settings.BASE_DIR / "static").rglob("*"), *locks]
    return manifest.exists() and manifest.stat().st_mtime > max(
        path.stat().st_mtime for path in sources
    )


if __name__ == "__main__":
    main(sys.argv[1:])
