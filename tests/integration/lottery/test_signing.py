"""What the portal signs, judged by openssl and pyHanko; and what it says without a usable key."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from reportlab.pdfgen.canvas import Canvas

from hos_portal.embedded.services import embedded_services
from hos_portal.embedded.signing_certificate import (
    CERTIFICATE_SETTING,
    KEY_SETTING,
    provide_signing_files,
    sign_own_certificate,
)
from lottery.services.signing import (
    SigningNotConfigured,
    get_certificate_pem,
    get_signer_name,
    get_signer_pem,
    is_signing_configured,
    load_signing_identity,
    sign_pdf,
    sign_statement,
)
from tests.pdf_signatures import find_signature, judge_signature

SIGNED_AT = datetime(2025, 5, 6, 7, 8, 9, tzinfo=UTC)
STATEMENT = "WSM-INTAKE/1|DEMO2024|3|" + "0" * 64


def write_key(path, key, password=None):
    encryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    )
    return path


def make_pdf():
    output = BytesIO()
    canvas = Canvas(output)
    canvas.drawString(100, 700, "A commitment")
    canvas.save()
    return output.getvalue()


class TestSignStatement:
    @pytest.fixture
    def verify(self, tmp_path):
        if shutil.which("openssl") is None:
            pytest.skip("NO OPENSSL ON THIS MACHINE: signatures are not verified with it")

        def run(text, signature_hex):
            (tmp_path / "signer.pem").write_text(get_signer_pem())
            (tmp_path / "statement").write_text(text)
            (tmp_path / "signature").write_bytes(bytes.fromhex(signature_hex))
            command = "openssl dgst -sha256 -verify signer.pem -signature signature statement"
            done = subprocess.run(
                command.split(), cwd=tmp_path, capture_output=True, text=True, check=False
            )
            return done.stdout.strip()

        return run

    def test_openssl_accepts_the_signature(self, verify):
        assert verify(STATEMENT, sign_statement(STATEMENT)) == "Verified OK"

    def test_openssl_refuses_it_for_another_text(self, verify):
        signature = sign_statement(STATEMENT)
        assert verify(STATEMENT + "0", signature) == "Verification failure"

    def test_the_public_key_is_the_certificate_s(self):
        certificate = x509.load_pem_x509_certificate(get_certificate_pem().encode())
        published = serialization.load_pem_public_key(get_signer_pem().encode())
        assert certificate.public_key() == published


class TestSignPdf:
    def test_the_signature_is_whole_and_by_our_certificate(self):
        verdict = judge_signature(
            sign_pdf(make_pdf(), reason="A test", signed_at=SIGNED_AT), get_certificate_pem()
        )
        assert verdict.intact
        assert verdict.valid
        assert verdict.trusted
        assert verdict.coverage.name == "ENTIRE_FILE"
        assert verdict.bottom_line

    def test_it_names_reason_and_moment(self):
        signed = sign_pdf(make_pdf(), reason="A test", signed_at=SIGNED_AT)
        signature = find_signature(signed)
        assert signature.sig_object["/Reason"] == "A test"
        assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
        assert signature.self_reported_timestamp == SIGNED_AT

    def test_a_flipped_byte_of_the_document_is_found(self):
        signed = bytearray(sign_pdf(make_pdf(), reason="A test", signed_at=SIGNED_AT))
        signed[signed.index(b"/MediaBox") + len(b"/MediaBox [ ")] ^= 1
        assert not judge_signature(bytes(signed), get_certificate_pem()).intact

    def test_another_certificate_is_not_ours(self):
        other = sign_own_certificate(ec.generate_private_key(ec.SECP256R1())).decode()
        signed = sign_pdf(make_pdf(), reason="A test", signed_at=SIGNED_AT)
        assert not judge_signature(signed, other).trusted


class TestTheIdentity:
    def test_of_a_demonstration_says_that_it_is_one(self):
        assert "DEMONSTRATION" in get_signer_name()

    @pytest.fixture
    def files(self, tmp_path, settings):
        key = ec.generate_private_key(ec.SECP256R1())
        settings.SIGNING_KEY_FILE = write_key(tmp_path / "key.pem", key)
        settings.SIGNING_CERTIFICATE_FILE = tmp_path / "certificate.pem"
        settings.SIGNING_CERTIFICATE_FILE.write_bytes(sign_own_certificate(key))
        return tmp_path

    def test_may_have_a_chain(self, files, settings):
        chain = sign_own_certificate(ec.generate_private_key(ec.SECP256R1()))
        with settings.SIGNING_CERTIFICATE_FILE.open("ab") as file:
            file.write(chain)
        assert get_certificate_pem().encode().endswith(chain)
        signed = sign_pdf(make_pdf(), reason="A test", signed_at=SIGNED_AT)
        signature = find_signature(signed)
        assert len(signature.other_embedded_certs) == 1

    @pytest.mark.parametrize(
        "spoil",
        [
            pytest.param(lambda path: path.unlink(), id="no file"),
            pytest.param(lambda path: path.write_text("no key"), id="no PEM"),
            pytest.param(
                lambda path: write_key(path, ec.generate_private_key(ec.SECP256R1())),
                id="a key of another certificate",
            ),
            pytest.param(
                lambda path: write_key(path, ec.generate_private_key(ec.SECP384R1())),
                id="another curve",
            ),
            pytest.param(
                lambda path: write_key(path, ec.generate_private_key(ec.SECP256R1()), b"secret"),
                id="a password",
            ),
        ],
    )
    def test_is_refused_when_the_key_is_unusable(self, files, settings, spoil):
        assert is_signing_configured()
        spoil(settings.SIGNING_KEY_FILE)
        assert not is_signing_configured()
        with pytest.raises(SigningNotConfigured):
            sign_statement(STATEMENT)

    def test_is_refused_when_the_certificate_is_unusable(self, files, settings):
        settings.SIGNING_CERTIFICATE_FILE.write_text("")
        with pytest.raises(SigningNotConfigured):
            load_signing_identity()

    def test_is_refused_when_nothing_is_configured(self, settings):
        settings.SIGNING_KEY_FILE = None
        with pytest.raises(SigningNotConfigured):
            load_signing_identity()


class TestTheFilesOfADemonstration:
    @pytest.fixture(autouse=True)
    def unset(self, monkeypatch):
        for name in (KEY_SETTING, CERTIFICATE_SETTING):
            monkeypatch.delenv(name, raising=False)

    @pytest.fixture
    def data_dir(self, tmp_path):
        (tmp_path / "run").mkdir()
        return tmp_path

    def test_are_made_once(self, data_dir):
        named = provide_signing_files(data_dir)
        before = [(data_dir / name).read_bytes() for name in ("signing.key", "signing.crt")]
        assert provide_signing_files(data_dir) == named
        assert before == [(data_dir / name).read_bytes() for name in ("signing.key", "signing.crt")]

    def test_the_key_is_its_owner_s_alone(self, data_dir):
        provide_signing_files(data_dir)
        assert (data_dir / "signing.key").stat().st_mode & 0o777 == 0o600

    def test_are_not_made_for_who_only_looks(self, data_dir):
        assert provide_signing_files(data_dir, create=False) == {}
        assert not (data_dir / "signing.key").exists()

    def test_are_not_named_beside_files_of_one_s_own(self, data_dir, monkeypatch):
        monkeypatch.setenv(KEY_SETTING, "/etc/portal/key.pem")
        assert provide_signing_files(data_dir) == {}

    def test_are_in_the_environment_of_a_demonstration(self, data_dir, monkeypatch):
        monkeypatch.setenv("HOS_DATA_DIR", str(data_dir))
        monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@db.example/portal")
        monkeypatch.setenv("CELERY_BROKER_URL", "amqp://broker.example")
        with embedded_services(broker=False):
            assert KEY_SETTING not in os.environ
        with embedded_services(broker=False, create_secrets=True):
            assert os.environ[KEY_SETTING] == str(data_dir / "signing.key")
            assert os.environ[CERTIFICATE_SETTING] == str(data_dir / "signing.crt")
        with embedded_services(broker=False):  # a command beside the demonstration
            assert os.environ[KEY_SETTING] == str(data_dir / "signing.key")
