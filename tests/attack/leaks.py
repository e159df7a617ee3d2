"""No plaintext leaves the vault: every write of a whole journey, of commands and of the window, is read.

Planted are words and a picture; looked for are they, in several spellings, as file bytes, as pixels and as
the small copies that are made of it. What a person takes out on purpose (a report, an unlocked copy) is the
only thing that may hold them.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image

from evidence_app.capture.preview import preview
from tests.attack.harness import Attack, CannotRunError, Outcome, Share
from tests.commands import ROOT, Stage, make_stage
from tests.vaults import files_under
from tests.writes import Writes, can_trace, left, traced

WORDS = ("quaggawhistle", "okapilantern", "tapirmarigold")
SIDE = (320, 240)


def picture(seed: int) -> Image.Image:
    """Like no other, in every part."""
    raw, block = b"", sha256(seed.to_bytes(8)).digest()
    while len(raw) < SIDE[0] * SIDE[1] * 3:
        block = sha256(block).digest()
        raw += block
    return Image.frombytes("RGB", SIDE, raw[: SIDE[0] * SIDE[1] * 3])


def needles(shown: Image.Image, png: bytes) -> dict[str, bytes]:
    """What must be nowhere, by a name for it."""
    small = preview(io.BytesIO(png), "image/png")
    if small is None:
        raise CannotRunError("no small copy of the planted picture could be made")
    found = {word: word.encode() for word in WORDS}
    middle = len(png) // 2
    found |= {"the picture's file": png[middle : middle + 40], "its small copy": small.jpeg[400:440]}
    for name, mode in (("RGB", "RGB"), ("BGRX", "BGRX")):
        raw = shown.convert("RGB").tobytes("raw", mode)
        at = SIDE[0] * len(mode) * 100
        found[f"its pixels as {name}"] = raw[at : at + 40]
    return found


def environment(home: Path) -> dict[str, str]:
    """That of somebody whose folders are all below `home`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "WAYLAND"))}
    own = {name: str(home / below) for name, below in _BELOW.items()}
    for folder in own.values():
        Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        **env,
        **own,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        # Chromium refuses to run as root with its sandbox, as in the containers of a CI.
        **({"QTWEBENGINE_DISABLE_SANDBOX": "1"} if hasattr(os, "geteuid") and os.geteuid() == 0 else {}),
    }


_BELOW = {
    "HOME": ".",
    "TMPDIR": "tmp",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": "run",
}


