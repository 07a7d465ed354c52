"""What the addresses have in common at which a program applies for a household."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.common import no_append_slash
from rest_framework.views import APIView

from applications.api.draft_codes import DraftCodeAuthentication
from applications.api.parsers import DocumentParser
from applications.api.throttles import AddressThrottle

TAG = ["Applying"]


@method_decorator([never_cache, no_append_slash], name="dispatch")
class PrivateView(APIView):
    """
    For whoever holds the code of a draft; nothing on the way may store the answer.

    An address without its last slash is not redirected: a POST would arrive without its body.
    """

    authentication_classes: list[Any] = [DraftCodeAuthentication]
    permission_classes: list[Any] = []
    throttle_classes = [AddressThrottle]
    parser_classes = [DocumentParser]
