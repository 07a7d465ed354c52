"""
The one identity with which the portal signs: heads of the intake log, notices, other documents.

ECDSA on the curve P-256 with SHA-256. The key and its certificate are files that the settings name;
they are read at every signature, so that a new certificate needs no restart.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import structlog
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from applications.policy.errors import Refusal

log = structlog.get_logger("lottery.signing")

PDF_FIELD = "Signature"


class SigningNotConfigured(Refusal):
    """The portal has no key and certificate that it could sign with; the log says what is wrong."""

    code = "SIGNING_NOT_CONFIGURED"


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """A key with its certificate, and the certificates between it and the root, if any."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


def sign_statement(text: str) -> str:
    """
    Sign a text; hexadecimal DER, for ``openssl dgst -sha256 -verify signer.pem``.

    :raises SigningNotConfigured: without a usable key and certificate.
    """
    key = load_signing_identity().key
    return key.sign(text.encode("utf-8"), ec.ECDSA(hashes.SHA256())).hex()


def sign_pdf(pdf: bytes, *, reason: str, signed_at: datetime) -> bytes:
    """
    Add a PAdES signature (baseline B-B) that covers the whole document.

    It has no mark on the page. Nobody outside is asked: there is no timestamp in it.

    :raises SigningNotConfigured: without a usable key and certificate.
    """
    identity = load_signing_identity()
    signer = _DatedSigner(
        PdfSignatureMetadata(
            field_name=PDF_FIELD,
            reason=reason,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
        ),
        signer=_to_pyhanko(identity),
    )
    signer.signed_at = signed_at
    # pyHanko runs an event loop, which a thread that has one already does not allow.
    with ThreadPoolExecutor(1) as thread:
        signed = thread.submit(signer.sign_pdf, IncrementalPdfFileWriter(BytesIO(pdf)))
        return bytes(signed.result().getvalue())


def get_signer_pem() -> str:
    """Return the public key of the portal's signatures, as SubjectPublicKeyInfo in PEM."""
    public_key = load_signing_identity().key.public_key()
    return public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode("ascii")


def get_certificate_pem() -> str:
    """Return the certificate of the portal's signatures and its chain, in PEM."""
    identity = load_signing_identity()
    return "".join(
        certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
        for certificate in (identity.certificate, *identity.chain)
    )


def get_signer_name() -> str:
    """Return the subject of the certificate, as RFC 4514 writes it."""
    return load_signing_identity().certificate.subject.rfc4514_string()


def get_certificate_sha256() -> str:
    """Return the fingerprint of the certificate, 64 hexadecimal digits."""
    return load_signing_identity().certificate.fingerprint(hashes.SHA256()).hex()


def is_signing_configured() -> bool:
    """Tell whether the portal could sign now."""
    return not isinstance(_read_identity(), str)


def load_signing_identity() -> SigningIdentity:
    """
    Read key and certificate.

    :raises SigningNotConfigured: when there is none, one cannot be read, or they do not belong
        together.
    """
    identity = _read_identity()
    if isinstance(identity, str):
        log.error("signing_not_possible", fault=identity)
        raise SigningNotConfigured
    return identity


def _read_identity() -> SigningIdentity | str:
    """Give the identity, or one line on what is wrong; never what a file holds."""
    if settings.SIGNING_KEY_FILE is None or settings.SIGNING_CERTIFICATE_FILE is None:
        return "HOS_SIGNING_KEY_FILE and HOS_SIGNING_CERTIFICATE_FILE are not both set"
    try:
        key = _read_key(settings.SIGNING_KEY_FILE)
        certificate, *chain = _read_certificates(settings.SIGNING_CERTIFICATE_FILE)
    except OSError as error:
        return f"a signing file cannot be read: {error.strerror}"
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "a signing file is not PEM, or its key is protected by a password"
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        return "the signing key is not an ECDSA key on the curve P-256"
    if certificate.public_key() != key.public_key():
        return "the first certificate does not belong to the signing key"
    return SigningIdentity(key, certificate, tuple(chain))


def _read_key(path: Path) -> object:
    return serialization.load_pem_private_key(path.read_bytes(), password=None)


def _read_certificates(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())


class _DatedSigner(PdfSigner):
    """A signer that writes the moment of the deed, where pyHanko would read the clock."""

    signed_at: datetime

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **options)
        session.system_time = self.signed_at
        return session


def _to_pyhanko(identity: SigningIdentity) -> SimpleSigner:
    der = serialization.Encoding.DER
    store = SimpleCertificateStore.from_certs(  # type: ignore[no-untyped-call]
        asn1_x509.Certificate.load(certificate.public_bytes(der)) for certificate in identity.chain
    )
    key = identity.key.private_bytes(
        der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(identity.certificate.public_bytes(der)),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=store,
    )
