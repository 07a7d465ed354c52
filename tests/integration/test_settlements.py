"""An officer looks at each group of duplicates; a form that joins later makes it wait again."""

from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.urls import reverse
from django.utils.translation import override

from applications.models import (
    Application,
    JournalEntry,
    Officer,
    Person,
    SettledApplication,
    Settlement,
)
from applications.selectors.clock import read_clock
from applications.selectors.duplicates import PAGE_SIZE, find_unsettled, list_unsettled_groups
from applications.services.settlements import (
    DuplicateGroupChanged,
    settle_all_duplicates,
    settle_duplicates,
)
from tests.factories import (
    make_exercise,
    make_member,
    make_officer,
    screen_everything,
    store_online,
    store_paper,
)
from tests.threads import run_at_once


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.fixture
def officer():
    return make_officer("officer-1", Officer.Role.OFFICER)


def store_pair(exercise, index=1):
    """Store two paper forms of the same applicant, screened; give their numbers."""
    first = store_paper(exercise, index)
    second = store_paper(exercise, index, paper=make_paper(first, f"AGAIN-{index}"))
    screen_everything()
    return first.number, second.number


def make_paper(application, serial):
    return {
        "received_at": application.received_at.isoformat(),
        "postmark_date": None,
        "form_serial": serial,
    }


def settle(exercise, officer, *groups):
    return settle_duplicates(
        exercise=exercise,
        groups=[frozenset(group) for group in groups],
        officer=officer,
        settled_at=read_clock(),
    )


def list_numbers(exercise, after=0):
    return [group.numbers for group in list_unsettled_groups(exercise, after=after).groups]


@pytest.mark.django_db
class TestGroups:
    def test_are_listed_with_where_each_shared_person_stands(self, exercise):
        first = store_paper(exercise, 1, members=[make_member(2), make_member(3)])
        second = store_paper(exercise, 3)
        store_online(exercise, 4)
        screen_everything()

        (group,) = list_unsettled_groups(exercise).groups

        assert group.numbers == group.unsettled_numbers == (first.number, second.number)
        (on_first,), (on_second,) = (one.shared for one in group.applications)
        assert (on_first.position, on_second.position) == (2, 0)
        assert on_first.letter == on_second.letter == "A"

    def test_reach_as_far_as_the_chain_of_shared_people(self, exercise):
        first = store_paper(exercise, 1, members=[make_member(2)])
        second = store_paper(exercise, 2, members=[make_member(3)])
        third = store_paper(exercise, 3)
        screen_everything()
        assert list_numbers(exercise) == [(first.number, second.number, third.number)]

    def test_leave_out_a_form_that_was_withdrawn_before_the_other_arrived(self, exercise):
        arrived = exercise.opens_at + timedelta(hours=1)
        first = store_paper(exercise, 1, received_at=arrived)
        Application.objects.filter(pk=first.pk).update(
            state="WITHDRAWN", withdrawn_at=arrived + timedelta(minutes=1)
        )
        later = arrived + timedelta(hours=1)
        store_paper(
            exercise,
            1,
            received_at=later,
            paper={**make_paper(first, "LATER"), "received_at": later.isoformat()},
        )
        screen_everything()
        assert list_numbers(exercise) == []
        assert not find_unsettled(exercise).exists()

    def test_of_another_exercise_are_not_listed(self, exercise):
        store_pair(make_exercise("OTHER2024"))
        assert list_numbers(exercise) == []

    def test_come_page_by_page_each_once(self, exercise):
        pairs = [store_pair(exercise, index) for index in range(1, PAGE_SIZE)]

        first = list_unsettled_groups(exercise)
        second = list_unsettled_groups(exercise, after=first.after)

        listed = [group.numbers for group in (*first.groups, *second.groups)]
        assert listed == pairs
        assert second.after is None

    def test_are_read_with_few_queries(self, exercise, django_assert_max_num_queries):
        for index in range(1, 6):
            store_pair(exercise, index)
        with django_assert_max_num_queries(8):
            list_unsettled_groups(exercise)


