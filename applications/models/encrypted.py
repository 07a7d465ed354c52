"""
A text column that is encrypted at rest, and the keyed hash by which people are found.

Each value is ``key id (1 byte) | nonce (12 bytes) | AES-256-GCM ciphertext and tag``. The label of
the column is bound to the ciphertext, so a value moved into another column does not decrypt. Keys
come from ``ENCRYPTION_KEYS``: ``id:base64`` pairs joined by commas; the first one encrypts, every
one of them decrypts, so a key is rotated by putting a new one in front.
"""

import base64
import hashlib
import hmac
import os
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

NONCE_BYTES = 12


@cache
def _read_keys(setting: str) -> dict[int, AESGCM]:
    pairs = (pair.split(":", 1) for pair in setting.split(","))
    return {int(key_id): AESGCM(base64.b64decode(key)) for key_id, key in pairs}


def encrypt_text(text: str, *, label: str) -> bytes:
    """Encrypt with the first key; two calls give different bytes."""
    keys = _read_keys(settings.ENCRYPTION_KEYS)
    key_id = next(iter(keys))
    nonce = os.urandom(NONCE_BYTES)
    return bytes([key_id]) + nonce + keys[key_id].encrypt(nonce, text.encode(), label.encode())


def decrypt_text(value: bytes, *, label: str) -> str:
    """
    Decrypt what :func:`encrypt_text` made.

    :raises KeyError: when the key is no longer configured.
    :raises cryptography.exceptions.InvalidTag: when a byte was changed or the column is another.
    """
    cipher = _read_keys(settings.ENCRYPTION_KEYS)[value[0]]
    nonce, ciphertext = value[1 : 1 + NONCE_BYTES], value[1 + NONCE_BYTES :]
    return cipher.decrypt(nonce, ciphertext, label.encode()).decode()


@cache
def _lookup_key(setting: str) -> bytes:
    return base64.b64decode(setting)


def hash_for_lookup(kind: str, text: str) -> bytes:
    """Return the keyed hash (32 bytes) by which an equal text of the same kind is found again."""
    message = f"{kind}|{text}".encode()
    return hmac.digest(_lookup_key(settings.LOOKUP_KEY), message, hashlib.sha256)


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text in Python, ciphertext in the database; an empty text stays an empty text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    @property
    def label(self) -> str:
        return f"{self.model._meta.db_table}.{self.attname}"

    def get_db_prep_value(self, value: str | None, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        return super().get_db_prep_value(
            encrypt_text(value, label=self.label), connection, prepared
        )

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt_text(bytes(value), label=self.label)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))
