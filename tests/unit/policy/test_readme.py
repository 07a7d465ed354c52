import re
from pathlib import Path

import pytest

from applications import policy
from applications.policy.reasons import ReasonCode
from applications.policy.youth import YouthReason

PACKAGE = Path(policy.__file__).parent
README = (PACKAGE / "README.md").read_text(encoding="utf-8")
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
NAMED = re.findall(r"`(?:timetable|eligibility|youth|fees|duplicates|status)\.(\w+)`", README)
RAISED = re.findall(r'(?:InvalidValue|Fault)\(\s*(?:[\w"(), ]+?, )?"([A-Z][A-Z0-9_]+)"', SOURCES)


@pytest.mark.parametrize("code", sorted({*ReasonCode, *YouthReason, *RAISED}))
def test_explains_every_code(code):
    assert f"`{code}`" in README


@pytest.mark.parametrize("function", NAMED)
def test_names_functions_that_exist(function):
    assert f"def {function}(" in SOURCES


def test_reads_no_clock_and_no_dice():
    assert not re.search(r"\b(import random|datetime\.now|date\.today|utcnow|django)\b", SOURCES)
