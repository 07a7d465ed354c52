"""Who takes the fees follows from the environment, and so does where a form may lead."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hos_portal.environment import MissingSetting, SettingError
from hos_portal.payment_environment import read_payment_provider

NAME = "HOS_PAYMENT_PROVIDER"
PROJECT = Path(__file__).resolve().parents[2]
STRIPE = {
    NAME: "stripe",
    "HOS_STRIPE_SECRET_KEY": "sk_test_of_nobody",
    "HOS_STRIPE_WEBHOOK_SECRET": "whsec_of_nobody",
}


@pytest.fixture
def environment(monkeypatch):
    """Set variables; whatever the machine has of them does not count."""
    names = ("SECRET_KEY", "WEBHOOK_SECRET", "PAGES", "API_URL")
    for name in (NAME, *(f"HOS_STRIPE_{name}" for name in names)):
        monkeypatch.delenv(name, raising=False)
    return lambda **variables: [monkeypatch.setenv(*pair) for pair in variables.items()]


def test_the_sandbox_takes_the_fees_where_nothing_is_said(environment):
    provider = read_payment_provider(NAME)
    assert provider["PAYMENT_PROVIDER"] == "applications.services.sandbox_payments"
    assert provider["PAYMENT_PAGES"] == []


def test_stripe_is_chosen_by_its_name_and_keys(environment):
    environment(**STRIPE)
    assert read_payment_provider(NAME) == {
        "PAYMENT_PROVIDER": "applications.services.stripe_payments",
        "PAYMENT_PAGES": ["https://checkout.stripe.com"],
        "STRIPE_SECRET_KEY": "sk_test_of_nobody",
        "STRIPE_WEBHOOK_SECRET": "whsec_of_nobody",
        "STRIPE_API_URL": "https://api.stripe.com",
    }


@pytest.mark.parametrize("missing", ["HOS_STRIPE_SECRET_KEY", "HOS_STRIPE_WEBHOOK_SECRET"])
def test_stripe_without_a_key_stops_the_start(environment, missing):
    environment(**STRIPE | {missing: ""})
    with pytest.raises(MissingSetting, match=missing):
        read_payment_provider(NAME)


def test_an_unknown_name_is_an_error(environment):
    environment(**{NAME: "stripes"})
    with pytest.raises(SettingError, match="sandbox, stripe"):
        read_payment_provider(NAME)


def test_a_form_may_lead_to_the_pages_of_the_provider_and_nowhere_else():
    program = (
        "from hos_portal import settings;"
        "print(*settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env=os.environ | STRIPE,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["'self'", "https://checkout.stripe.com"]
