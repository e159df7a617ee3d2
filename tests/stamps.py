"""A time stamp service of the tests' own: `openssl ts` behind a server on loopback."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[ req ]
distinguished_name = dn
prompt = no
[ dn ]
CN = Larkmere Test Root
[ root ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[ service ]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ tsa ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/service.pem
signer_key = {folder}/service.key
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
certs = {folder}/service.pem
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
tsa_name = yes
"""


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@dataclass
class Service:
    """`url` answers; `root` is its root certificate (PEM). `answer`: what it sends instead, if anything."""

    folder: Path
    url: str = ""
    asked: list[bytes] = field(default_factory=list)
    answer: bytes | None = None
    status: int = 200
    elsewhere: str = ""

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        _openssl(
            self.folder,
            *("ts", "-reply", "-queryfile", "query", "-out", "reply", "-config", "conf", "-section", "tsa"),
        )
        return (self.folder / "reply").read_bytes()


def authority(folder: Path, name: str = "Larkmere Test Time") -> Service:
    """A root and a certificate for a service called `name`, in an empty folder."""
    (folder / "conf").write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    _openssl(
        folder,
        *("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-days", "3650"),
        *("-config", "conf", "-extensions", "root"),
    )
    _openssl(
        folder,
        *("req", *key, "-keyout", "service.key", "-out", "service.csr", "-config", "conf"),
        *("-subj", f"/CN={name}"),
    )
    _openssl(
        folder,
        *("x509", "-req", "-in", "service.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"),
        *("-out", "service.pem", "-days", "3650", "-extfile", "conf", "-extensions", "service"),
    )
    return Service(folder)


@contextmanager
def serving(service: Service, host: str = "127.0.0.1") -> Iterator[Service]:
    """Answer on loopback, by the name `host`, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            service.asked.append(query)
            if service.elsewhere:
                self.send_response(302)
                self.send_header("Location", service.elsewhere)
                self.end_headers()
                return
            answer = service.answer if service.answer is not None else service.reply(query)
            self.send_response(service.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    service.url = f"http://{host}:{server.server_port}/"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
