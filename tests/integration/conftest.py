import pytest


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Nothing here is about passwords, and a good hash is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
