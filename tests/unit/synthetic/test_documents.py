"""Invented households are well formed, as many as asked for, and the same again."""

from collections import Counter
from datetime import datetime
from fractions import Fraction

import pytest

from applications.policy.document import parse_document
from applications.policy.duplicates import DuplicateEntry, find_duplicates, list_roles
from applications.policy.eligibility import screen
from applications.policy.fees import FeeState
from applications.policy.household import Category, Channel, Track
from applications.policy.terms import load_terms
from applications.policy.timetable import HONG_KONG
from applications.synthetic.documents import Mixture, generate_documents

TERMS, _ = load_terms("wsm_2024")
FIRST_AT = TERMS.opens_at
LAST_AT = datetime(2025, 3, 6, 17, tzinfo=HONG_KONG)
MIXTURE = Mixture(
    family_count=360,
    one_person_count=240,
    youth_share=Fraction(21, 26),
    paper_share=Fraction(1, 4),
    duplicate_count=6,
    ineligible_count=15,
)


def generate(mixture=MIXTURE, *, seed=1, terms=TERMS, first_serial=1):
    return list(
        generate_documents(
            seed=seed,
            terms=terms,
            mixture=mixture,
            first_at=FIRST_AT,
            last_at=LAST_AT,
            first_serial=first_serial,
        )
    )


def parse(generated):
    return [(at, parse_document(mapping, today=LAST_AT.date())) for at, mapping in generated]


def judge(document):
    fee_state = FeeState.PAID if document.fee else FeeState.UNPAID
    return screen(document, TERMS, fee_state=fee_state)


@pytest.fixture(scope="module")
def documents():
    return parse(generate())


class TestGenerateDocuments:
    def test_each_count_is_met_exactly(self, documents):
        results = [judge(document) for _, document in documents]
        assert Counter(result.category for result in results) == {
            Category.FAMILY: 360,
            Category.ONE_PERSON: 240,
        }
        assert Counter(result.track for result in results)[Track.YOUTH] == 484
        assert Counter(document.channel for _, document in documents)[Channel.PAPER] == 150

    def test_the_ineligible_come_on_paper_only(self, documents):
        excluded = [
            document.channel
            for _, document in documents
            if set(judge(document).codes) - {"SPOUSE_NOT_ON_FORM"}
        ]
        assert excluded == [Channel.PAPER] * 15

    def test_duplicates_void_as_many_pairs_as_asked_for(self, documents):
        entries = (
            DuplicateEntry(
                number=number,
                received_at=at,
                withdrawn_at=None,
                people=tuple(
                    (person.identity_number, role)
                    for person, role in zip(
                        document.household.people, list_roles(document.household), strict=True
                    )
                ),
            )
            for number, (at, document) in enumerate(documents)
        )
        void = find_duplicates(entries)
        on_paper = [number for number in void if documents[number][1].channel is Channel.PAPER]
        assert len(on_paper) == 6

    def test_everything_arrives_in_order_inside_the_day(self, documents):
        moments = [at for at, _ in documents]
        assert moments == sorted(moments)
        assert moments[0] == FIRST_AT
        assert moments[-1] < LAST_AT

    def test_the_same_seed_gives_the_same_documents(self):
        assert generate() == generate()
        assert generate() != generate(seed=2)

    def test_serials_that_do_not_overlap_share_nobody(self):
        mixture = Mixture(family_count=100, one_person_count=0)
        first, second = (
            {
                person.identity_number
                for _, document in parse(generate(mixture, first_serial=serial))
                for person in document.household.people
            }
            for serial in (1, 101)
        )
        assert first.isdisjoint(second)

    def test_an_exercise_without_youth_scheme_has_nobody_who_opts_in(self):
        terms, _ = load_terms("wsm_2018")
        mixture = Mixture(family_count=50, one_person_count=50)
        assert not any(mapping["youth_scheme"] for _, mapping in generate(mixture, terms=terms))
        with pytest.raises(ValueError, match="WSM2018"):
            generate(Mixture(1, 1, youth_share=Fraction(1, 2)), terms=terms)

    def test_more_duplicates_than_paper_forms_are_refused(self):
        with pytest.raises(ValueError, match="Cannot choose 1 of 0"):
            generate(Mixture(family_count=1, one_person_count=0, duplicate_count=1))
