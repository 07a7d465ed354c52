"""
The signing key of a demonstration, with a certificate that it signs itself, made once.

They lie in the data directory beside the secrets. The certificate says what it is in its subject,
so nobody who checks a signature can take it for an authority's. Production names its own files.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hos_portal.embedded.filelocks import locked

KEY_FILE = "signing.key"
CERTIFICATE_FILE = "signing.crt"
KEY_SETTING = "HOS_SIGNING_KEY_FILE"
CERTIFICATE_SETTING = "HOS_SIGNING_CERTIFICATE_FILE"
COMMON_NAME = "DEMONSTRATION - not an authority's certificate"
ORGANISATION = "HOS Portal demonstration"
# A demonstration may be set back to the days of an exercise, so its certificate knows no day.
VALID_FROM = datetime(2017, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2049, 12, 31, tzinfo=UTC)


def provide_signing_files(data_dir: Path, *, create: bool = True) -> dict[str, str]:
    """
    Name the demonstration's key and certificate, making them the first time.

    Nothing is named when the environment names either file: a key of one kind beside a certificate
    of another would fit nothing.

    :param create: whether to make them; without it only files that are there are named.
    """
    if any(os.environ.get(name, "").strip() for name in (KEY_SETTING, CERTIFICATE_SETTING)):
        return {}
    key_path, certificate_path = data_dir / KEY_FILE, data_dir / CERTIFICATE_FILE
    with locked(data_dir / "run" / "signing.lock"):
        if not certificate_path.exists():  # the one that is written last
            if not create:
                return {}
            key = ec.generate_private_key(ec.SECP256R1())
            _write(key_path, _to_pem(key))
            _write(certificate_path, sign_own_certificate(key))
    return {KEY_SETTING: str(key_path), CERTIFICATE_SETTING: str(certificate_path)}


def sign_own_certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Make the certificate of a key, signed with the key itself, as PEM."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "HK"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, COMMON_NAME),
        ]
    )
    public_key = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_only(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _to_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a crash leaves a whole file or none."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
