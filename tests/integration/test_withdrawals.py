"""Withdrawing: what it means for the application, the others, the register; and who may do it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction

from applications.models import Application, Exercise, JournalEntry, Message, OwedWork
from applications.policy.status import ApplicationState
from applications.selectors.clock import read_clock
from applications.selectors.counts import get_counts
from applications.selectors.invariants import find_breaches_of_exercise
from applications.services.owed import claim_owed_work
from applications.services.screening import screen_applications, screen_owed_work
from applications.services.withdrawals import RegisterFrozen, withdraw_application
from lottery.models import RankingEntry, RegisterEntry
from tests.factories import make_exercise, make_person, screen_everything, store_online, store_paper
from tests.integration.lottery import decisions, stages
from tests.integration.lottery.test_races import wait_for_somebody_to_wait
from tests.threads import PATIENCE_SECONDS, run_at_once, run_in_background

WITHDRAWN, ADMITTED = ApplicationState.WITHDRAWN.value, ApplicationState.ADMITTED.value
BIRTH_DATE = {"birth_date-day": "17", "birth_date-month": "5", "birth_date-year": "1990"}


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def withdraw(application, *, at=None):
    return withdraw_application(application_id=application.pk, withdrawn_at=at or read_clock())


def reload(application):
    return Application.objects.get(pk=application.pk)


def status_of(application):
    return RegisterEntry.objects.get(application=application).status


@pytest.mark.django_db
class TestTheDeed:
    @pytest.mark.parametrize("is_screened", [True, False])
    def test_is_stored_journalled_and_confirmed_once_however_often_it_is_asked(self, is_screened):
        application = store_online(make_exercise(), 1)
        if is_screened:
            screen_everything()
        at = read_clock()
        for _ in range(2):
            withdraw(application, at=at)
            at += timedelta(minutes=1)
        stored = reload(application)
        assert (stored.state, stored.reasons) == (WITHDRAWN, ["WITHDRAWN"])
        assert stored.withdrawn_at == at - timedelta(minutes=2)
        deed = JournalEntry.objects.get(deed="APPLICATION_WITHDRAWN")
        assert (deed.subject, deed.actor) == (f"application:{application.pk}", "APPLICANT")
        assert deed.details == {}
        message = Message.objects.get(kind=Message.Kind.WITHDRAWN)
        assert (message.address, message.language) == ("household@example.org", "en")

    def test_of_somebody_without_an_email_address_owes_no_message(self):
        exercise = make_exercise()
        contact = {"phone": "20001234", "email": None, "address": "Flat 1", "district": "NORTH"}
        withdraw(store_paper(exercise, 1, contact=contact))
        assert not Message.objects.filter(kind=Message.Kind.WITHDRAWN).exists()

    def test_outlasts_the_screening_that_was_owed(self):
        exercise = make_exercise()
        application = store_online(exercise, 1)
        withdraw(application)
        screen_everything()
        screen_applications(
            exercise=exercise, application_ids=[application.pk], screened_at=read_clock()
        )
        assert reload(application).state == WITHDRAWN
        assert not list(find_breaches_of_exercise(Exercise.objects.get()))

    def test_leaves_the_counts_of_what_was_received(self):
        exercise = make_exercise()
        application = store_online(exercise, 1)
        before = get_counts(exercise=exercise, as_at=read_clock())
        withdraw(application)
        after = get_counts(exercise=exercise, as_at=read_clock())
        assert after.cells == before.cells


@pytest.mark.django_db
class TestDuplicates:
    def test_a_form_that_had_come_already_is_rescued_by_no_withdrawal(self):
        exercise = make_exercise()
        online, paper = store_online(exercise, 1), store_paper(exercise, 1)
        screen_everything()
        withdraw(online)
        screen_everything()
        screen_applications(exercise=exercise, application_ids=[paper.pk], screened_at=read_clock())
        assert reload(paper).reasons == ["DUPLICATE_PERSON"]
        assert reload(online).reasons == ["DUPLICATE_PERSON", "WITHDRAWN"]

    def test_a_new_form_afterwards_takes_part(self):
        exercise = make_exercise()
        withdraw(store_online(exercise, 1))
        again = store_online(exercise, 1)
        screen_everything()
        assert reload(again).state == ADMITTED

    def test_a_form_judged_before_the_withdrawal_was_stored_is_judged_again(self):
        exercise = make_exercise()
        first = store_online(exercise, 1)
        asked_at = read_clock()
        later = store_paper(exercise, 1, received_at=read_clock())
        screen_everything()
        assert reload(later).reasons == ["DUPLICATE_PERSON"]
        withdraw(first, at=asked_at)
        assert OwedWork.objects.get(done_at=None).application_id == later.pk
        screen_everything()
        assert reload(later).state == ADMITTED


@pytest.mark.django_db
class TestTheRegister:
    def test_has_a_line_xw_that_is_not_drawn(self):
        exercise = stages.make_ballot()
        stages.fill(exercise, family=3, one_person=2)
        gone, *others = exercise.applications.order_by("number")
        withdraw(gone)
        stages.draw(exercise)
        assert status_of(gone) == "XW"
        assert {status_of(other) for other in others} == {"A"}
        ranked = RankingEntry.objects.values_list("entry__application", flat=True)
        assert sorted(ranked) == [other.pk for other in others]

    def test_of_a_closed_exercise_still_takes_a_withdrawal(self):
        exercise = stages.make_ballot()
        application = store_online(exercise, 1)
        screen_everything()
        stages.close(exercise)
        withdraw(application)
        stages.freeze(exercise)
        assert status_of(application) == "XW"

    def test_takes_none_once_it_is_frozen(self):
        exercise = stages.make_ballot()
        application, gone = store_online(exercise, 1), store_online(exercise, 2)
        screen_everything()
        at = read_clock()
        withdraw(gone, at=at)
        stages.freeze(stages.close(exercise))
        with pytest.raises(RegisterFrozen):
            withdraw(application)
        with pytest.raises(DatabaseError, match="frozen register"), transaction.atomic():
            exercise.applications.filter(pk=application.pk).update(
                state="WITHDRAWN", withdrawn_at=read_clock()
            )
        assert reload(application).state == ADMITTED
        assert withdraw(gone).withdrawn_at == at

    def test_of_an_attempt_that_was_given_up_binds_no_longer(self):
        exercise = stages.make_ballot()
        application = store_online(exercise, 1)
        store_online(exercise, 2)
        drawn = stages.draw(exercise)
        decisions.give_up(drawn.ceremony.publication.register)
        withdraw(application)
        decisions.draw_again(exercise)
        lines = RegisterEntry.objects.filter(application=application).order_by("register")
        assert [line.status for line in lines] == ["A", "XW"]
        with pytest.raises(RegisterFrozen):
            withdraw(exercise.applications.get(state=ADMITTED))


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_a_freeze_waits_for_a_withdrawal_under_way(self):
        exercise = stages.make_ballot()
        application = store_online(exercise, 1)
        store_online(exercise, 2)
        screen_everything()
        stages.close(exercise)
        withdrawn, may_commit = threading.Event(), threading.Event()

        def withdraw_slowly():
            with transaction.atomic():
                withdraw(application)
                withdrawn.set()
                assert may_commit.wait(PATIENCE_SECONDS)

        with ThreadPoolExecutor(2) as threads:
            withdrawal = run_in_background(threads, withdraw_slowly)
            assert withdrawn.wait(PATIENCE_SECONDS)
            freeze = run_in_background(threads, lambda: stages.freeze(exercise))
            wait_for_somebody_to_wait()
            assert not freeze.done()
            may_commit.set()
            withdrawal.result(PATIENCE_SECONDS)
            freeze.result(PATIENCE_SECONDS)
        assert status_of(application) == "XW"

    def test_every_withdrawal_beside_a_freeze_is_in_the_register_or_refused(self):
        exercise = stages.make_ballot()
        applications = [store_online(exercise, index) for index in range(1, 7)]
        screen_everything()
        stages.close(exercise)
        calls = [lambda application=each: withdraw(application) for each in applications]
        answers = run_at_once(*calls[:3], lambda: stages.freeze(exercise), *calls[3:])
        del answers[3]
        for application, answer in zip(applications, answers, strict=True):
            is_refused = isinstance(answer, RegisterFrozen)
            assert is_refused or answer.state == WITHDRAWN, answer
            assert status_of(application) == ("A" if is_refused else "XW")
            assert reload(application).state == (ADMITTED if is_refused else WITHDRAWN)

    @pytest.mark.parametrize("is_first", [True, False])
    def test_a_withdrawal_and_a_screening_wait_for_each_other(self, is_first):
        exercise = make_exercise()
        online, paper = store_online(exercise, 1), store_paper(exercise, 1)
        done, may_commit = threading.Event(), threading.Event()
        deeds = [lambda: withdraw(online), screen_everything]
        first, second = deeds if is_first else reversed(deeds)

        def begin():
            with transaction.atomic():
                first()
                done.set()
                assert may_commit.wait(PATIENCE_SECONDS)

        with ThreadPoolExecutor(2) as threads:
            one = run_in_background(threads, begin)
            assert done.wait(PATIENCE_SECONDS)
            other = run_in_background(threads, second)
            wait_for_somebody_to_wait()
            assert not other.done()
            may_commit.set()
            one.result(PATIENCE_SECONDS)
            other.result(PATIENCE_SECONDS)
        stored = reload(online)
        found = [] if is_first else ["DUPLICATE_PERSON"]
        assert (stored.state, stored.reasons) == (WITHDRAWN, [*found, "WITHDRAWN"])
        assert reload(paper).reasons == ["DUPLICATE_PERSON"]

    def test_beside_its_own_screening_it_stays_withdrawn(self):
        exercise = make_exercise()
        # Both are duplicates of each other, so screening locks more than what is withdrawn.
        pairs = [
            (store_online(exercise, index), store_paper(exercise, index)) for index in range(1, 4)
        ]
        calls = [lambda each=online: withdraw(each) for online, _paper in pairs]
        calls += [lambda each=paper: withdraw(each) for _online, paper in pairs]

        def screen():
            rows = claim_owed_work(kind=OwedWork.Kind.SCREENING, claimed_at=read_clock())
            return screen_owed_work(rows=rows, screened_at=read_clock())

        answers = run_at_once(*calls[:3], screen, *calls[3:], screen)
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        assert set(exercise.applications.values_list("state", flat=True)) == {WITHDRAWN}
        assert JournalEntry.objects.filter(deed="APPLICATION_WITHDRAWN").count() == 6

    def test_asked_for_eight_times_at_once_it_is_one_deed(self):
        application = store_online(make_exercise(), 1)
        answers = run_at_once(*[lambda: withdraw(application)] * 8)
        assert len({answer.withdrawn_at for answer in answers}) == 1
        assert JournalEntry.objects.filter(deed="APPLICATION_WITHDRAWN").count() == 1
        assert Message.objects.filter(kind=Message.Kind.WITHDRAWN).count() == 1


@pytest.mark.django_db
class TestThePage:
    @pytest.fixture
    def application(self):
        return store_online(make_exercise(), 1)

    @pytest.fixture
    def pass_(self, client, application):
        numbers = {"number": application.number, "hkic": make_person(1)["hkic"]}
        return {"pass": client.post("/en/status/", numbers).context["pass"]}

    def post(self, client, pass_, language="en", **answers):
        return client.post(f"/{language}/status/withdraw/", pass_ | answers)

    def test_says_what_it_means_before_it_asks(self, client, pass_, application):
        page = self.post(client, pass_).content.decode()
        assert "cannot be undone" in page
        assert "The fee of HK$250 is not given back." in page
        assert "That one needs a new fee." in page
        assert "govuk-error" not in page
        assert reload(application).state != WITHDRAWN

    def test_with_the_tick_and_the_date_of_birth_withdraws(self, client, pass_, application):
        answers = {"asked": "1", "understood": "on", **BIRTH_DATE}
        for _ in range(2):  # once more, as a reload does
            page = self.post(client, pass_, **answers).content.decode()
            assert "You withdrew this application (" in page
            assert "Withdraw the application" not in page
        assert reload(application).state == WITHDRAWN

    @pytest.mark.parametrize(
        ("answers", "message"),
        [
            pytest.param(BIRTH_DATE, "Please tick this", id="no tick"),
            pytest.param({"understood": "on"}, "Please enter the date", id="no date"),
            pytest.param(
                {"understood": "on", **BIRTH_DATE, "birth_date-year": "1991"},
                "not the date of birth on the form",
                id="another date",
            ),
        ],
    )
    def test_without_either_changes_nothing(self, client, pass_, application, answers, message):
        page = self.post(client, pass_, asked="1", **answers).content.decode()
        assert message in page
        assert reload(application).state != WITHDRAWN

    def test_the_other_language_keeps_what_was_typed_and_judges_nothing(
        self, client, pass_, application
    ):
        typed = {"asked": "1", "switch_language": "1", "understood": "on", **BIRTH_DATE}
        answer = self.post(client, pass_, "zh-hant", **typed)
        assert 'value="1990"' in answer.content.decode()
        assert not answer.context["form"].is_bound
        assert reload(application).state != WITHDRAWN

    def test_dates_of_birth_cannot_be_tried_out(self, client, pass_, application):
        wrong = {"asked": "1", "understood": "on", **BIRTH_DATE}
        statuses = [
            self.post(client, pass_, **wrong | {"birth_date-year": str(1900 + n)}).status_code
            for n in range(11)
        ]
        assert statuses == [200] * 10 + [429]
        assert self.post(client, pass_, **wrong).status_code == 429
        assert self.post(client, pass_, asked="1").status_code == 200  # no date, no guess
        assert reload(application).state != WITHDRAWN

    @pytest.mark.parametrize(
        ("language", "words"), [("en", "can no longer be withdrawn"), ("zh-hant", "不能")]
    )
    def test_says_so_when_the_register_was_frozen_meanwhile(self, client, language, words):
        exercise = stages.make_ballot()
        application = store_online(exercise, 1)
        screen_everything()
        numbers = {"number": application.number, "hkic": make_person(1)["hkic"]}
        pass_ = {"pass": client.post("/en/status/", numbers).context["pass"]}
        stages.freeze(stages.close(exercise))
        answers = {"asked": "1", "understood": "on", **BIRTH_DATE}
        refused = self.post(client, pass_, language, **answers)
        assert refused.status_code == 409
        assert "REGISTER_FROZEN" in refused.content.decode()
