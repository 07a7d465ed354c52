"""Forms that hang together by shared people are one matter, whatever the order they came in."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from applications.policy.duplicate_groups import group_duplicates
from applications.policy.duplicates import DuplicateEntry, FormRole, find_duplicates

NOON = datetime(2025, 3, 6, 12, tzinfo=UTC)


def make_form(number, people, *, at=0, until=None):
    """A form received ``at`` hours after noon, withdrawn ``until`` hours after it if ever."""
    return DuplicateEntry(
        number=number,
        received_at=NOON + timedelta(hours=at),
        withdrawn_at=None if until is None else NOON + timedelta(hours=until),
        people=tuple((person, FormRole.MEMBER) for person in people),
    )


class TestGroups:
    def test_a_form_that_shares_nobody_is_in_no_group(self):
        assert group_duplicates([make_form(1, "ab"), make_form(2, "cd")]) == []

    def test_a_chain_of_shared_people_is_one_group_in_every_order(self):
        forms = [make_form(1, "ab"), make_form(2, "bc"), make_form(3, "cd"), make_form(4, "xy")]
        for order in permutations(forms):
            assert group_duplicates(order) == [(1, 2, 3)]

    def test_groups_that_share_nobody_stay_apart(self):
        forms = [make_form(1, "a"), make_form(4, "b"), make_form(3, "a"), make_form(2, "b")]
        assert group_duplicates(forms) == [(1, 3), (2, 4)]

    def test_a_form_withdrawn_before_the_other_arrived_is_no_part_of_a_group(self):
        assert group_duplicates([make_form(1, "a", until=1), make_form(2, "a", at=2)]) == []

    def test_a_form_withdrawn_after_the_other_arrived_stays_in_the_group(self):
        forms = [make_form(1, "a", until=2), make_form(2, "a", at=1), make_form(3, "a", at=3)]
        assert group_duplicates(forms) == [(1, 2, 3)]

    def test_two_that_never_stood_together_are_joined_by_a_third_that_stood_with_both(self):
        forms = [
            make_form(1, "a", until=1),
            make_form(2, "a", at=3),
            make_form(3, "a", at=1, until=3),
        ]
        assert group_duplicates(forms) == [(1, 2, 3)]


FORMS = st.lists(
    st.tuples(
        st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=3),
        st.integers(0, 5),
        st.none() | st.integers(0, 3),
    ),
    max_size=9,
)


@given(FORMS)
def test_the_grouped_forms_are_those_that_the_rule_makes_void(drawn):
    forms = [
        make_form(number, people, at=at, until=None if stood is None else at + stood)
        for number, (people, at, stood) in enumerate(drawn)
    ]
    grouped = {number for group in group_duplicates(forms) for number in group}
    assert grouped == set(find_duplicates(forms))
