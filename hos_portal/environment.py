"""
Read typed settings from environment variables.

Every error names the variable and says what is allowed; none repeats the value, which may be a
secret. An empty variable counts as unset, because that is how shells and service managers spell
"no value".
"""

import os
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
DATABASE_SCHEMES = frozenset({"postgresql", "postgres"})
WEB_SCHEMES = frozenset({"http", "https"})
TLS_WORDS = {"off": 25, "start": 587, "on": 465}
EMAIL_TIMEOUT_SECONDS = 10

DefaultPath = TypeVar("DefaultPath", Path, None)


class SettingError(ValueError):
    """An environment variable holds something that the portal cannot use."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name


class MissingSetting(SettingError):
    """An environment variable without a default is unset or empty."""

    def __init__(self, name: str, allowed: str) -> None:
        super().__init__(name, f"is not set; it must be {allowed}.")


def read_text(name: str, default: str | None = None) -> str:
    """
    Read a text; without a default the variable is required.

    :raises MissingSetting: when it is unset or empty and there is no default.
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise MissingSetting(name, "a text that is not empty")
    return default


def read_boolean(name: str, default: bool) -> bool:
    """
    Read a yes or no.

    :raises SettingError: for any other spelling, so that a typing error never switches anything.
    """
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value not in TRUE_WORDS | FALSE_WORDS:
        raise SettingError(name, "must be one of 1, true, yes, on, 0, false, no, off.")
    return value in TRUE_WORDS


def read_integer(
    name: str,
    default: int | None = None,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
) -> int:
    """
    Read a whole number in ASCII digits, both bounds included.

    :raises MissingSetting: when it is unset and there is no default.
    :raises SettingError: when it is no whole number or out of bounds.
    """
    allowed = "a whole number" + _bounds(minimum, maximum)
    value = os.environ.get(name, "").strip()
    if not value:
        if default is None:
            raise MissingSetting(name, allowed)
        return default
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise SettingError(name, f"must be {allowed}.")
    number = int(value)
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        raise SettingError(name, f"must be {allowed}.")
    return number


def read_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Read a comma-separated list; blanks around the items and empty items are dropped."""
    value = os.environ.get(name, "")
    if not value.strip():
        return list(default)
    return [item.strip() for item in value.split(",") if item.strip()]


def read_path(name: str, default: DefaultPath) -> Path | DefaultPath:
    """Read a path of the file system, made absolute; ``~`` is the home directory."""
    value = os.environ.get(name, "").strip()
    return Path(value).expanduser().absolute() if value else default


def read_web_address(name: str) -> str:
    """
    Read an address of the web; empty when the variable is unset.

    :raises SettingError: when it is no ``http://…`` or ``https://…`` address.
    """
    value = os.environ.get(name, "").strip()
    try:
        address = urlsplit(value)
        is_usable = address.scheme in WEB_SCHEMES and bool(address.hostname)
    except ValueError:
        is_usable = False
    if value and not is_usable:
        raise SettingError(name, "must be an address such as https://authority.example/tsa.")
    return value


def read_email_url(name: str, directory: Path) -> dict[str, Any]:
    """
    Read where e-mails go, as Django's settings for it.

    ``smtp://user:password@host:587?tls=start`` (or ``tls=on`` for port 465, or neither) is a mail
    server; every part may be percent-encoded. Unset, each message becomes a file in a directory.

    :raises SettingError: when it is no such address.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        backend = "hos_portal.mail_files.EmailBackend"
        return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": str(directory)}
    try:
        address = urlsplit(value)
        options = dict(parse_qsl(address.query, strict_parsing=bool(address.query)))
        port = address.port
    except ValueError:
        address, options, port = urlsplit(""), {}, None
    tls = options.pop("tls", "off")
    if address.scheme != "smtp" or not address.hostname or options or tls not in TLS_WORDS:
        allowed = "smtp://user:password@host:587?tls=start, with tls one of off, start, on"
        raise SettingError(name, f"must be an address such as {allowed}.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": address.hostname,
        "EMAIL_PORT": port or TLS_WORDS[tls],
        "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""),
        "EMAIL_USE_TLS": tls == "start",
        "EMAIL_USE_SSL": tls == "on",
        "EMAIL_TIMEOUT": EMAIL_TIMEOUT_SECONDS,
    }


def read_database_url(name: str) -> dict[str, Any]:
    """
    Read a PostgreSQL address as one entry of Django's ``DATABASES``.

    The form is ``postgresql://user:password@host:port/name?option=value``; every part may be
    percent-encoded. ``?host=/directory`` means a Unix socket. Other options go to the driver.

    :raises MissingSetting: when it is unset.
    :raises SettingError: when it is no such address.
    """
    allowed = "an address such as postgresql://user:password@host:5432/name"
    value = os.environ.get(name, "").strip()
    if not value:
        raise MissingSetting(name, allowed)
    try:
        address = urlsplit(value)
        port = address.port
        options = dict(parse_qsl(address.query, strict_parsing=bool(address.query)))
    except ValueError:
        raise SettingError(name, f"must be {allowed}.") from None
    database = unquote(address.path.removeprefix("/"))
    if address.scheme not in DATABASE_SCHEMES or not database or "/" in database:
        raise SettingError(name, f"must be {allowed}; only PostgreSQL is supported.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": options.pop("host", unquote(address.hostname or "")),
        "PORT": options.pop("port", str(port or "")),
        "OPTIONS": options,
    }


def read_cache_url(name: str) -> dict[str, Any]:
    """
    Read a cache address as one entry of Django's ``CACHES``.

    ``redis://…`` or ``rediss://…`` is a Redis or Valkey server; ``locmem://`` is this process's own
    memory, good enough for one process and for tests, too little for throttling over several.

    :raises MissingSetting: when it is unset.
    :raises SettingError: when it is neither.
    """
    allowed = "redis://:password@host:6379/1, or locmem:// for a single process"
    value = os.environ.get(name, "").strip()
    if not value:
        raise MissingSetting(name, allowed)
    if value == "locmem://":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if not value.startswith(("redis://", "rediss://")):
        raise SettingError(name, f"must be {allowed}.")
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": value,
        "KEY_PREFIX": "hos",
    }


def _bounds(minimum: int | None, maximum: int | None) -> str:
    if minimum is not None and maximum is not None:
        return f" from {minimum} to {maximum}"
    if minimum is not None:
        return f", {minimum} or more"
    if maximum is not None:
        return f", {maximum} or less"
    return ""
