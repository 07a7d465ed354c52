import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Nothing here is about passwords, and a good hash is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def empty_cache():
    """Nobody has come near a limit of tries yet."""
    cache.clear()


@pytest.fixture
def exercise():
    """An exercise that is open."""
    from tests.factories import make_exercise  # the settings are not there yet above

    return make_exercise()


@pytest.fixture
def begun(client, exercise):
    """A browser in which an application has just been begun, in English."""
    client.post("/en/apply/begin/", {"exercise": exercise.code})
    return client
