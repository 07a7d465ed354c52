import json
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.faults.stack import Stack

# What the people of tests/factories.py are called, where they live, and how their cards begin.
PERSONAL = ("SYNTHETIC", "測試", "\\u6e2c\\u8a66", "20001234", "household@example.org", "QA0000")


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.fault)


@pytest.fixture(scope="module")
def stack():
    """A prepared database and a broker; each test starts the processes that it needs."""
    directory = Path(tempfile.mkdtemp(prefix="hos-portal-faults-"))
    directory.chmod(0o711)  # as root, PostgreSQL's own account must get through
    stack = Stack(directory)
    try:
        stack.run("manage.py", "migrate", "--verbosity", "0")
        yield stack
    finally:
        stack.stop()
        place = (directory / "postgres").resolve()
        shutil.rmtree(directory)
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_is_broken(stack):
    """After each fault what must hold of the stored data holds, and no log names anybody."""
    yield
    stack.run("manage.py", "check_invariants")
    logs = "".join(path.read_text(errors="replace") for path in stack.log_dir.iterdir())
    assert [personal for personal in PERSONAL if personal in logs] == []


@pytest.fixture
def make_messages(stack):
    """Store drafts that wait for their fee; give the provider's signed messages."""
    return lambda code, count: json.loads(
        stack.run("-m", "tests.faults.scenario", "online", code, str(count))
    )


@pytest.fixture
def store_forms(stack):
    """Store paper applications; give their numbers."""
    return lambda code, count: json.loads(
        stack.run("-m", "tests.faults.scenario", "paper", code, str(count))
    )
