"""
Secrets of an embedded installation, generated once.

They live in ``secrets.env`` of the data directory, readable by its owner alone, as ``NAME=value``
lines. Production processes do not come here:
they take their secrets from the environment and stop when one is missing.
"""

import base64
import os
from pathlib import Path
from secrets import token_bytes, token_urlsafe

from hos_portal.embedded.errors import EmbeddedServiceError

FILE_NAME = "secrets.env"
EXPORTED = ("HOS_SECRET_KEY", "HOS_ENCRYPTION_KEYS", "HOS_LOOKUP_KEY", "HOS_PAYMENT_SECRET")
POSTGRES_PASSWORD = "EMBEDDED_POSTGRES_PASSWORD"  # noqa: S105  (a name, not a password)
APPLICATION_PASSWORD = "EMBEDDED_APPLICATION_PASSWORD"  # noqa: S105
BROKER_PASSWORD = "EMBEDDED_BROKER_PASSWORD"  # noqa: S105


def load_or_create_secrets(data_dir: Path) -> dict[str, str]:
    """
    Read the stored secrets, generating and storing them the first time.

    A file of the time when one database role did everything gets the password of the second.

    :raises EmbeddedServiceError: when the file is damaged, or gone while a database made with it
        is still there: new keys could not read what the old ones encrypted.
    """
    path = data_dir / FILE_NAME
    if not path.exists():
        if (data_dir / "postgres").exists():
            raise EmbeddedServiceError(
                f"{path} is gone, and the database in {data_dir / 'postgres'} cannot be read "
                "without it: put the file back, or remove the data directory to start anew."
            )
        _store(path, _generate())
    secrets = load_secrets(data_dir)
    if APPLICATION_PASSWORD not in secrets:
        secrets[APPLICATION_PASSWORD] = token_urlsafe(24)
        _store(path, secrets)
    return secrets


def load_secrets(data_dir: Path) -> dict[str, str]:
    """
    Read the stored secrets; none when there is no file.

    :raises EmbeddedServiceError: when the file cannot be read or misses a secret.
    """
    path = data_dir / FILE_NAME
    if not path.exists():
        return {}
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise EmbeddedServiceError(f"{path} cannot be read: {error.strerror}.") from error
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    missing = [
        name for name in (*EXPORTED, POSTGRES_PASSWORD, BROKER_PASSWORD) if not values.get(name)
    ]
    if missing:
        raise EmbeddedServiceError(f"{path} is damaged: {', '.join(missing)} missing.")
    return values


def pick_exported(values: dict[str, str]) -> dict[str, str]:
    """Pick what belongs in the environment of the portal; the services' own passwords do not."""
    return {name: values[name] for name in EXPORTED if name in values}


def _generate() -> dict[str, str]:
    return {
        "HOS_SECRET_KEY": token_urlsafe(48),
        "HOS_ENCRYPTION_KEYS": f"1:{_random_key()}",
        "HOS_LOOKUP_KEY": _random_key(),
        "HOS_PAYMENT_SECRET": token_urlsafe(32),
        POSTGRES_PASSWORD: token_urlsafe(24),
        APPLICATION_PASSWORD: token_urlsafe(24),
        BROKER_PASSWORD: token_urlsafe(24),
    }


def _random_key() -> str:
    return base64.b64encode(token_bytes(32)).decode()


def _store(path: Path, values: dict[str, str]) -> None:
    """Write beside and rename, so that a crash leaves a whole file or none."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
