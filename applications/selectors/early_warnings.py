"""Whether somebody is on an application, for whoever knows that person's number and birth date."""

from datetime import date

from applications.models import Exercise, Person


def is_on_application(*, exercise: Exercise, identity_key: bytes, birth_date: date) -> bool:
    """Tell whether somebody stands on an application of the exercise that was not withdrawn."""
    people = Person.objects.filter(
        exercise=exercise,
        identity_key=identity_key,
        birth_date=birth_date,
        application__withdrawn_at=None,
    )
    return people.exists()
