"""
The long-running processes of the site, and ``python -m hos_portal.processes serve|worker``.

Run by hand or by a service manager, they take everything from the environment and stop with one
clear line when a setting is missing. The demonstration starts the same commands.
"""

import importlib
import os
import sys

import django
from django.core.management import call_command

from hos_portal.environment import SettingError, read_integer, read_text

THREADS_FOR_BODIES = 128  # in each process of the portal, begun when they are needed
BIN_DIRECTORY = os.path.dirname(sys.executable)


def portal_command(*, host: str, port: int) -> list[str]:
    """
    Return the command line of the portal: processes with one request at a time in each.

    Their threads wait for the bodies of slow clients, see `hos_portal.whole_requests`.
    """
    processes = read_integer("HOS_PORTAL_PROCESSES", 2, minimum=1)
    return [
        *(os.path.join(BIN_DIRECTORY, "granian"), "--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port), "--workers", str(processes)),
        *("--blocking-threads", str(THREADS_FOR_BODIES)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "warning"),
        "hos_portal.wsgi:application",
    ]


def worker_command() -> list[str]:
    """Return the command line of a worker for all queues; a child takes one task at a time."""
    return [
        *_celery_command("worker"),
        *("--concurrency", "2", "--prefetch-multiplier", "1", "--queues", ",".join(list_queues())),
        *("--without-mingle", "--without-gossip", "--hostname", f"worker-{os.getpid()}@%h"),
    ]


def beat_command() -> list[str]:
    """Return the command line of the clock that sends periodic tasks."""
    return _celery_command("beat")


def list_queues() -> list[str]:
    """List the queues that the settings send tasks to."""
    settings = importlib.import_module("hos_portal.settings")
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    return sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *routed})


def main(arguments: list[str]) -> int:
    """Become the named process; a fault in the settings is one line and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hos_portal.settings")
    try:
        importlib.import_module("hos_portal.settings")
        command = _choose_command(arguments)
    except SettingError as error:
        print(error, file=sys.stderr)
        return 1
    if command:
        os.execv(command[0], command)  # noqa: S606  (a command line made above)
    print("usage: python -m hos_portal.processes serve|worker", file=sys.stderr)
    return 2


def _choose_command(arguments: list[str]) -> list[str]:
    if arguments == ["serve"]:
        _collect_static_files()
        port = read_integer("HOS_PORT", 8000, minimum=1, maximum=65535)
        return portal_command(host=read_text("HOS_HOST", "127.0.0.1"), port=port)
    if arguments == ["worker"]:
        # Several clocks do no harm, for every periodic task may run twice; none at all would.
        return [*worker_command(), "--beat"]
    return []


def _collect_static_files() -> None:
    """Gather pictures and styles where the portal serves them from; unchanged files are skipped."""
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


def _celery_command(verb: str) -> list[str]:
    log_level = read_text("HOS_LOG_LEVEL", "INFO")
    return [
        os.path.join(BIN_DIRECTORY, "celery"),
        "-A",
        "hos_portal",
        verb,
        "--loglevel",
        log_level,
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
