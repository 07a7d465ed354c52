"""What a frozen register forbids of the applications that are on it."""

import pgtrigger

from applications.models import Application
from lottery.models.register import IS_SUPERSEDED

IS_FROZEN = f"""EXISTS (
    SELECT 1 FROM lottery_register r
    WHERE r.exercise_id = NEW.exercise_id AND NOT {IS_SUPERSEDED.format(register="r.id")}
)"""  # noqa: S608


class RegisteredApplication(Application):
    """
    An application as the lottery sees it: no other rows, and one rule more.

    The table belongs to the app that takes applications in, and that knows of no register.
    """

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="nobody_withdraws_from_a_frozen_register",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                # Judged before the function is called: screening changes a million states.
                condition=pgtrigger.Condition(
                    "NEW.state = 'WITHDRAWN' AND OLD.state <> 'WITHDRAWN'"
                ),
                func=f"IF {IS_FROZEN} THEN"
                " RAISE EXCEPTION 'nobody withdraws from a frozen register';"
                " END IF; RETURN NEW;",
            ),
        ]
