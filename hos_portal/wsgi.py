"""The WSGI application that the server runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from hos_portal.whole_requests import WholeRequests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hos_portal.settings")

application = WholeRequests(get_wsgi_application(), longest=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
