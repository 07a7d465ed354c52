from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.duplicates import DuplicateEntry, FormRole, find_duplicates, list_roles
from tests.unit.policy.documents import make_document, make_member

START = datetime(2025, 3, 6, tzinfo=UTC)
PERSON = frozenset({"DUPLICATE_PERSON"})
SPOUSE = frozenset({"DUPLICATE_SPOUSE"})


def day(number):
    return START + timedelta(days=number)


def entry(number, *people, received=None, withdrawn=None):
    """``people`` are ``"anna"`` for the applicant, ``"s:ben"`` a spouse, ``"m:eva"`` a member."""
    roles = {"s": FormRole.SPOUSE, "m": FormRole.MEMBER}
    split = [person.rpartition(":") for person in people]
    return DuplicateEntry(
        number=number,
        received_at=day(number if received is None else received),
        withdrawn_at=None if withdrawn is None else day(withdrawn),
        people=tuple((name, roles.get(role, FormRole.APPLICANT)) for role, _, name in split),
    )


class TestFindDuplicates:
    def test_different_people_are_lawful(self):
        # Wen Wei Po, 7 March 2025: a couple apply as youth, the mother-in-law as ordinary.
        assert find_duplicates([entry(1, "anna", "s:ben"), entry(2, "mother")]) == {}

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            pytest.param(["anna"], ["anna"], id="applicant twice"),
            pytest.param(["anna"], ["mother", "m:anna"], id="applicant is a member elsewhere"),
            pytest.param(["anna", "m:eva"], ["ben", "m:eva"], id="member twice"),
            pytest.param(["anna", "s:ben"], ["mother", "m:ben"], id="spouse is a member elsewhere"),
            pytest.param(["anna", "s:ben"], ["eva", "s:ben"], id="spouse of two"),
        ],
    )
    def test_the_same_person_on_two_forms_voids_both(self, one, other):
        assert find_duplicates([entry(1, *one), entry(2, *other)]) == {1: PERSON, 2: PERSON}

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            pytest.param(["anna", "s:ben"], ["ben", "s:anna"], id="each names the other"),
            pytest.param(["anna", "s:ben"], ["ben"], id="one names the other"),
        ],
    )
    def test_spouses_on_separate_forms_void_both(self, one, other):
        assert find_duplicates([entry(1, *one), entry(2, *other)]) == {1: SPOUSE, 2: SPOUSE}

    def test_a_form_may_be_both(self):
        found = find_duplicates(
            [entry(1, "anna", "s:ben"), entry(2, "ben"), entry(3, "mother", "m:anna")]
        )
        assert found == {1: SPOUSE | PERSON, 2: SPOUSE, 3: PERSON}

    def test_three_forms_of_one_person_are_all_void(self):
        assert find_duplicates(entry(n, "anna") for n in (1, 2, 3)) == {
            1: PERSON,
            2: PERSON,
            3: PERSON,
        }


class TestWithdrawal:
    def test_before_the_other_form_arrives_avoids_the_collision(self):
        assert find_duplicates([entry(1, "anna", withdrawn=2), entry(3, "anna")]) == {}

    def test_afterwards_rescues_neither(self):
        entries = [entry(1, "anna", withdrawn=4), entry(3, "anna")]
        assert find_duplicates(entries) == {1: PERSON, 3: PERSON}

    def test_of_the_later_form_rescues_neither(self):
        entries = [entry(1, "anna"), entry(3, "anna", withdrawn=4)]
        assert find_duplicates(entries) == {1: PERSON, 3: PERSON}

    def test_at_the_same_instant_is_not_before(self):
        entries = [entry(1, "anna", withdrawn=3), entry(3, "anna")]
        assert find_duplicates(entries) == {1: PERSON, 3: PERSON}

    def test_of_two_forms_one_after_the_other_leaves_the_third_alone(self):
        entries = [
            entry(1, "anna", withdrawn=2),
            entry(3, "anna", withdrawn=4),
            entry(5, "anna"),
        ]
        assert find_duplicates(entries) == {}


def test_roles_follow_the_form():
    household = make_document(members=[make_member(2, "SPOUSE"), make_member(3)]).household
    assert list_roles(household) == [FormRole.APPLICANT, FormRole.SPOUSE, FormRole.MEMBER]


@st.composite
def entry_lists(draw):
    entries = []
    for number in range(draw(st.integers(0, 8))):
        names = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True))
        others = st.sampled_from([FormRole.SPOUSE, FormRole.MEMBER])
        roles = [FormRole.APPLICANT, *(draw(others) for _ in names[1:])]
        received = draw(st.integers(0, 10))
        stood = draw(st.none() | st.integers(0, 5))
        entries.append(
            DuplicateEntry(
                number=number,
                received_at=day(received),
                withdrawn_at=None if stood is None else day(received + stood),
                people=tuple(zip(names, roles, strict=True)),
            )
        )
    return entries


def find_duplicates_pair_by_pair(entries):
    """The rule as it is spoken: every pair of forms that stood together, every shared person."""
    found = {}
    for one in entries:
        for other in entries:
            if one is other or one.stands_until < other.received_at:
                continue
            if other.stands_until < one.received_at:
                continue
            for name, role in one.people:
                for other_name, other_role in other.people:
                    if name == other_name:
                        spouses = {role, other_role} == {FormRole.APPLICANT, FormRole.SPOUSE}
                        code = "DUPLICATE_SPOUSE" if spouses else "DUPLICATE_PERSON"
                        found.setdefault(one.number, set()).add(code)
    return found


class TestProperties:
    @given(entry_lists())
    def test_agree_with_the_rule_pair_by_pair(self, entries):
        assert find_duplicates(entries) == find_duplicates_pair_by_pair(entries)

    @given(entry_lists(), st.data())
    def test_the_order_of_entries_does_not_matter(self, entries, data):
        shuffled = data.draw(st.permutations(entries))
        assert find_duplicates(shuffled) == find_duplicates(entries)

    @given(entry_lists())
    def test_nobody_is_void_alone(self, entries):
        assert len(find_duplicates(entries)) != 1

    @given(entry_lists())
    def test_one_more_form_never_rescues_another(self, entries):
        found = find_duplicates(entries[:-1])
        after = find_duplicates(entries)
        assert all(reasons <= after[number] for number, reasons in found.items())
