"""Every application is judged, duplicates on both sides, whoever arrives first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction

from applications.models import Application, JournalEntry, OwedWork, Screening
from applications.policy.status import ApplicationState
from applications.selectors.clock import read_clock
from applications.services.owed import claim_owed_work
from applications.services.screening import screen_applications, screen_owed_work
from tests.factories import (
    make_draft,
    make_exercise,
    make_member,
    make_officer,
    make_person,
    screen_everything,
    store_online,
    store_paper,
)
from tests.payments import open_fee, record, say
from tests.threads import PATIENCE_SECONDS, run_at_once, run_in_background

PERSON = ("EXCLUDED", ["DUPLICATE_PERSON"])
SPOUSE = ("EXCLUDED", ["DUPLICATE_SPOUSE"])
ADMITTED = ("ADMITTED", [])


def judgement_of(application):
    application.refresh_from_db()
    return application.state, application.reasons


def judgements(*applications):
    return [judgement_of(application) for application in applications]


def screen(*applications):
    return screen_applications(
        exercise=applications[0].exercise,
        application_ids=[application.pk for application in applications],
        screened_at=read_clock(),
    )


def make_couple(husband, wife):
    """Give the keys of a form on which ``husband`` applies with ``wife``."""
    return {
        "applicant": make_person(husband, marital_status="MARRIED", sex="M"),
        "members": [make_member(wife, relationship="SPOUSE", marital_status="MARRIED")],
    }


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_the_same_person_on_paper_and_online_is_stored_twice_and_excluded_twice(self):
        exercise, officer = make_exercise(), make_officer()
        message = say(open_fee(make_draft(exercise, 1)))
        answers = run_at_once(
            lambda: store_paper(exercise, 1, officer=officer),
            lambda: record(message)[1],
        )
        paper, online = answers

        changed = run_at_once(lambda: screen(online), lambda: screen(paper))

        assert judgements(paper, online) == [PERSON, PERSON]
        assert sum(changed) == 2

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_either_order_of_workers_excludes_both(self, order):
        exercise = make_exercise()
        message = say(open_fee(make_draft(exercise, 1)))
        forms = [store_paper(exercise, 1), record(message)[1]]
        for position in order:
            screen(forms[position])
        assert judgements(*forms) == [PERSON, PERSON]
        assert Screening.objects.count() == 2

    def test_a_form_that_arrives_while_the_other_one_is_judged_excludes_both(self):
        exercise = make_exercise()
        message = say(open_fee(make_draft(exercise, 1)))
        paper = store_paper(exercise, 1)
        with ThreadPoolExecutor(2) as threads:
            with transaction.atomic():
                Application.objects.select_for_update().get(pk=paper.pk)
                judging = run_in_background(threads, lambda: screen(paper))
                arriving = run_in_background(threads, lambda: record(message)[1])
                online = arriving.result(PATIENCE_SECONDS)
            judging.result(PATIENCE_SECONDS)
        screen(online)
        assert judgements(paper, online) == [PERSON, PERSON]

    def test_many_workers_judge_everything_once_and_wait_in_no_circle(self):
        exercise, officer = make_exercise(), make_officer()
        chain = [
            store_paper(exercise, index, officer=officer, members=[make_member(index + 1)])
            for index in range(1, 13)
        ]
        changed = run_at_once(
            *[lambda group=chain[start::4]: screen(*group) for start in range(4)],
            *[lambda group=chain[::-1][start::4]: screen(*group) for start in range(4)],
        )
        assert judgements(*chain) == [PERSON] * 12
        assert sum(changed) == Screening.objects.count() == 12

    def test_two_workers_never_claim_the_same_work(self):
        exercise, officer = make_exercise(), make_officer()
        for index in range(1, 21):
            store_paper(exercise, index, officer=officer)

        def claim():
            return claim_owed_work(kind=OwedWork.Kind.SCREENING, claimed_at=read_clock(), limit=6)

        claimed = [row.pk for rows in run_at_once(*[claim] * 4) for row in rows]
        assert len(claimed) == len(set(claimed))


@pytest.mark.django_db
class TestDuplicates:
    def test_a_spouse_on_a_form_of_one_s_own_excludes_both_forms(self):
        exercise = make_exercise()
        together = store_paper(exercise, 1, **make_couple(1, 2))
        alone = store_paper(exercise, 2)
        screen_everything()
        assert judgements(together, alone) == [SPOUSE, SPOUSE]

    def test_spouses_who_each_apply_with_the_other_are_excluded(self):
        exercise = make_exercise()
        forms = [store_paper(exercise, n, **make_couple(n, 3 - n)) for n in (1, 2)]
        screen_everything()
        assert judgements(*forms) == [SPOUSE, SPOUSE]

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_a_chain_of_three_forms_is_excluded_in_any_order_of_screening(self, order):
        exercise = make_exercise()
        forms = [
            store_paper(exercise, 1, members=[make_member(2)]),
            store_paper(exercise, 3, members=[make_member(2), make_member(4)]),
            store_paper(exercise, 5, members=[make_member(4)]),
        ]
        for position in order:
            screen(forms[position])
        assert judgements(*forms) == [PERSON, PERSON, PERSON]

    def test_a_form_that_arrives_after_the_other_was_admitted_excludes_it(self):
        exercise = make_exercise()
        first = store_online(exercise, 1)
        screen_everything()
        assert judgement_of(first) == ADMITTED
        second = store_paper(exercise, 2, members=[make_member(1)])
        screen_everything()
        assert judgements(first, second) == [PERSON, PERSON]
        assert [row.eligible for row in first.screenings.order_by("sequence")] == [True, False]

    def test_a_family_may_divide_itself_over_forms(self):
        exercise = make_exercise()
        parents = store_paper(exercise, 1, **make_couple(1, 2))
        children = store_online(exercise, 3, members=[make_member(4)])
        screen_everything()
        assert judgements(parents, children) == [ADMITTED, ADMITTED]

    def test_a_couple_and_the_mother_in_law_are_no_duplicate(self):
        # Wen Wei Po, 7 March 2025: the couple apply as youth, she on the ordinary quota.
        exercise = make_exercise()
        couple = store_online(exercise, 1, **make_couple(1, 2))
        mother_in_law = store_paper(exercise, 3, youth_scheme=False)
        screen_everything()
        assert judgements(couple, mother_in_law) == [ADMITTED, ADMITTED]
        assert (couple.track, mother_in_law.track) == ("YOUTH", "GENERAL")

    def test_the_same_person_in_two_exercises_is_no_duplicate(self):
        forms = [store_online(make_exercise(code), 1) for code in ("ONE", "OTHER")]
        screen_everything()
        assert judgements(*forms) == [ADMITTED, ADMITTED]

    def test_one_identity_card_however_it_is_written_is_one_person(self):
        exercise = make_exercise()
        card = make_person(1)["hkic"]
        full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in card)
        bare = card.replace("(", "").replace(")", "")
        forms = [
            store_paper(exercise, n, applicant=make_person(1, hkic=written))
            for n, written in enumerate([card, card.lower(), full_width, bare])
        ]
        screen_everything()
        assert judgements(*forms) == [PERSON] * 4


@pytest.mark.django_db
class TestScreening:
    def test_again_changes_nothing_and_stores_nothing(self):
        exercise = make_exercise()
        forms = [store_paper(exercise, 1), store_paper(exercise, 2, members=[make_member(1)])]
        screen_everything()
        before = list(Screening.objects.order_by("pk").values())
        deeds = JournalEntry.objects.count()
        assert screen(*forms) == 0
        assert list(Screening.objects.order_by("pk").values()) == before
        assert JournalEntry.objects.count() == deeds

    def test_names_each_reason_and_whom_it_concerns(self):
        application = store_paper(
            make_exercise(),
            1,
            monthly_income_hkd=10_000_000,
            members=[make_member(2, previous_subsidy=True)],
        )
        screen_everything()
        assert judgement_of(application) == ("EXCLUDED", ["INCOME_OVER_LIMIT", "PREVIOUS_SUBSIDY"])
        screening = application.screenings.get()
        assert screening.findings == ["INCOME_OVER_LIMIT", "PREVIOUS_SUBSIDY:1"]
        assert screening.terms_sha256 == application.exercise.terms_sha256

    def test_leaves_a_withdrawn_application_alone(self):
        application = store_paper(make_exercise(), 1)
        Application.objects.filter(pk=application.pk).update(
            state=ApplicationState.WITHDRAWN, withdrawn_at=read_clock()
        )
        screen_everything()
        assert judgement_of(application) == ("WITHDRAWN", [])
        assert not OwedWork.objects.filter(done_at=None).exists()


@pytest.mark.django_db
class TestOwedWork:
    def claim(self, at):
        return claim_owed_work(kind=OwedWork.Kind.SCREENING, claimed_at=at)

    def test_that_nobody_finished_comes_due_again(self):
        application = store_paper(make_exercise(), 1)
        now = read_clock()
        assert len(self.claim(now)) == 1
        assert self.claim(now) == []
        again = self.claim(now + timedelta(seconds=60))
        assert [row.attempts for row in again] == [2]
        screen_owed_work(rows=again, screened_at=now)
        assert self.claim(now + timedelta(days=1)) == []
        assert judgement_of(application) == ADMITTED

    def test_that_two_workers_did_after_all_is_done_once(self):
        application = store_paper(make_exercise(), 1)
        now = read_clock()
        first = self.claim(now)
        second = self.claim(now + timedelta(seconds=60))
        screen_owed_work(rows=first, screened_at=now)
        done_at = OwedWork.objects.get().done_at
        screen_owed_work(rows=second, screened_at=now + timedelta(seconds=61))
        assert OwedWork.objects.get().done_at == done_at
        assert application.screenings.count() == 1

    def test_that_failed_before_comes_alone_and_after_fresh_work(self):
        exercise = make_exercise()
        for index in (1, 2):
            store_paper(exercise, index)
        now = read_clock()
        failed = {row.pk for row in self.claim(now)}
        store_paper(exercise, 3)
        later = now + timedelta(seconds=120)
        assert {row.pk for row in self.claim(later)}.isdisjoint(failed)
        assert len(self.claim(later)) == 1
