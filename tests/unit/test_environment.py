from pathlib import Path

import pytest

from hos_portal import environment
from hos_portal.environment import MissingSetting, SettingError


class TestReadText:
    def test_returns_the_value_or_the_default(self, monkeypatch):
        monkeypatch.setenv("HOS_EXAMPLE", " value ")
        assert environment.read_text("HOS_EXAMPLE") == "value"
        monkeypatch.delenv("HOS_EXAMPLE")
        assert environment.read_text("HOS_EXAMPLE", "default") == "default"

    @pytest.mark.parametrize("value", ["", "  "])
    def test_stops_when_a_required_value_is_empty(self, monkeypatch, value):
        monkeypatch.setenv("HOS_EXAMPLE", value)
        with pytest.raises(MissingSetting, match="HOS_EXAMPLE is not set"):
            environment.read_text("HOS_EXAMPLE")


class TestReadBoolean:
    @pytest.mark.parametrize(
        ("word", "meaning"),
        [("1", True), ("True", True), ("YES", True), ("on", True), ("0", False), ("off", False)],
    )
    def test_knows_the_usual_words(self, monkeypatch, word, meaning):
        monkeypatch.setenv("HOS_EXAMPLE", word)
        assert environment.read_boolean("HOS_EXAMPLE", not meaning) is meaning

    @pytest.mark.parametrize("word", ["ture", "2", "none", "y"])
    def test_refuses_any_other_spelling_and_says_what_is_allowed(self, monkeypatch, word):
        monkeypatch.setenv("HOS_EXAMPLE", word)
        with pytest.raises(SettingError, match="HOS_EXAMPLE must be one of 1, true"):
            environment.read_boolean("HOS_EXAMPLE", False)


class TestReadInteger:
    def test_includes_both_bounds(self, monkeypatch):
        for value in ("1", "65535"):
            monkeypatch.setenv("HOS_EXAMPLE", value)
            number = environment.read_integer("HOS_EXAMPLE", minimum=1, maximum=65535)
            assert number == int(value)

    @pytest.mark.parametrize("value", ["0", "65536", "1.5", "1e3", "٣", "1_000", "-", "--1"])
    def test_refuses_what_is_no_whole_number_in_bounds(self, monkeypatch, value):
        monkeypatch.setenv("HOS_EXAMPLE", value)
        with pytest.raises(SettingError, match="HOS_EXAMPLE must be a whole number from 1 to 6"):
            environment.read_integer("HOS_EXAMPLE", minimum=1, maximum=65535)


def test_a_list_drops_blanks_and_empty_items(monkeypatch):
    monkeypatch.setenv("HOS_EXAMPLE", " a, b ,,c")
    assert environment.read_list("HOS_EXAMPLE") == ["a", "b", "c"]
    monkeypatch.setenv("HOS_EXAMPLE", "")
    assert environment.read_list("HOS_EXAMPLE", ("d",)) == ["d"]


def test_a_path_is_absolute(monkeypatch):
    monkeypatch.setenv("HOS_EXAMPLE", "relative/directory")
    assert environment.read_path("HOS_EXAMPLE", Path("/default")).is_absolute()


class TestReadDatabaseUrl:
    def test_decodes_every_part(self, monkeypatch):
        monkeypatch.setenv(
            "DATABASE_URL",
            "postgresql://a%40b:p%2F%3A%25@db.example:6543/the%20name?sslmode=require",
        )
        assert environment.read_database_url("DATABASE_URL") == {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "the name",
            "USER": "a@b",
            "PASSWORD": "p/:%",
            "HOST": "db.example",
            "PORT": "6543",
            "OPTIONS": {"sslmode": "require"},
        }

    def test_takes_a_socket_directory(self, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql:///portal?host=/run/postgresql&port=5433")
        settings = environment.read_database_url("DATABASE_URL")
        assert (settings["HOST"], settings["PORT"]) == ("/run/postgresql", "5433")
        assert settings["OPTIONS"] == {}

    @pytest.mark.parametrize(
        "value",
        [
            "sqlite:///db.sqlite3",
            "mysql://a@b/c",
            "postgresql://host",
            "postgresql://host:port/name",
            "postgresql://host/name/more",
            "postgresql://host/name?novalue",
            "secret-text",
        ],
    )
    def test_refuses_other_addresses_without_repeating_them(self, monkeypatch, value):
        monkeypatch.setenv("DATABASE_URL", value)
        with pytest.raises(SettingError, match="DATABASE_URL must be an address") as refusal:
            environment.read_database_url("DATABASE_URL")
        assert value not in str(refusal.value)


class TestReadWebAddress:
    @pytest.mark.parametrize("value", ["", "http://tsa.example/", "https://tsa.example:8443/tsr"])
    def test_takes_an_address_of_the_web_or_none(self, monkeypatch, value):
        monkeypatch.setenv("HOS_EXAMPLE", value)
        assert environment.read_web_address("HOS_EXAMPLE") == value

    @pytest.mark.parametrize("value", ["tsa.example", "file:///etc/passwd", "https://", "http://["])
    def test_refuses_anything_else(self, monkeypatch, value):
        monkeypatch.setenv("HOS_EXAMPLE", value)
        with pytest.raises(SettingError, match="HOS_EXAMPLE must be an address"):
            environment.read_web_address("HOS_EXAMPLE")


class TestReadEmailUrl:
    def test_without_one_each_message_is_a_file(self, monkeypatch, tmp_path):
        monkeypatch.setenv("HOS_EXAMPLE", "")
        assert environment.read_email_url("HOS_EXAMPLE", tmp_path) == {
            "EMAIL_BACKEND": "hos_portal.mail_files.EmailBackend",
            "EMAIL_FILE_PATH": str(tmp_path),
        }

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("smtp://mail.example", {"EMAIL_PORT": 25, "EMAIL_USE_TLS": False}),
            ("smtp://mail.example?tls=start", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
            ("smtp://mail.example:2465?tls=on", {"EMAIL_PORT": 2465, "EMAIL_USE_SSL": True}),
            (
                "smtp://portal:p%40ss@mail.example",
                {"EMAIL_HOST_USER": "portal", "EMAIL_HOST_PASSWORD": "p@ss"},
            ),
        ],
    )
    def test_reads_a_mail_server(self, monkeypatch, tmp_path, value, expected):
        monkeypatch.setenv("HOS_EXAMPLE", value)
        settings = environment.read_email_url("HOS_EXAMPLE", tmp_path)
        assert expected | {"EMAIL_HOST": "mail.example"} == {
            name: settings[name] for name in (*expected, "EMAIL_HOST")
        }

    @pytest.mark.parametrize(
        "value",
        [
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://mail.example:port",
            "smtp://mail.example?tls=maybe",
            "smtp://mail.example?retry=1",
        ],
    )
    def test_refuses_anything_else(self, monkeypatch, tmp_path, value):
        monkeypatch.setenv("HOS_EXAMPLE", value)
        with pytest.raises(SettingError, match="HOS_EXAMPLE must be an address"):
            environment.read_email_url("HOS_EXAMPLE", tmp_path)


def test_a_path_may_be_unset(monkeypatch):
    monkeypatch.setenv("HOS_EXAMPLE", "")
    assert environment.read_path("HOS_EXAMPLE", None) is None
