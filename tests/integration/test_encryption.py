"""What identifies people is unreadable in the database, and keys can be changed."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from applications.models import Application, Draft, Person
from applications.models.encrypted import decrypt_text, encrypt_text, hash_for_lookup
from applications.models.identity import hash_identity
from applications.policy.document import parse_document
from applications.policy.hong_kong_time import hong_kong_date
from applications.selectors.clock import read_clock
from tests.factories import make_document, make_draft, make_exercise, make_person, store_paper

OLD = "7:" + base64.b64encode(b"o" * 32).decode()
NEW = "8:" + base64.b64encode(b"n" * 32).decode()


class TestEncryptText:
    @pytest.mark.parametrize("text", ["", "SYNTHETIC One", "測試𨋢𠮷", "x" * 10_000])
    def test_comes_back(self, text):
        assert decrypt_text(encrypt_text(text, label="a.b"), label="a.b") == text

    def test_is_different_each_time(self):
        assert encrypt_text("same", label="a.b") != encrypt_text("same", label="a.b")

    def test_does_not_decrypt_in_another_column(self):
        with pytest.raises(InvalidTag):
            decrypt_text(encrypt_text("text", label="a.b"), label="a.c")

    @pytest.mark.parametrize("position", [1, 12, 13, -1])
    def test_with_a_changed_byte_does_not_decrypt(self, position):
        changed = bytearray(encrypt_text("text", label="a.b"))
        changed[position] ^= 1
        with pytest.raises(InvalidTag):
            decrypt_text(bytes(changed), label="a.b")

    def test_a_new_key_in_front_encrypts_and_the_old_one_still_decrypts(self, settings):
        settings.ENCRYPTION_KEYS = OLD
        old = encrypt_text("text", label="a.b")
        settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
        new = encrypt_text("text", label="a.b")
        assert (old[0], new[0]) == (7, 8)
        assert decrypt_text(old, label="a.b") == decrypt_text(new, label="a.b") == "text"

    def test_without_its_key_does_not_decrypt(self, settings):
        settings.ENCRYPTION_KEYS = OLD
        old = encrypt_text("text", label="a.b")
        settings.ENCRYPTION_KEYS = NEW
        with pytest.raises(KeyError):
            decrypt_text(old, label="a.b")


class TestHashForLookup:
    def test_finds_an_equal_text_of_the_same_kind_only(self):
        assert hash_for_lookup("hkic", "A1234563") == hash_for_lookup("hkic", "A1234563")
        assert hash_for_lookup("hkic", "A1234563") != hash_for_lookup("document", "A1234563")

    def test_needs_the_key(self, settings):
        before = hash_for_lookup("hkic", "A1234563")
        settings.LOOKUP_KEY = base64.b64encode(b"k" * 32).decode()
        assert hash_for_lookup("hkic", "A1234563") != before


@pytest.mark.django_db
class TestColumns:
    def read_everything(self):
        """Give every stored row of applications, people and drafts as the database holds it."""
        with connection.cursor() as cursor:
            rows = []
            for model in (Application, Person, Draft):
                cursor.execute(f"SELECT * FROM {model._meta.db_table}")
                rows += [value for row in cursor.fetchall() for value in row]
        texts = [value for value in rows if isinstance(value, str)]
        return b"\n".join(
            [bytes(value) for value in rows if isinstance(value, memoryview | bytes)]
            + [text.encode() for text in texts]
        )

    def test_hold_nothing_that_identifies_anybody_in_clear(self):
        exercise = make_exercise()
        store_paper(exercise, 1)
        make_draft(exercise, 2)
        stored = self.read_everything()
        for person in (make_person(1), make_person(2)):
            card = person["hkic"].replace("(", "").replace(")", "")
            for text in (card, card[:-1], person["name_zh"], "SYNTHETIC"):
                assert text.encode() not in stored
        contact = make_document(exercise)["contact"]
        for name in ("phone", "email", "address"):
            assert contact[name].encode() not in stored

    def test_come_back_as_they_were_typed(self):
        application = Application.objects.get(pk=store_paper(make_exercise(), 1).pk)
        person = application.people.get()
        assert application.phone == "20001234"
        assert person.surname_en == "SYNTHETIC"
        assert len(application.salt) == 64

    def test_find_a_person_by_the_keyed_hash(self):
        exercise = make_exercise()
        application = store_paper(exercise, 1)
        document = parse_document(
            make_document(exercise, 1, channel="PAPER"), today=hong_kong_date(read_clock())
        )
        key = hash_identity(document.household.applicant)
        assert Person.objects.get(exercise=exercise, identity_key=key).application == application
