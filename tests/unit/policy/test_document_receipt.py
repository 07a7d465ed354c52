"""A paper form is read by the day on which it arrived, whenever it is keyed."""

from datetime import date
from fractions import Fraction

import pytest

from applications.policy.document_receipt import parse_received_document
from applications.policy.errors import MalformedDocument
from applications.policy.terms import load_terms
from applications.synthetic.documents import Mixture, generate_documents

TERMS, _ = load_terms("wsm_2024")
((_, PAPER),) = generate_documents(
    seed=1,
    terms=TERMS,
    mixture=Mixture(family_count=1, one_person_count=0, paper_share=Fraction(1)),
    first_at=TERMS.opens_at,
    last_at=TERMS.closes_at,
)
KEYED_ON = date(2025, 6, 30)


def test_a_form_keyed_long_after_is_the_same_as_one_keyed_at_once():
    at_once = parse_received_document(PAPER, today=date(2025, 3, 6))
    assert parse_received_document(PAPER, today=KEYED_ON) == at_once


@pytest.mark.parametrize(
    ("received_at", "field"),
    [
        ("2025-03-06T10:00:00+08:00", "signed_on"),
        ("2025-07-01T10:00:00+08:00", "paper.received_at"),
        ("6 March", "paper.received_at"),
    ],
    ids=["signed after it arrived", "arrives after it is keyed", "without a readable stamp"],
)
def test_no_date_lies_after_the_arrival_nor_the_arrival_after_today(received_at, field):
    mapping = PAPER | {
        "signed_on": "2025-03-07",
        "paper": PAPER["paper"] | {"received_at": received_at},
    }
    with pytest.raises(MalformedDocument) as error:
        parse_received_document(mapping, today=KEYED_ON)
    assert [fault.field for fault in error.value.faults] == [field]


@pytest.mark.parametrize("mapping", [None, [], {"paper": 1}, {"paper": {"received_at": 1}}])
def test_what_is_no_document_is_malformed(mapping):
    with pytest.raises(MalformedDocument):
        parse_received_document(mapping, today=KEYED_ON)