@contextmanager
def site() -> Iterator[str]:
    """A page on this computer with a planted word."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<!doctype html><title>{WORDS[1]}</title><p>{WORDS[1]} {WORDS[2]}</p>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(share: Share) -> Outcome:
    """The journey, traced step by step; then a leak that is planted, which must be seen."""
    if not can_trace():
        raise CannotRunError("strace is not installed, or may not trace here")
    outcome = Outcome()
    home = share.folder / "home"
    home.mkdir()
    env = environment(home)
    stage = make_stage(home)
    shown = picture(share.seed)
    out = io.BytesIO()
    shown.save(out, "PNG")
    wanted = needles(shown, out.getvalue())
    plant(stage, out.getvalue())
    planted = {str(path) for path in files_under(home)}
    written, size = Writes(), 0
    with site() as address:
        for step in steps(stage, address):
            found, done = traced(step, wanted, home, env)
            name = " ".join(map(str, step[3:5])) if step[1:3] == ["-m", "evidence_app"] else str(step[-3])
            leaks = {(path, word) for path, word in found.leaks if not _on_purpose(path, home)}
            outcome.expect(not leaks, f"{name}: {sorted(leaks)}")
            outcome.expect(not _told(done.stderr), f"{name}: its errors hold a planted word")
            if done.returncode not in {0, 3}:
                outcome.notes.append(f"{name} ended with {done.returncode}: {done.stderr.decode()[-200:]}")
            written.mapped |= found.mapped
            written.paths |= found.paths
            size += found.size
    mapped = {Path(path) for path in written.mapped}
    lying = {path for path in files_under(home) if str(path) not in planted} | mapped
    for path, word in sorted(left(lying, wanted)):
        outcome.expect(_on_purpose(path, home), f"{path} lies on the disk with {word}")
    outcome.expect(caught_when_planted(share.folder, wanted, env), "a leak that was planted was not seen")
    outcome.notes.append(f"{len(written.paths)} files written to, {size:,} bytes read in their writes")
    return outcome


def plant(stage: Stage, png: bytes) -> None:
    """The files that a person has and brings in; they are no leak."""
    (stage.folder / "planted.png").write_bytes(png)
    (stage.folder / "planted.txt").write_text(f"{WORDS[0]} said {WORDS[1]}\n", "utf-8")
    mail = f"From: a@x.example\nSubject: {WORDS[2]}\nContent-Type: text/plain\n\n{WORDS[0]}\n"
    (stage.folder / "planted.eml").write_text(mail, "utf-8")


def steps(stage: Stage, address: str) -> Iterator[list[str | Path]]:
    """The journey, command by command; then at the window."""
    helen, ruth, secret = stage.helen.folder, stage.ruth.folder, stage.secret
    answered = ("--indecent-images", "no")
    for words in (
        ("incident", "open", helen, "--title", WORDS[2]),
        ("stop", "answer", helen, "--incident", "INC-001", "--answer", "no"),
        ("incident", "state", helen, "INC-001", f"facts={WORDS[0]}"),
        ("import", helen, "--incident", "INC-001", *answered, "planted.png", "planted.txt", "planted.eml"),
        ("page", helen, "--incident", "INC-001", *answered, address),
        ("search", helen, WORDS[0], "--json"),
        ("exhibits", helen, "--incident", "INC-001", "--json"),
        ("seal", helen, "--incident", "INC-001", "--to", "Mrs Ruth Calloway", "-o", "two.evidence"),
        ("verify", "two.evidence", "--vault", ruth, "--json"),
        ("receive", ruth, "two.evidence", "--json"),
        ("search", ruth, WORDS[0], "--json"),
        ("report", helen, "INC-001", "-o", "taken-out.pdf"),
        ("open", "two.evidence", "taken-out", "--vault", ruth),
        ("vault", "check", helen),
        ("vault", "backup", helen, "second-copy"),
    ):
        yield [sys.executable, "-m", "evidence_app", *words, *secret]
    if shutil.which("xvfb-run"):
        screen = ["xvfb-run", "-a", "-s", "-screen 0 1024x768x24 -noreset"]
        yield [*screen, sys.executable, "-m", "tests.attack._window_journey", stage.folder, WORDS[0]]


def _on_purpose(path: str, home: Path) -> bool:
    return path.startswith((str(home / "taken-out"), str(home / ".taken-out")))


def _told(stderr: bytes) -> bool:
    return any(word.encode() in stderr for word in WORDS)


def caught_when_planted(folder: Path, wanted: dict[str, bytes], env: dict[str, str]) -> bool:
    """Whether leaks of several kinds are seen: a word in another encoding, pixels, and one cut in two."""
    pixels = wanted["its pixels as RGB"].hex()
    code = (
        f"open('one','w',encoding='utf-16').write({WORDS[0]!r})\n"
        f"open('two','wb').write(bytes.fromhex({pixels!r}))\n"
        f"f = open('three','wb',0); f.write(b'okapi'); f.write(b'lantern')\n"
    )
    found, _ = traced([sys.executable, "-c", code], wanted, folder, env)
    seen = {(Path(path).name, word) for path, word in found.leaks}
    return seen >= {("one", WORDS[0]), ("two", "its pixels as RGB"), ("three", WORDS[1])}


ATTACK = Attack("leaks", "no plaintext is written anywhere but by a person's own wish", run, weight=1.0)
