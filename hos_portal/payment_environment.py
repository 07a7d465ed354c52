"""Read from the environment who takes the fees."""

from typing import Any

from hos_portal.environment import SettingError, read_list, read_text, read_web_address

MODULES = {
    "sandbox": "applications.services.sandbox_payments",
    "stripe": "applications.services.stripe_payments",
}
STRIPE_API_URL = "https://api.stripe.com"
STRIPE_PAGES = "https://checkout.stripe.com"


def read_payment_provider(name: str) -> dict[str, Any]:
    """
    Read the payment provider, as the settings for it: ``sandbox`` (the default) or ``stripe``.

    ``PAYMENT_PAGES`` are the origins to which a form may lead, where the provider's pages are.

    :raises SettingError: for any other word.
    :raises MissingSetting: when a key that the provider needs is not set.
    """
    chosen = read_text(name, "sandbox")
    if chosen not in MODULES:
        raise SettingError(name, f"must be one of {', '.join(MODULES)}.")
    is_stripe = chosen == "stripe"
    needed = None if is_stripe else ""
    return {
        "PAYMENT_PROVIDER": MODULES[chosen],
        "PAYMENT_PAGES": read_list("HOS_STRIPE_PAGES", (STRIPE_PAGES,)) if is_stripe else [],
        "STRIPE_SECRET_KEY": read_text("HOS_STRIPE_SECRET_KEY", needed),
        "STRIPE_WEBHOOK_SECRET": read_text("HOS_STRIPE_WEBHOOK_SECRET", needed),
        "STRIPE_API_URL": read_web_address("HOS_STRIPE_API_URL") or STRIPE_API_URL,
    }
