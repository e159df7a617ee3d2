"""One fuzzer in a process of its own: `python -m tests.attack.fuzz._hunt TARGET [flags] FOLDER…`.

The flags are those of libFuzzer. Needs atheris (the optional group `fuzz`).
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["evidence_app", "email", "html", "zipfile", "warcio", "tarfile"]):
    from tests.attack.fuzz.targets import TARGETS, tried


def main() -> None:
    """Never returns: libFuzzer ends the process."""
    name, *flags = sys.argv[1:]
    target = TARGETS[name]
    for seed in target.seeds().values():
        tried(target, seed)  # what is made once, is made before the first input that counts
    atheris.Setup([sys.argv[0], *flags], lambda data: tried(target, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
