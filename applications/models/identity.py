"""By what the same person is found on two forms."""

from applications.models.encrypted import hash_for_lookup
from applications.policy.household import Person


def hash_identity(person: Person) -> bytes:
    """Return the keyed hash (32 bytes) of a person's identity number; equal people, equal hash."""
    kind = "hkic" if person.hkic else "birth-certificate"
    return hash_for_lookup(kind, person.identity_number)
