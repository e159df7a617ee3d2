"""The report in real bundles of real vaults: there, checked like every other file, and telling no secret."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from evidence_app import workflows
from evidence_app.bundle import layout, read
from evidence_app.bundle.seal import seal
from evidence_app.bundle.verify import Altered
from evidence_app.capture.preview import preview
from evidence_app.crypto.age import Passphrase
from evidence_app.errors import StoppedError, UsageError
from evidence_app.records import Picture, Progress, Said, Source, Trust
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted, sealing
from tests.bundles import REFERENCE, as_tar, helen, keys_for, opened, png, ruth
from tests.reports import content_of, objects, report_of, squeezed, text
from tests.vaults import capture, make_sample, no_stop, observed


@pytest.fixture
def teacher(tmp_path):
    def fill(vault: Vault) -> None:
        vault.record(acts.incident_opened("Posts about my lessons"))
        for shade in (10, 20):
            capture(vault, png(shade), "INC-001")
        vault.record(acts.incident_stated("INC-001", [Said("concerns_head", "yes", Source.TYPED)]))
        vault.record(acts.exhibit_stated("HXA/001", [Said("note", "31 members", Source.TYPED)]))

    with make_sample(tmp_path / "helen.evidence-vault", fill).open() as vault:
        yield vault


def sealed_report(vault: Vault, tmp_path, **wishes) -> bytes:
    passphrase = "quiet meadow copper lantern"
    out = tmp_path / "one.evidence"
    workflows.seal_bundle(vault, Wanted("INC-001", passphrase=passphrase, **wishes), out)
    return opened(out, Passphrase(passphrase))[layout.REPORT]


def test_every_bundle_has_one_with_its_pictures(teacher, tmp_path):
    pdf = sealed_report(teacher, tmp_path, asks="Please act on this")
    shown = squeezed(text(pdf, tmp_path))
    for part in ("Posts about my lessons", "HXA/001", "HXA/002", "31 members", "Whoever has the passphrase"):
        assert squeezed(part) in shown
    assert sum(one.get("/S") == "/Figure" for one in objects(pdf, tmp_path)) == 2


def test_a_series_is_there_with_all_its_pictures_in_their_order(teacher, tmp_path):
    number, taken = a_series(teacher, 3)
    pdf = sealed_report(teacher, tmp_path)
    shown = squeezed(text(pdf, tmp_path))
    first, second, third = (
        shown.index(squeezed(words)) for words in ("Picture 1 of 3", "Picture 2 of 3,", "Picture 3 of 3,")
    )
    assert first < second < third
    assert squeezed(f"The other pictures of {number}") in shown
    for one in taken:
        small = preview(io.BytesIO(one), "image/png")
        assert small is not None
        assert small.jpeg in pdf
    figures = [one for one in objects(pdf, tmp_path) if one.get("/S") == "/Figure"]
    assert len(figures) == 5


def test_pictures_of_a_series_that_are_not_there_are_named(teacher, monkeypatch, tmp_path):
    monkeypatch.setattr(sealing, "MAX_SERIES_PREVIEWS", 1)
    a_series(teacher, 5)
    shown = squeezed(text(sealed_report(teacher, tmp_path), tmp_path))
    assert squeezed("No smaller copy of pictures 3 to 5 is here. The originals are in the bundle") in shown


def a_series(vault: Vault, count: int) -> tuple[str, list[bytes]]:
    no_stop(vault)
    series = workflows.Series(vault, "INC-001")
    taken = [png(40 + 30 * place) for place in range(count)]
    for one in taken:
        series.add(Picture(one, observed()))
    return series.finish().number, taken


def test_where_the_incident_goes_stays_with_the_sender(teacher, tmp_path):
    shown = text(sealed_report(teacher, tmp_path), tmp_path).lower()
    assert "concerns" not in shown


def test_what_is_left_out_is_named_and_not_shown(teacher, tmp_path):
    pdf = sealed_report(teacher, tmp_path, left_out={"HXA/002": "Shows other pupils"})
    assert squeezed("HXA/002 Shows other pupils") in squeezed(text(pdf, tmp_path))
    assert sum(one.get("/S") == "/Figure" for one in objects(pdf, tmp_path)) == 1


def test_from_the_vault_alone_nothing_is_sealed_or_left_behind(teacher, tmp_path):
    before = {path for path in tmp_path.rglob("*") if "ledger.db" not in path.name}
    entries = teacher.head[0]
    pdf = workflows.report(teacher, "INC-001")
    assert {path for path in tmp_path.rglob("*") if "ledger.db" not in path.name} == before
    assert teacher.head[0] == entries
    assert "not sealed" in text(pdf, tmp_path)


def test_an_incident_without_exhibits_has_none(teacher):
    teacher.record(acts.incident_opened("Nothing yet"))
    with pytest.raises(UsageError, match="no exhibit to report"):
        workflows.report(teacher, "INC-002")


def test_it_can_be_stopped(teacher, tmp_path):
    def stop(progress: Progress) -> None:
        if progress.words == "Making the report" and progress.done == 1:
            raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        workflows.seal_bundle(
            teacher, Wanted("INC-001", passphrase="quiet meadow copper"), tmp_path / "one.evidence", stop
        )
    assert not list(tmp_path.glob("*.evidence"))


@pytest.mark.parametrize("change", ["one byte", "removed", "another"])
def test_a_changed_report_is_an_altered_bundle(change, tmp_path):
    sender, reader = helen(), ruth()
    content = sender.content([reader])
    content = replace(content, report=report_of(content))
    out = tmp_path / "one.evidence"
    seal(content, sender.key, keys_for(content), out)
    assert read.verify(out, [reader.identity], Trust()).unchanged

    files = opened(out, reader.identity)
    pdf = files.pop(layout.REPORT)
    if change == "one byte":
        files[layout.REPORT] = pdf[:-1] + b"X"
    elif change == "another":
        other = helen()
        other.state(REFERENCE, facts="Something else.")
        files[layout.REPORT] = report_of(content_of(other))
    tar = tmp_path / "one.tar"
    tar.write_bytes(as_tar(files))
    with pytest.raises(Altered) as caught:
        read.verify(tar, [], Trust())
    assert caught.value.verdict.problems[0].where == layout.REPORT


def test_a_bundle_without_one_still_checks(tmp_path):
    sender, reader = helen(), ruth()
    content = sender.content([reader])
    seal(content, sender.key, keys_for(content), tmp_path / "one.evidence")
    assert layout.REPORT not in opened(tmp_path / "one.evidence", reader.identity)
    assert read.verify(tmp_path / "one.evidence", [reader.identity], Trust()).unchanged


def test_forty_exhibits_of_noise_stay_below_ten_megabytes():
    from random import Random

    from evidence_app.capture import png as pictures

    sender = helen()
    for number in range(4, 41):
        raw = Random(number).randbytes(1440 * 900 * 4)
        sender.capture(f"HXA/{number:03}", pictures.encode(raw, 1440, 900))
    assert len(report_of(content_of(sender))) < 10_000_000
