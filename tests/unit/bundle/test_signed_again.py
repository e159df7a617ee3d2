"""What the sender could do, who holds the key: change a bundle and sign it again.

The lists and the signature fit then. The ledger still holds what was recorded, and exactly what is wrong
is found.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from evidence_app.bundle import layout
from evidence_app.bundle.bag import write_manifest
from evidence_app.bundle.verify import Altered, Verifier
from evidence_app.records import Trust
from tests import bundles
from tests.bundles import sign_again
from tests.resigned import HELEN, LISTS, RESIGNED, RUTH, Files


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Files:
    out = tmp_path_factory.mktemp("bundle") / "INC-001.evidence"
    bundles.sealed(HELEN, RUTH, out)
    return bundles.opened(out, RUTH.identity)


def codes(files: Files) -> set[str]:
    """Codes of the problems in an altered bundle."""
    verifier = Verifier(Trust(contacts=(HELEN.contact(),)))
    for name, data in files.items():
        verifier.start_file(name, len(data))
        verifier.feed(memoryview(data))
        verifier.end_file()
    with pytest.raises(Altered) as caught:
        verifier.finish(datetime.now(UTC))
    return {problem.code for problem in caught.value.verdict.problems}


@pytest.mark.parametrize("case", RESIGNED)
def test_signed_again_by_the_sender(good: Files, case: str) -> None:
    """The sender's own key, all lists made new; exactly what is wrong is found, and nothing else."""
    _, change, expected = RESIGNED[case]
    assert codes(sign_again(change(good), HELEN.key)) == expected


@pytest.mark.parametrize("case", LISTS)
def test_lists_that_do_not_fit_though_they_are_signed(good: Files, case: str) -> None:
    change, expected = LISTS[case]
    assert codes(sign_again(change(good), HELEN.key, lists=False)) == expected


@pytest.mark.parametrize("names", [(layout.BAG_INFO, layout.BAGIT), (*layout.TAG_FILES, layout.README)])
def test_a_signed_list_that_covers_too_little_or_too_much(good: Files, names: tuple[str, ...]) -> None:
    text = write_manifest(bundles.digests({name: good[name] for name in names}))
    files = {
        **good,
        layout.TAG_MANIFEST: text,
        layout.SIGNATURE: HELEN.key.sign(text, layout.BUNDLE_NAMESPACE),
    }
    assert codes(files) == {"tag-manifest"}
