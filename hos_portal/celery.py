"""The Celery application of the site; tasks live in each app's ``tasks.py``."""

import os

from celery import Celery

from hos_portal.broker_transport import install

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hos_portal.settings")

install()
app = Celery("hos_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
