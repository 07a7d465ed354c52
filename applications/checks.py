"""What `manage.py check --deploy` says before a portal serves in earnest."""

from typing import Any

from django.core.checks import CheckMessage, Warning

from applications.services.payment_providers import get_provider

SANDBOX = Warning(
    "The sandbox provider takes no money, so only demonstrations can be held.",
    hint="Set HOS_PAYMENT_PROVIDER to a real provider before an exercise opens.",
    id="applications.W001",
)


def find_sandbox_in_earnest(**kwargs: Any) -> list[CheckMessage]:
    """Warn when fees would be asked for and not taken."""
    return [SANDBOX] if get_provider().IS_SANDBOX else []
