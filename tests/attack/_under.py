"""The process of an attack that runs with the failing disk in front: see `_disk.preloaded`."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from tests.attack import _disk
from tests.attack.harness import Share


def main() -> int:
    """Carry out one attack and print its outcome as the last line."""
    attack, given = sys.argv[1], json.loads(sys.argv[2])
    share = Share(given["seed"], given["times"], given["seconds"], Path(given["folder"]))
    print(_disk.told(importlib.import_module(f"tests.attack.{attack}").under(share)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