@pytest.mark.django_db
class TestSettling:
    def test_confirms_the_group_as_it_was_seen(self, exercise, officer):
        pair = store_pair(exercise)

        assert settle(exercise, officer, pair) == 1

        settlement = Settlement.objects.get()
        assert (settlement.outcome, settlement.settled_by) == ("CONFIRMED", officer)
        settled = settlement.settled.values_list("application__number", flat=True)
        assert sorted(settled) == list(pair)
        assert list_numbers(exercise) == []
        assert set(Application.objects.values_list("state", flat=True)) == {"EXCLUDED"}

    def test_is_journalled_without_anybody_s_data(self, exercise, officer):
        settle(exercise, officer, store_pair(exercise))
        deed, settlement = (
            JournalEntry.objects.get(deed="DUPLICATES_SETTLED"),
            Settlement.objects.get(),
        )
        assert deed.actor == "officer-1"
        assert deed.details == {
            "groups": 1,
            "first_settlement": settlement.pk,
            "last_settlement": settlement.pk,
        }

    def test_again_changes_nothing(self, exercise, officer):
        pair = store_pair(exercise)
        assert [settle(exercise, officer, pair) for _ in range(2)] == [1, 0]
        assert (
            Settlement.objects.count()
            == JournalEntry.objects.filter(deed="DUPLICATES_SETTLED").count()
            == 1
        )

    def test_of_a_group_that_another_form_joined_is_refused(self, exercise, officer):
        pair = store_pair(exercise)
        third = store_paper(exercise, 9, members=[make_member(1)])
        for screened in (False, True):
            if screened:
                screen_everything()
            with pytest.raises(DuplicateGroupChanged):
                settle(exercise, officer, pair)
        assert not Settlement.objects.exists()
        assert settle(exercise, officer, (*pair, third.number)) == 1

    @pytest.mark.parametrize("numbers", [(), (99999999,), (10000001,)])
    def test_of_what_is_no_group_is_refused(self, exercise, officer, numbers):
        store_paper(exercise, 5)
        screen_everything()
        with pytest.raises(DuplicateGroupChanged):
            settle(exercise, officer, numbers)

    def test_all_of_them_or_none(self, exercise, officer):
        first, second = store_pair(exercise, 1), store_pair(exercise, 2)
        with pytest.raises(DuplicateGroupChanged):
            settle(exercise, officer, first, second[:1])
        assert not Settlement.objects.exists()
        assert settle(exercise, officer, first, second) == 2

    def test_a_form_that_joins_a_settled_group_makes_it_wait_again(self, exercise, officer):
        pair = store_pair(exercise)
        settle(exercise, officer, pair)
        third = store_paper(exercise, 9, members=[make_member(1)])
        screen_everything()

        (group,) = list_unsettled_groups(exercise).groups
        assert group.numbers == (*pair, third.number)
        assert group.unsettled_numbers == (third.number,)

        assert settle(exercise, officer, group.numbers) == 1
        assert list_numbers(exercise) == []
        assert SettledApplication.objects.filter(application__number=pair[0]).count() == 2

    def test_a_form_that_joins_two_settled_groups_makes_one_of_them(self, exercise, officer):
        first, second = store_pair(exercise, 1), store_pair(exercise, 2)
        settle(exercise, officer, first, second)
        bridge = store_paper(exercise, 9, members=[make_member(1), make_member(2)])
        screen_everything()
        assert list_numbers(exercise) == [(*first, *second, bridge.number)]

    def test_is_final_for_the_database(self, exercise, officer):
        settle(exercise, officer, store_pair(exercise))
        for rows in (Settlement.objects, SettledApplication.objects):
            with pytest.raises(Error, match="Cannot"), transaction.atomic():
                rows.all()._raw_delete("default")


@pytest.mark.django_db
class TestSettlingAll:
    def test_settles_every_group_once(self, exercise, officer):
        pairs = [store_pair(exercise, index) for index in (1, 2, 3)]
        store_online(exercise, 9)
        settle(exercise, officer, pairs[1])

        def settle_all():
            return settle_all_duplicates(
                exercise=exercise, officer=officer, settled_at=read_clock()
            )

        assert [settle_all(), settle_all()] == [2, 0]
        assert not find_unsettled(exercise).exists()
        groups = [
            tuple(
                one.settled.order_by("application__number").values_list(
                    "application__number", flat=True
                )
            )
            for one in Settlement.objects.order_by("pk")
        ]
        assert groups == [pairs[1], pairs[0], pairs[2]]

    def test_touches_no_other_exercise(self, exercise, officer):
        other = make_exercise("OTHER2024")
        store_pair(other)
        assert (
            settle_all_duplicates(exercise=exercise, officer=officer, settled_at=read_clock()) == 0
        )
        assert find_unsettled(other).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_settle_a_group_once(exercise, officer):
    pair = store_pair(exercise)
    other = make_officer("officer-2", Officer.Role.OFFICER)
    answers = run_at_once(
        *[lambda who=who: settle(exercise, who, pair) for who in (officer, other)]
    )
    assert sorted(answers) == [0, 1]
    assert Settlement.objects.count() == 1


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def staff(self, client, officer):
        client.force_login(officer)
        return client

    def address(self, exercise):
        with override("en"):
            return reverse("staff:duplicates", args=[exercise.code])

    def test_shows_numbers_positions_and_links_and_nobody_s_identity(self, staff, exercise):
        pair = store_pair(exercise)
        shown = staff.get(self.address(exercise)).content.decode()
        for number in pair:
            assert f"/applications/{exercise.code}/{number}/" in shown
        assert "Person A: Applicant" in shown
        person = Person.objects.first()
        for personal in (person.identity_number, person.surname_en, person.given_name_en):
            assert personal not in shown

    def test_settles_one_group_or_all_that_are_shown(self, staff, exercise):
        pairs = [store_pair(exercise, index) for index in (1, 2, 3)]
        texts = ["-".join(map(str, pair)) for pair in pairs]
        staff.post(self.address(exercise), {"shown": texts, "group": texts[1]})
        assert list_numbers(exercise) == [pairs[0], pairs[2]]
        staff.post(self.address(exercise), {"shown": [texts[0], texts[2]], "all": "1"})
        assert list_numbers(exercise) == []
        assert (
            "Every group of duplicates is settled."
            in staff.get(self.address(exercise)).content.decode()
        )

    def test_tells_an_officer_whose_page_is_old_and_stores_nothing(self, staff, exercise):
        pair = store_pair(exercise)
        store_paper(exercise, 9, members=[make_member(1)])
        response = staff.post(self.address(exercise), {"group": "-".join(map(str, pair))})
        assert response.status_code == 409
        assert not Settlement.objects.exists()

    def test_is_not_for_clerks(self, client, exercise):
        client.force_login(make_officer())
        assert client.get(self.address(exercise)).status_code == 403
        assert client.post(self.address(exercise), {"all": "1"}).status_code == 403
