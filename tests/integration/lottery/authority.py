"""A timestamping authority made with openssl, and a web server that hands its answers out."""

import shutil
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

CONFIGURATION = """
[ tsa ]
default_tsa = authority
[ authority ]
dir = {folder}
serial = $dir/serial
crypto_device = builtin
signer_cert = $dir/tsa.pem
signer_key = $dir/tsa.key
certs = $dir/{chain}
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
[ v3_ca ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[ v3_tsa ]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ req ]
distinguished_name = name
[ name ]
"""
NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -config tsa.cnf"


class Authority:
    """An authority with a root of its own, in a folder."""

    def __init__(self, folder, name="Test Timestamping"):
        if shutil.which("openssl") is None:
            pytest.skip("NO OPENSSL ON THIS MACHINE: timestamps are not tested with an authority")
        self.folder = folder
        folder.mkdir()
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder, chain="root.pem"))
        self.openssl(
            f"req -x509 {NEW_KEY} -extensions v3_ca -days 30 -keyout root.key -out root.pem -subj",
            f"/CN={name} Root",
        )
        self.openssl(
            f"req -new {NEW_KEY} -keyout tsa.key -out tsa.csr -subj",
            f"/CN={name}/O=Authority for tests",
        )
        self.openssl(
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -set_serial 2 -days 30 -sha256"
            " -extfile tsa.cnf -extensions v3_tsa -out tsa.pem"
        )

    @property
    def root(self):
        return self.folder / "root.pem"

    def openssl(self, words, *more, check=True):
        command = ["openssl", *words.split(), *more]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=check)

    def answer(self, request):
        """Stamp a request; give the DER of the answer."""
        (self.folder / "request.tsq").write_bytes(request)
        self.openssl(
            "ts -reply -config tsa.cnf -section authority -queryfile request.tsq -out answer.tsr"
        )
        return (self.folder / "answer.tsr").read_bytes()

    def verify(self, *, text, answer):
        """Verify an answer as the public does, with openssl alone; give what it says."""
        (self.folder / "commitment.txt").write_text(text)
        (self.folder / "commitment.tsr").write_bytes(answer)
        words = "ts -verify -data commitment.txt -in commitment.tsr -CAfile root.pem"
        done = self.openssl(words, check=False)
        return done.stdout + done.stderr


@contextmanager
def serving(answer, *, status=200, delay_seconds=0, headers=()):
    """
    Answer over HTTP; give the server's address and the requests that it got.

    :param answer: bytes, or what makes them from the request's.
    """
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append((dict(self.headers), body))
            content = answer(body) if callable(answer) else answer
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:10])
            self.wfile.flush()
            time.sleep(delay_seconds)
            self.wfile.write(content[10:])

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
