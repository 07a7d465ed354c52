"""
How often one address may ask what. Addresses are kept as keyed hashes, for as long as they count.

Every request counts; beginning a draft and a wrong draft code have limits of their own.
"""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from applications.models.encrypted import hash_for_lookup
from applications.views.rate_limits import read_client_address

if TYPE_CHECKING:  # views import what the settings name, which is in here
    from rest_framework.views import APIView


class AddressThrottle(AnonRateThrottle):
    """The limit of all requests of one address, who is signed in included."""

    def get_cache_key(self, request: Request, view: "APIView") -> str:
        address = hash_for_lookup("client-address", read_client_address(request._request))
        return self.cache_format % {"scope": self.scope, "ident": address.hex()}


class DraftStartThrottle(AddressThrottle):
    """The limit of drafts begun; a key that is sent again counts again."""

    scope = "drafts"


class WrongCodeThrottle(AddressThrottle):
    """The limit of wrong draft codes; who has used it up is not let in with a right one either."""

    scope = "codes"

    def throttle_success(self) -> bool:
        return True

    def count_wrong_code(self) -> None:
        """Count one wrong code of the request that was asked about."""
        super().throttle_success()
