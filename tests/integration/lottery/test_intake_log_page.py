"""The intake log for anybody: the page, the file, and the command that checks it."""

import re
import subprocess
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from lottery.selectors.intake_log import write_intake_log
from tests.factories import store_online
from tests.integration.lottery import decisions, stages

pytestmark = pytest.mark.django_db

FILES = {"intake_log_text": "intake-log.txt", "intake_signer": "intake-signer.pem"}


def address(name, *args, language="en"):
    with override(language):
        return reverse(f"verify:{name}", args=args)


@pytest.fixture
def exercise():
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    return exercise


class TestIntakeLog:
    @pytest.mark.parametrize("language", ["en", "zh-hant"])
    def test_is_public_from_the_first_head_on(self, exercise, language):
        url = address("intake_log", exercise.code, language=language)
        text_url = address("intake_log_text", exercise.code)
        assert Client().get(url).status_code == 200
        assert Client().get(text_url).status_code == 404
        heads = decisions.take_heads(exercise, 2)
        page = Client().get(url).content.decode()
        for head in heads:
            assert head.root in page
            assert head.signature in page
        assert Client().get(text_url).content.decode() == write_intake_log(exercise)

    def test_says_how_much_came_each_day(self, exercise):
        decisions.take_heads(exercise)
        store_online(exercise, 80)
        decisions.take_heads(exercise, 1)
        page = Client().get(address("intake_log", exercise.code)).content.decode()
        cells = re.findall(r"table__cell--numeric\">(\+?\d+)<", page)
        assert cells == ["11", "+1", "10", "+10"]

    def test_the_command_on_the_page_verifies_the_last_signature(self, exercise, tmp_path):
        decisions.take_heads(exercise, 2)
        page = unescape(Client().get(address("intake_log", exercise.code)).content.decode())
        for name, file in FILES.items():
            (tmp_path / file).write_bytes(Client().get(address(name, exercise.code)).content)
        command = re.search(r"<code>(printf 'WSM-INTAKE.*?)</code>", page, re.DOTALL)[1]
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.stdout.strip() == "Verified OK", done.stderr

    def test_without_a_key_it_says_that_the_last_head_is_unsigned(self, exercise, settings):
        settings.SIGNING_KEY_FILE = None
        decisions.take_heads(exercise)
        page = Client().get(address("intake_log", exercise.code)).content.decode()
        assert "The last head is not signed" in page
        assert Client().get(address("intake_signer", exercise.code)).status_code == 404

    def test_is_linked_before_and_after_the_commitment(self, exercise):
        assert address("intake_log", exercise.code) not in self.home()
        decisions.take_heads(exercise)
        assert address("intake_log", exercise.code) in self.home()
        stages.publish(exercise)
        ballot = Client().get(address("ballot", exercise.code)).content.decode()
        assert address("intake_log", exercise.code) in ballot

    def home(self):
        return Client().get(address("home")).content.decode()

    def test_an_unknown_exercise_has_none(self):
        for name in ("intake_log", *FILES):
            assert Client().get(address(name, "NOTHING")).status_code == 404
