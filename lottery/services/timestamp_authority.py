"""Ask a timestamping authority over HTTP (RFC 3161, section 3.4)."""

import base64
import http.client
import ssl
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from lottery.services.timestamp_answers import LARGEST_ANSWER_BYTES

TIMEOUT_SECONDS = 15.0
CHUNK_BYTES = 16 * 1024


class AuthorityUnavailable(Exception):
    """
    The authority gave no answer that could be judged; to be tried again.

    :ivar code: says why; never the address, which may hold a password.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The request goes where the operators said, and nowhere else."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


def ask_authority(*, url: str, request: bytes, timeout_seconds: float = TIMEOUT_SECONDS) -> bytes:
    """
    Send a TimeStampReq and return what came back, unjudged.

    :param url: with ``user:password@`` where the authority wants it.
    :param timeout_seconds: for connecting, for every wait, and for reading the whole answer.
    :raises AuthorityUnavailable: for any failure, a status other than 200, or too long an answer.
    """
    opener = urllib.request.build_opener(_NoRedirects)
    deadline = time.monotonic() + timeout_seconds
    try:
        with opener.open(_compose(url, request), timeout=timeout_seconds) as response:
            return _read_until(response, deadline)
    except urllib.error.HTTPError as error:
        error.close()
        raise AuthorityUnavailable(f"HTTP_{error.code}") from error
    except TimeoutError as error:
        raise AuthorityUnavailable("AUTHORITY_TIMED_OUT") from error
    except (OSError, http.client.HTTPException) as error:
        raise AuthorityUnavailable(_name_fault(error)) from error


def _compose(url: str, request: bytes) -> urllib.request.Request:
    address = urlsplit(url)
    host = address.netloc.rpartition("@")[2]
    headers = {"Content-Type": "application/timestamp-query"}
    if address.username:
        name, password = unquote(address.username), unquote(address.password or "")
        secret = base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
        headers["Authorization"] = f"Basic {secret}"
    return urllib.request.Request(  # noqa: S310  (the settings allow http and https alone)
        urlunsplit(address._replace(netloc=host)), data=request, headers=headers, method="POST"
    )


def _read_until(response: http.client.HTTPResponse, deadline: float) -> bytes:
    answer = b""
    while chunk := response.read1(CHUNK_BYTES):
        answer += chunk
        if len(answer) > LARGEST_ANSWER_BYTES:
            raise AuthorityUnavailable("AUTHORITY_ANSWER_TOO_LONG")
        if time.monotonic() > deadline:
            raise AuthorityUnavailable("AUTHORITY_TIMED_OUT")
    return answer


def _name_fault(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "AUTHORITY_TIMED_OUT"
    if isinstance(reason, ssl.SSLError):
        return "AUTHORITY_TLS_FAILED"
    return "AUTHORITY_UNREACHABLE"
