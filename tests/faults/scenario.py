"""
``python -m tests.faults.scenario online|paper EXERCISE COUNT``, in the environment of a stack.

``online`` stores drafts that wait for their fee and prints the provider's signed messages as JSON;
``paper`` stores applications and prints their numbers. Person n is on form n.
"""

import json
import sys

import django


def main(channel, code, count):
    django.setup()
    # The models can only be imported in a program that has its settings.
    from applications.models import Exercise
    from tests.factories import make_exercise

    exercise = Exercise.objects.filter(code=code).first() or make_exercise(code)
    store = {"online": store_draft, "paper": store_form}[channel]
    print(json.dumps([store(exercise, index) for index in range(1, count + 1)]))


def store_draft(exercise, index):
    from applications.selectors.clock import read_clock
    from applications.services.sandbox_payments import write_message
    from tests.factories import make_draft
    from tests.payments import open_fee

    payment = open_fee(make_draft(exercise, index))
    body, signature = write_message(payment, kind="PAID", happened_at=read_clock())
    return {"body": body, "signature": signature}


def store_form(exercise, index):
    from tests.factories import store_paper

    return store_paper(exercise, index).number


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
