"""A small web site on this computer, over HTTPS with a test authority, for the capture browser."""

from __future__ import annotations

import ssl
import struct
import subprocess
import threading
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SECTIONS = 30
SECTION = 1000  # CSS pixels: thirty of them are the 30,000-pixel page
LAST_MODIFIED = "Wed, 11 Mar 2026 21:14:00 GMT"


def colour(number: int) -> tuple[int, int, int]:
    """The colour of a section, different for each."""
    return (40 + 7 * number % 200, 255 - 8 * number % 256, 13 * number % 256)


def hexed(number: int) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour(number))


def png(red: int, green: int, blue: int, side: int = 8) -> bytes:
    """A small picture of one colour."""
    rows = (b"\0" + bytes((red, green, blue)) * side) * side

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


_STYLE = (
    "<style>*{margin:0;padding:0}body{font:16px sans-serif}section{height:1000px;position:relative}"
    "img{position:absolute;left:100px;top:400px;width:200px;height:200px}</style>"
)


def _long() -> str:
    """Thirty sections of their own colours, each with a picture that only loads when it is near."""
    sections = "".join(
        f'<section style="background:{hexed(n)}"><p>Section {n}</p>'
        f'<img loading="lazy" src="/lazy/{n}.png"></section>'
        for n in range(SECTIONS)
    )
    return f"<!doctype html><title>Larkmere Whispers</title>{_STYLE}{sections}"


_ENDLESS = f"""<!doctype html><title>No end</title>{_STYLE}<main></main><script>
const more = () => {{ for (let i = 0; i < 6; i++) {{ const s = document.createElement('section');
 s.style.background = '#468'; document.querySelector('main').append(s) }} }};
more(); const near = () => innerHeight + scrollY > document.documentElement.scrollHeight - 3000;
addEventListener('scroll', () => {{ if (near()) more() }});
</script>"""

_SINGLE = f"""<!doctype html><title>Feed</title>{_STYLE}<p>feed</p><script>
addEventListener('hashchange', () => 0);
window.openPost = () => {{ history.pushState({{}}, '', '/app/post/42');
 document.title = 'Post 42'; document.body.textContent = 'post' }};
</script>"""


class Site:
    """`address(path)` is where a page is; `bad` answers under a name that its certificate does not have."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requests: list[str] = []
        self.cookies: list[str] = []
        self.gate = threading.Event()
        """Pages under /slow/ wait for it."""
        self.certificate = self._make_certificates()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "chain.pem", folder / "site.key")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # browsers hang up
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def address(self, path: str) -> str:
        return f"https://localhost:{self.port}{path}"

    def bad(self, path: str) -> str:
        """The same page under an address that the certificate does not name."""
        return f"https://127.0.0.1:{self.port}{path}"

    def trust(self, home: Path) -> None:
        """Let a browser with this HOME trust the test authority."""
        store = home / ".pki" / "nssdb"
        store.mkdir(parents=True, exist_ok=True)
        base = ["certutil", "-d", f"sql:{store}"]
        subprocess.run([*base, "-N", "--empty-password"], check=True, capture_output=True)
        ca = str(self.folder / "ca.pem")
        subprocess.run([*base, "-A", "-t", "C,,", "-n", "test", "-i", ca], check=True, capture_output=True)

    def close(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _make_certificates(self) -> bytes:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID

        now = datetime.now(UTC) - timedelta(days=1)

        def named(text: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        base = x509.CertificateBuilder().not_valid_before(now).not_valid_after(now + timedelta(days=90))
        root = (
            base.subject_name(named("Example Trust"))
            .issuer_name(named("Example Trust"))
            .serial_number(x509.random_serial_number())
            .public_key(root_key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(root_key, hashes.SHA256())
        )
        leaf = (
            base.subject_name(named("chirrup.example"))
            .issuer_name(named("Example Trust"))
            .serial_number(x509.random_serial_number())
            .public_key(key.public_key())
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.DNSName("chirrup.example")]),
                critical=False,
            )
            .sign(root_key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        (self.folder / "ca.pem").write_bytes(root.public_bytes(pem))
        (self.folder / "chain.pem").write_bytes(leaf.public_bytes(pem) + root.public_bytes(pem))
        (self.folder / "site.key").write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        return leaf.public_bytes(serialization.Encoding.DER)


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_args: Any) -> None:
            pass

        def do_GET(self) -> None:
            site.requests.append(self.path)
            site.cookies.append(self.headers.get("Cookie", ""))
            with suppress(OSError):
                self._answer(self.path)

        def _answer(self, path: str) -> None:
            if path.startswith("/go/"):
                left = int(path[4:])
                self._send(302, "", Location="/short" if left == 0 else f"/go/{left - 1}")
            elif path.startswith("/lazy/"):
                number = int(path[6:].partition(".")[0])
                self._send(200, png(*(255 - one for one in colour(number))), "image/png")
            elif path == "/file":
                self._send(200, b"zip", "application/zip", Content_Disposition="attachment; filename=a.zip")
            elif path == "/slow/picture":
                site.gate.wait(30)
                self._send(200, png(1, 2, 3), "image/png")
            else:
                page = _PAGES.get(path)
                self._send(200 if page else 404, (page or "<title>No</title>not here"))

        def _send(
            self, status: int, body: str | bytes, kind: str = "text/html; charset=utf-8", **more: str
        ) -> None:
            data = body.encode() if isinstance(body, str) else body
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Last-Modified", LAST_MODIFIED)
            self.send_header("Set-Cookie", "session=secret-of-the-person")
            for name, value in more.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(data)

    return Handler


_PAGES = {
    "/long": _long(),
    "/endless": _ENDLESS,
    "/app": _SINGLE,
    "/short": f"<!doctype html><title>Short page</title>{_STYLE}<p>Asked for a poster</p>",
    "/leaves": """<!doctype html><title>Leaves</title><div style='height:9000px'></div>
<script>addEventListener('scroll', () => location.href = '/short')</script>""",
    "/popup": "<!doctype html><title>Popup</title><script>open('/short')</script>",
    "/wants": """<!doctype html><title>Wants</title><script>navigator.geolocation.getCurrentPosition(
() => document.title = 'given', () => document.title = 'refused')</script>""",
    "/local": """<!doctype html><title>Local</title><a id=a href='file:///etc/passwd'>a</a><script>a.click();
fetch('file:///etc/passwd').then(() => document.title = 'read', () => document.title = 'refused')</script>""",
    "/waits": f"<!doctype html><title>Waits</title>{_STYLE}<p>text</p><img src='/slow/picture'>",
}
