import re
from pathlib import Path

import pytest
from django.utils import translation

from applications.forms.messages import MESSAGES, describe_code
from applications.policy.reasons import ReasonCode
from applications.policy.youth import YouthReason
from lottery.ballot.errors import CODES

ROOT = Path(__file__).parents[3]
CODE_OF_A_CLASS = re.compile(r'^    code(?:: ClassVar\[str\])? = "([A-Z_]+)"', re.MULTILINE)
CODE_OF_A_VALUE = re.compile(
    r'InvalidValue\(\s*"([A-Z_]+)"|Fault\([^"\n]*(?:"[a-z]*", )?"([A-Z_]+)"'
)


def find_codes():
    """Every public code that the sources of both apps can give."""
    for path in [*ROOT.glob("applications/**/*.py"), *ROOT.glob("lottery/**/*.py")]:
        source = path.read_text(encoding="utf-8")
        yield from CODE_OF_A_CLASS.findall(source)
        yield from (first or second for first, second in CODE_OF_A_VALUE.findall(source))
    yield from CODES
    yield from (code.value for code in [*ReasonCode, *YouthReason])


@pytest.mark.parametrize("code", sorted(set(find_codes())))
def test_every_public_code_has_a_sentence(code):
    assert code in MESSAGES


def test_a_reason_picks_the_more_exact_sentence():
    with translation.override("en"):
        assert "cents" in describe_code("INVALID_AMOUNT", reason="CENTS")
        assert "whole dollars" in describe_code("INVALID_AMOUNT", reason="NOT_A_NUMBER")


def test_a_sentence_is_filled_in():
    with translation.override("en"):
        assert "60 characters" in describe_code("INVALID_NAME", reason="TOO_LONG", maximum=60)


def test_an_unknown_code_is_shown_as_it_is():
    with translation.override("en"):
        assert describe_code("SOMETHING_NEW") == "This cannot be done (SOMETHING_NEW)."
