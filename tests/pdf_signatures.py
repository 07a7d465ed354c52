"""pyHanko's verdict on a signed PDF."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def find_signature(pdf):
    """Give the one signature of a document."""
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return signature


def judge_signature(pdf, certificate_pem):
    """
    Judge the one signature of a document, trusting one certificate and nothing else.

    In a thread of its own: pyHanko runs an event loop, and a browser test has left one in this.
    """
    certificate = x509.Certificate.load(pem.unarmor(certificate_pem.encode())[2])
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(validate_pdf_signature, find_signature(pdf), context).result()
