"""Sentences for programs: in the reader's language, and in both."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation

from applications.forms.messages import describe_code
from applications.policy.errors import Fault

LANGUAGES: Mapping[str, str] = {"en": "en", "zh_hant": "zh-hant"}


def say_in_both(say: Callable[[], str], *, name: str = "message") -> dict[str, str]:
    """Say something as ``message`` in the reader's language, and in each: ``message_en`` …"""
    both = {}
    for suffix, language in LANGUAGES.items():
        with translation.override(language):
            both[f"{name}_{suffix}"] = say()
    return {name: say(), **both}


def explain_code(code: str, **params: Any) -> dict[str, str]:
    """Give a public code with what it means."""
    return {"code": code, **say_in_both(lambda: describe_code(code, **params))}


def explain_fault(fault: Fault) -> dict[str, str]:
    """Give a fault of a document with its place and what it means."""
    return {"field": fault.field, **explain_code(fault.code, **fault.params)}
