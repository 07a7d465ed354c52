from dataclasses import replace

import pytest
from django.utils import translation

from applications.forms.explanations import explain_with_rule
from applications.forms.rules import find_rule
from applications.forms.source_names import SOURCE_NAMES
from applications.policy.household import Category
from applications.policy.reasons import ReasonCode
from applications.policy.terms import list_exercise_files, load_terms

TERMS = {name: load_terms(name)[0] for name in list_exercise_files()}
TABLES = ("exercise", "fee", "applicant", "residence", "property", "limits", "youth")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize("code", [code for code in ReasonCode if code is not ReasonCode.WITHDRAWN])
@pytest.mark.parametrize("name", TERMS)
def test_every_reason_has_its_rule_and_source_in_every_exercise(code, name):
    rule = find_rule(code, TERMS[name])
    assert rule.text
    assert rule.source
    assert "%(" not in rule.text


def test_a_rule_has_the_figures_and_the_source_of_its_exercise():
    rule = find_rule("INCOME_OVER_LIMIT", TERMS["wsm_2024"])
    assert "HK$30,000" in rule.text
    assert "HK$60,000" in rule.text
    assert rule.source == "Housing Authority, terms of WSM 2024"
    assert "HK$57,000" in find_rule("INCOME_OVER_LIMIT", TERMS["wsm_2018"]).text


def test_the_property_rule_names_both_ends_of_its_window():
    # Housing Authority, terms of WSM 2024: 24 months up to the closing date, 26 March 2025.
    text = find_rule("OWNED_PROPERTY_IN_WINDOW", TERMS["wsm_2024"]).text
    assert "27 March 2023" in text
    assert "26 March 2025" in text


def test_behind_a_withdrawal_there_is_no_rule():
    assert explain_with_rule("WITHDRAWN", TERMS["wsm_2024"], Category.FAMILY).rule is None


@pytest.mark.parametrize("name", TERMS)
def test_every_source_that_a_rule_cites_has_a_name(name):
    cited = {source for table, source in TERMS[name].sources.items() if table in TABLES}
    assert cited <= set(SOURCE_NAMES)


def test_a_source_without_a_name_is_marked_as_english_on_a_chinese_page():
    terms = TERMS["wsm_2024"]
    newer = replace(terms, sources={**terms.sources, "limits": "Gazette of 2099"})
    with translation.override("zh-hant"):
        rule = find_rule("INCOME_OVER_LIMIT", newer)
    assert (rule.source, rule.source_language) == ("Gazette of 2099", "en")
