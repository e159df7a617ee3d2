"""Speed beside the tools that people would use instead: `python -m tests.bench [ROW…]`.

No time here is a pass or a failure. The exit code is 1 where something could not be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from evidence_app.errors import EvidenceError
from tests.bench import (
    appending,
    capturing,
    chaining,
    importing,
    listing,
    paging,
    reporting,
    sealing,
    searching,
    starting,
    unlocking,
    verifying,
)
from tests.bench.harness import (
    GIB,
    MIB,
    CannotRunError,
    OpenRow,
    Result,
    Workshop,
    as_json,
    machine,
    measure,
    table,
    workshop,
)

ROWS: dict[str, OpenRow] = {
    "capture": capturing.open_row,
    "bring_in": importing.open_row,
    "page": paging.open_row,
    "seal": sealing.open_row,
    "verify": verifying.open_row,
    "append": appending.open_row,
    "chain": chaining.open_row,
    "search": searching.open_row,
    "activity": listing.open_row,
    "report": reporting.open_row,
    "unlock": unlocking.open_row,
    "start": starting.open_row,
}


def main() -> int:
    """Measure the rows that are named, or all."""
    wishes = _wishes()
    where = Path(wishes.folder)
    about = machine()
    print(
        f"{about['cores']} cores, {about['cpu']}, {about['kernel']}, Python {about['python']}; "
        f"medians of {wishes.rounds} interleaved rounds; "
        f"{shutil.disk_usage(where).free / GIB:.1f} GiB free in the folder that is used\n"
    )
    results: list[Result] = []
    with workshop(where, wishes.rounds, wishes.size * MIB) as shop:
        for name in wishes.row or ROWS:
            results.append(_measured(name, shop))
            print(table(results[-1:]), flush=True)
    if wishes.json is not None:
        Path(wishes.json).write_text(json.dumps(as_json(results, wishes.rounds), indent=1) + "\n", "utf-8")
    return 0 if all(result.complete for result in results) else 1


def _measured(name: str, shop: Workshop) -> Result:
    try:
        with ROWS[name](shop) as row:
            return measure(row, shop.rounds)
    except (CannotRunError, EvidenceError, OSError, RuntimeError, AssertionError) as error:
        return Result(name, "", missing=str(error))


def _wishes() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    words.add_argument("row", nargs="*", metavar="ROW", help=f"one or more of: {', '.join(ROWS)}")
    words.add_argument(
        "--rounds",
        type=int,
        default=int(os.environ.get("EVIDENCE_BENCH_ROUNDS", "5")),
        help="how often each way takes its turn (default 5, or EVIDENCE_BENCH_ROUNDS)",
    )
    words.add_argument(
        "--size", type=int, default=1024, metavar="MIB", help="size of the sealed bundle (default 1024)"
    )
    words.add_argument("--json", metavar="FILE", help="also write every single time here")
    words.add_argument(
        "--folder",
        default=os.environ.get("TMPDIR", "."),
        help="where the work is done (default TMPDIR, or here); about five times the size is needed",
    )
    wishes = words.parse_args()
    unknown = [name for name in wishes.row if name not in ROWS]
    if unknown or wishes.rounds < 1 or wishes.size < 1:
        words.error(f"no such row: {', '.join(unknown)}" if unknown else "at least 1 round and 1 MiB")
    return wishes


if __name__ == "__main__":
    sys.exit(main())
