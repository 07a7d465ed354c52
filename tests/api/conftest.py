"""What every test of the API needs."""

import pytest
from django.core.cache import cache

from tests.api.requests import Program


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def program(client):
    return Program(client)
