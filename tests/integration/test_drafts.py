"""What is typed is kept until it is submitted, and two tabs do not overwrite each other."""

import pytest

from applications.models import Draft
from applications.selectors.clock import read_clock
from applications.services.drafts import (
    DraftAlreadySubmitted,
    DraftChangedElsewhere,
    save_draft,
    start_draft,
)
from tests.factories import make_draft, make_exercise, pay_draft
from tests.threads import run_at_once


def save(draft, seen_version, **changes):
    return save_draft(
        draft_id=draft.pk, changes=changes, seen_version=seen_version, saved_at=read_clock()
    )


@pytest.fixture
def draft():
    return start_draft(exercise=make_exercise(), language="en", started_at=read_clock())


@pytest.mark.django_db
class TestSaveDraft:
    def test_adds_one_page_s_answers_to_the_others(self, draft):
        save(draft, 0, monthly_income_hkd=1)
        saved = save(draft, 1, net_assets_hkd=2)
        assert saved.version == 2
        assert Draft.objects.get(pk=draft.pk).answers == {
            "exercise": "TEST2024",
            "channel": "ONLINE",
            "language": "en",
            "monthly_income_hkd": 1,
            "net_assets_hkd": 2,
        }

    def test_with_the_same_answers_changes_nothing(self, draft):
        first = save(draft, 0, monthly_income_hkd=1)
        again = save(draft, 0, monthly_income_hkd=1)
        assert (again.version, again.updated_at) == (first.version, first.updated_at)

    def test_from_a_tab_that_shows_older_answers_is_refused(self, draft):
        save(draft, 0, monthly_income_hkd=1)
        with pytest.raises(DraftChangedElsewhere):
            save(draft, 0, monthly_income_hkd=2)
        assert Draft.objects.get(pk=draft.pk).answers["monthly_income_hkd"] == 1

    def test_after_submission_is_refused(self):
        draft = make_draft(make_exercise())
        application = pay_draft(draft)
        with pytest.raises(DraftAlreadySubmitted):
            save(draft, draft.version, monthly_income_hkd=1)
        application.refresh_from_db()
        assert application.monthly_income_hkd == 20_000

    def test_remembers_the_language_that_is_read(self, draft):
        saved = save_draft(
            draft_id=draft.pk, changes={}, seen_version=0, saved_at=read_clock(), language="zh-hant"
        )
        assert (saved.language, saved.answers["language"]) == ("zh-hant", "zh-hant")


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_at_the_same_moment_one_is_told(draft):
    answers = run_at_once(
        lambda: save(draft, 0, monthly_income_hkd=1), lambda: save(draft, 0, monthly_income_hkd=2)
    )
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    kept = [answer for answer in answers if not isinstance(answer, Exception)]
    assert [type(refusal) for refusal in refused] == [DraftChangedElsewhere]
    assert Draft.objects.get(pk=draft.pk).answers == kept[0].answers
