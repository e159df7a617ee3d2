"""Row `capture`: a 3840x2160 screen, from the click to durable.

Ours encodes, hashes, encrypts, syncs and enters the ledger. The peers only take a picture, and do not
wait for the disk. The limit does all but the encoding and encrypting: grab, SHA-256, write and sync.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageChops

from evidence_app import workflows
from evidence_app.capture import screen
from evidence_app.crypto.age import Identity
from evidence_app.errors import CaptureError
from evidence_app.records import Area, StopAnswer
from evidence_app.vault import acts
from tests.bench import scene
from tests.bench.harness import MIB, CannotRunError, Role, Row, Way, Workshop, run, shell
from tests.screens import virtual_screen
from tests.vaults import make_sample

WIDTH, HEIGHT = 3840, 2160
SEED = 20260312


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """A virtual screen with a drawn page, two windows and a window manager."""
    shop.require(200 * MIB)
    folder = shop.new_folder()
    recipient = Identity.generate().recipient.to_string()
    picture = folder / "screen.png"
    with (
        make_sample(folder / "bench.evidence-vault").open() as vault,
        virtual_screen(WIDTH, HEIGHT) as shown,
        shown.window("Chirrup", Area(400, 400, 64, 64)),
        shown.window("Marking", Area(500, 500, 64, 64)),
    ):
        shown.show(scene.bgrx(scene.draw(SEED, WIDTH, HEIGHT)))
        reference = str(vault.record(acts.incident_opened("Anonymous posts")).data["reference"])
        workflows.answer_stop(vault, reference, StopAnswer.NO)

        def ours() -> None:
            workflows.keep(vault, screen.take(screen.AllTarget()), reference)

        def absent() -> None:
            picture.unlink(missing_ok=True)

        try:
            ours()  # the first one connects to the screen
        except CaptureError as error:
            raise CannotRunError(error.message) from error
        ready = vault.objects.read(vault.read.exhibits(reference)[-1].stored)

        def limit() -> None:
            screen.grab()
            sha256(ready).digest()
            with picture.open("xb") as file:
                file.write(ready)
                file.flush()
                os.fsync(file.fileno())

        def notes() -> Sequence[str]:
            if shutil.which("scrot") is None:
                return []
            absent()
            run("scrot", picture)
            return _compared(vault.objects.read(vault.read.exhibits(reference)[-1].stored), picture)

        try:
            yield Row(
                "capture",
                f"{WIDTH}x{HEIGHT} screen with text and photographs, from the click to durable",
                [
                    Way("take, PNG, SHA-256, age, fsync, ledger", Role.OURS, ours),
                    Way(
                        "scrot, a plain PNG, no fsync",
                        Role.PEER,
                        lambda: run("scrot", picture),
                        absent,
                        ("scrot",),
                        goal=1 / 5,
                    ),
                    Way(
                        "scrot | age, no fsync",
                        Role.PEER,
                        lambda: shell('scrot -F - | age -r "$1" -o "$2"', folder, recipient, picture),
                        absent,
                        ("scrot", "age"),
                    ),
                    Way(
                        "maim | age, no fsync",
                        Role.PEER,
                        lambda: shell('maim | age -r "$1" -o "$2"', folder, recipient, picture),
                        absent,
                        ("maim", "age"),
                        goal=1 / 15,
                    ),
                    Way("grab; SHA-256, write, fsync of a ready PNG", Role.LIMIT, limit, absent, goal=4),
                ],
                notes=notes,
            )
        finally:
            screen.close()


def _compared(ours: bytes, scrot: Path) -> list[str]:
    theirs = scrot.read_bytes()
    with Image.open(io.BytesIO(ours)) as one, Image.open(io.BytesIO(theirs)) as other:
        same = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None
    sizes = f"size: ours {len(ours) / MIB:.2f} MiB, scrot {len(theirs) / MIB:.2f} MiB"
    return [f"{sizes}, ours / scrot = {len(ours) / len(theirs):.2f}; pixels {'equal' if same else 'DIFFER'}"]
