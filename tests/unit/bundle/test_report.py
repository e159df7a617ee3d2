"""The evidence report: what it says, in which order, and that nothing in it can be steered by a text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from evidence_app.bundle.report import make_report
from evidence_app.bundle.report_data import report_value
from evidence_app.bundle.report_text import lines
from evidence_app.errors import StorageError
from evidence_app.paths import resources
from evidence_app.records import BundleContent, EntryKind, ReportContent
from tests.bundles import NOON, helen, png
from tests.reports import content_of, objects, previews_of, report_of, sample, squeezed, text, utc

ORDER = (
    "Posts about my Year 9 lessons – café",
    "Some people may find it upsetting",
    "What this report does and does not show",
    "Summary",
    "Route and times told",
    "Chronology",
    "The reporter’s statement",
    "How we know",
    "A smaller copy of the screenshot",
    "Custody log",
    "Fingerprints",
    "Check this paper against the file",
    "no check of this kind can tell",
    "Redactions and what is withheld",
    "Keeping and receipt",
)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return report_of(sample())


@pytest.fixture(scope="module")
def words(pdf: bytes, tmp_path_factory: pytest.TempPathFactory) -> str:
    return text(pdf, tmp_path_factory.mktemp("words"))


def test_everything_stands_in_its_order(words):
    at = [squeezed(words).find(squeezed(part)) for part in ORDER]
    assert at == sorted(at)
    assert at[0] > 0


def test_who_for_whom_and_every_exhibit_are_named(words):
    flat = squeezed(words)
    for part in (
        "Helen Ashdown, teacher",
        "Larkmere Academy",
        "Mrs Ruth Calloway",
        "Please act on this",
        "HXA/001",
        "HXA/002",
        "HXA/003",
        "https://chat.example/p/12",
        "https://chat.example/p/1",  # said before: an earlier wording is never lost
        "Insults or mockery (policy 11.1); Trolling (policy 11.3)",
        "C2: captured here from the screen",
        "A screenshot cannot prove an address.",
    ):
        assert squeezed(part) in flat


def test_the_fingerprint_of_every_original_is_there_in_full(words):
    flat = squeezed(words)
    for one in sample().exhibits:
        assert one.exhibit.stored.sha256 in flat


def test_every_page_is_marked_and_numbered(pdf, tmp_path):
    pages = text(pdf, tmp_path).split("\f")[:-1]
    for number, page in enumerate(pages, start=1):
        assert "Confidential: staff and pupil information" in page
        assert f"Page {number} of {len(pages)}" in page


def test_no_picture_before_the_exhibits(pdf, tmp_path):
    pages = text(pdf, tmp_path).split("\f")[:-1]
    listed = subprocess.run(
        ["pdfimages", "-list", "report.pdf"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    on = [int(line.split()[0]) for line in listed]
    assert len(on) == 3
    assert all("A smaller copy" in pages[number - 1] for number in on)
    assert min(on) > 1
    assert f"from page {min(on)}." in pages[0]


def test_it_says_what_it_is_and_reads_aloud(pdf, tmp_path):
    found = objects(pdf, tmp_path)
    catalog = next(one for one in found if one.get("/Type") == "/Catalog")
    assert catalog["/Lang"] == "u:en-GB"
    assert catalog["/MarkInfo"]["/Marked"] is True
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"] is True
    assert "/OutputIntents" in catalog
    figures = [one for one in found if one.get("/S") == "/Figure"]
    told = sorted(one["/Alt"] for one in figures)
    assert len(told) == 3
    assert told[0] == (
        "u:Exhibit HXA/001: screenshot of the screen, captured on 12 March 2026, 12:04:00 UTC. The window is "
        "titled “Larkmere chat – “Miss A””. What it shows is not described here."
    )
    kinds = {one.get("/S") for one in found}
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI"} <= kinds


def test_both_standards_are_named(pdf):
    # The description (XMP) of a PDF/A is never compressed.
    described = pdf[pdf.index(b"<?xpacket begin") : pdf.index(b"<?xpacket end")].decode()
    assert "<pdfaid:part>2</pdfaid:part>" in described
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in described
    assert "<pdfuaid:part>1</pdfuaid:part>" in described
    assert "Evidence report INC-001: Posts about my Year 9 lessons – café" in described


def test_every_font_is_inside(pdf, tmp_path):
    text(pdf, tmp_path)
    listed = subprocess.run(
        ["pdffonts", "report.pdf"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert listed
    for line in listed:
        assert line.split()[-5:-2] == ["yes", "yes", "yes"]
        assert re.search("Inter|JetBrainsMono", line)


def test_the_preview_is_inside_byte_for_byte(pdf):
    for small in previews_of(sample()).values():
        assert small.jpeg in pdf


def test_the_same_content_gives_the_same_bytes():
    content = sample()
    assert report_of(content) == report_of(content)


def test_nothing_of_this_machine_is_in_it(pdf, words):
    for part in (os.uname().nodename, str(Path.home()), str(resources()), str(Path.cwd()), "typst-"):
        if len(part) > 4:
            assert part.encode() not in pdf
            assert part not in words


def test_a_report_from_the_vault_does_not_say_that_it_was_sealed(tmp_path):
    shown = squeezed(text(report_of(replace(sample(), sealed_for=()), in_bundle=False), tmp_path))
    assert squeezed("Not sealed for anybody") in shown
    assert squeezed("made from a vault and is not sealed") in shown
    assert squeezed("This bundle sealed") not in shown


def test_never_claimed(words):
    flat = words.lower()
    for claim in (
        "court-admissible",
        "forensic",
        "tamper-proof",
        "authentic",
        "verified",
        "victim",
        "compliant",
    ):
        assert claim not in flat


def test_what_is_withheld_is_named_with_its_reason(tmp_path):
    shown = squeezed(text(report_of(sample(left_out={"HXA/002": "Shows other pupils"})), tmp_path))
    assert "Redactionsandwhatiswithheld" in shown
    assert squeezed("HXA/002 Shows other pupils") in shown


def test_a_gap_is_stated_and_both_times_are_given():
    sender = helen()
    later = replace(content_of(sender), sealed_at=NOON + timedelta(days=2, hours=3))
    east = timezone(timedelta(hours=13))
    value = report_value(ReportContent(later, {}, lambda moment: moment.astimezone(east)))
    rows = value["chronology"]
    assert isinstance(rows, list)
    assert rows[-2]["gap"] == "Nothing was recorded for 2 days 2 hours."
    # Local time runs ahead by a day: then the other day is named too.
    assert (rows[-1]["day"], rows[-1]["local"]) == ("15 March 2026", "04:00:00 UTC+13:00")
    assert rows[-1]["utc"] == "15:00:00, 14 March 2026"


def test_a_picture_that_cannot_be_read_is_told_in_words(tmp_path):
    sender = helen()
    sender.capture("HXA/009", b"\x89PNG\r\n\x1a\n and then nothing")
    shown = text(report_of(content_of(sender)), tmp_path)
    assert "No smaller copy of this screenshot could be made" in shown


def test_custody_has_every_act_and_no_words_of_the_reporter():
    content = sample()
    value = report_value(ReportContent(content, {}, utc))
    rows = value["custody"]
    assert isinstance(rows, list)
    assert [row["entry"] for row in rows] == [
        entry.seq for entry in content.opened if entry.kind is not EntryKind.VAULT_CREATED
    ]
    assert {row["what"] for row in rows} >= {"Viewed", "Filed in INC-001", "Stated: Web address"}


# --- the case -----------------------------------------------------------------------------------------


def a_case() -> BundleContent:
    """Everything that a reporter can state, twice where it was corrected."""
    sender = helen()
    sender.state(
        "INC-001",
        danger="unknown",
        child_involved="yes",
        happened_first="2026-03-01",
        happened_first_certainty="about",
        happened_last="2026-03-11T21:40+00:00",
        effect="I sleep badly.",
        opinion="I think it was meant as a joke.",
        kept_until="2032-08-31",
        **{
            "told.1.whom": "Tom Garrick",
            "told.1.when": "2026-03-12T09:10+00:00",
            "platform_report.1.to": "Chirrup",
            "police_reference.1.reference": "42/1234/26",
        },
    )
    sender.state("INC-001", **{"platform_report.1.reply": "We took it down."})
    sender.state("INC-001", **{"platform_report.1.to": "Chirrup Ltd"})
    sender.state(
        "HXA/001",
        **{
            "address_cleaned": "https://chat.example/p/cleaned",
            "witness.1.name": "Nadia Ellery",
            "witness.1.role": "Teacher",
            "witness.1.when": "2026-03-12T12:30+00:00",
            "witness.1.words": "I saw the page.",
        },
    )
    sender.copy("HXA/004", "HXA/001", png(99))
    return content_of(sender)


@pytest.fixture(scope="module")
def case() -> dict[str, Any]:
    return report_value(
        ReportContent(a_case(), {}, utc, route=(("Headteacher", "Told."),), keeping=(("Period", "None"),))
    )


def labels(rows: list[dict[str, Any]]) -> list[str]:
    return [row["label"] for row in rows]


def test_the_summary_says_risk_child_and_when(case):
    rows = dict(case["summary"])
    assert rows["Immediate danger, as stated"] == "Not sure"
    assert rows["A child is involved, as stated"] == "Yes"
    assert (
        rows["Happened, as stated"] == "First: 1 March 2026 (about then). Last: 11 March 2026, 21:40:00 UTC."
    )


def test_facts_stand_apart_from_opinion_and_effect(case):
    facts, views = case["statement"]
    assert (facts["name"], views["name"]) == ("Facts", "Opinion and effect")
    assert labels(views["rows"]) == ["Effect", "Opinion"]
    assert "What happened" in labels(facts["rows"])


def test_each_thing_stands_where_it_is_looked_for_and_once(case):
    assert labels(case["route"]["told"]) == ["Told", "Told"]
    assert case["route"]["told"][1]["value"] == "Whom: Tom Garrick\nWhen: 12 March 2026, 09:10:00 UTC"
    assert case["route"]["roles"] == [["Headteacher", "Told."]]
    assert labels(case["actions"]) == ["Reported to the platform", "Police"]
    assert labels(case["keeping"]["stated"]) == ["Kept until"]
    facts = labels(case["statement"][0]["rows"])
    assert not {"Told", "Police", "Reported to the platform", "Kept until"} & set(facts)


def test_a_row_stands_together_and_its_earlier_wordings_below(case):
    row = case["actions"][0]
    assert row["value"] == "To: Chirrup Ltd\nReply: We took it down."
    assert [old["value"] for old in row["earlier"]] == ["To: Chirrup"]


def test_of_an_address_only_the_cleaned_one_is_printed(case):
    one = case["exhibits"][0]
    assert one["where"] == "https://chat.example/p/cleaned"
    assert labels(one["stated"])[0] == "Account"
    assert not any("p/12" in row["value"] for row in one["stated"])


def test_a_second_person_is_named_with_what_was_recorded(case):
    assert case["exhibits"][0]["level"].startswith("C4: ")
    assert "stated: seen live by Nadia Ellery; recorded as C2" in case["exhibits"][0]["level"]


def test_a_copy_is_shown_as_one(case):
    one = case["exhibits"][-1]
    assert one["what"] == "Covered copy of HXA/001"
    assert "this is a covered copy of HXA/001" in one["level"]
    assert labels(one["observed"]) == ["Captured", "Copy made", "Covered", "Picture", "Computer"]
    assert [row["no"] for row in case["copies"]] == ["HXA/004"]
    assert case["withheld"]["covered"] == [["HXA/004", "Pupil's name"]]


def test_a_whole_case_makes_pages(tmp_path):
    content = a_case()
    report = ReportContent(content, {}, utc, route=(("Headteacher", "Told."),), keeping=(("Period", "None"),))
    shown = squeezed(text(make_report(report), tmp_path))
    order = [
        *("Route and times told", "Told, as the reporter says", "Chronology", "Facts"),
        *("Opinion and effect", "Derived copies", "Actions", "Custody log"),
        *("Redactions and what is withheld", "Keeping and"),
    ]
    at = [shown.find(squeezed(part)) for part in order]
    assert at == sorted(at)
    assert at[0] > 0


# --- hostile texts --------------------------------------------------------------------------------------

HOSTILE = (
    '#import "@preview/cetz:0.3.0": *',
    '#read("/etc/passwd") #panic("no") #eval("1")',
    "$ x^2 $ [a] {b} \\ \\\\ *bold* _it_ `raw` <label> @ref = head // no /* no */ ~ -- --- ...",
    "</svg><script>alert(1)</script> &amp; %n %s \x00\x1b[31m",
    '"}, {"plain_alt": "no", \\u0041 \\"',
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_is_printed_and_not_obeyed(hostile, tmp_path):
    sender = helen()
    sender.state("HXA/001", note=hostile, account=hostile)
    sender.state("INC-001", note=hostile, **{"a_field_" + hostile[:4]: hostile})
    content = content_of(sender, left_out={"HXA/002": hostile})
    content = replace(
        content,
        asks=hostile,
        incident=replace(content.incident, title=hostile),
        sealed_for=(hostile,),
        sender=replace(content.sender, name=hostile, school=hostile, role=hostile),
    )
    shown = squeezed(text(report_of(content), tmp_path))
    wanted = squeezed(hostile.replace("\x00", "U+0000").replace("\x1b", "U+001B"))
    assert shown.count(wanted) >= 5


def test_every_sign_arrives_whatever_it_is(tmp_path):
    sender = helen()
    hostile = "before\u202eafter \U0001f644 你好 \u2066x\u2069 \ufeff\u200b\ud7ff\U0010ffff é ﷽ שלום مرحبا"
    sender.state("HXA/001", note=hostile)
    shown = text(report_of(content_of(sender)), tmp_path)
    for part in (
        "U+202E",
        "face with rolling eyes",
        "U+4F60 U+597D",
        "U+2066",
        "U+FEFF",
        "U+200B",
        "U+10FFFF",
    ):
        assert squeezed(part) in squeezed(shown)
    assert not {"\u202e", "\u2066", "\u2069"} & set(shown.split("Custody log")[0]) - {"\u202a", "\u202b"}


def test_letters_of_other_scripts_stay_letters_beside_signs_that_are_missing(tmp_path):
    sender = helen()
    sender.state("HXA/001", note="Łódź Ελληνικά русский Cymraeg ŵŷ 1\ufe0f\u20e3 ❤\ufe0f e\u0301")
    shown = text(report_of(content_of(sender)), tmp_path)
    for word in ("Łódź", "Ελληνικά", "русский", "ŵŷ", "U+20E3"):
        assert word in shown


def test_a_sign_that_is_missing_only_in_company_does_not_stop_the_report(tmp_path):
    """Accents on letters of another typeface: each is there alone, together they are not."""
    sender = helen()
    sender.state("HXA/001", note="русский " + "".join(f"\u05d0{chr(mark)}" for mark in range(0x300, 0x370)))
    shown = text(report_of(content_of(sender)), tmp_path)
    assert "русский" in shown


def test_every_character_of_the_planes_in_use_makes_a_report():
    """No text may be able to stop a report: 30,000 characters of every kind, one after the other."""
    sender = helen()
    signs = "".join(chr(code) for code in range(1, 0x3000) if not 0xD800 <= code < 0xE000)
    rest = "".join(chr(code) for code in range(0x3000, 0x110000, 97) if not 0xD800 <= code < 0xE000)
    sender.state("INC-001", note=signs, told=rest)
    assert report_of(content_of(sender)).startswith(b"%PDF-1.7")


@pytest.mark.parametrize("letter", ["a", "W", "a b ", "x\n"])
def test_a_very_long_text_is_complete_and_stays_on_the_page(letter, tmp_path):
    sender = helen()
    sender.state("HXA/001", note=(letter * 100_000)[:100_000] + " the end")
    pdf = report_of(content_of(sender))
    shown = text(pdf, tmp_path)
    assert shown.count(letter[0]) >= 100_000 // len(letter)
    assert "theend" in squeezed(shown)
    # Nothing right of the margin (595 points wide, 50 of margin): the boxes of all words.
    boxes = text(pdf, tmp_path, "-bbox")
    right = [float(edge) for edge in re.findall(r'xMax="([0-9.]+)"', boxes)]
    assert max(right) < 595 - 48


@pytest.mark.parametrize("name", sorted(path.name for path in (resources() / "report").glob("*.typ")))
def test_the_templates_can_reach_nothing_but_what_they_share(name):
    template = (resources() / "report" / name).read_text("utf-8")
    code = re.sub(r"^//.*$", "", template, flags=re.MULTILINE)
    if name != "shared.typ":
        code = code.replace('#import "shared.typ": *', "", 1)
    assert not re.search(r"@preview|#?import|include|eval\(|read\(|plugin|#csv|yaml|toml|xml\(", code)


def test_it_is_made_where_nothing_can_be_written(tmp_path):
    """A file or folder that it made would have to be in one of these places; none allows it."""
    script = """
        import os, sys
        sys.path.insert(0, sys.argv[1])
        import io, json, types
        from evidence_app.bundle import paper, typesetter
        from tests.reports import report_of, sample

        def here(job):  # the typesetter's own code, in this process: another user may not start Python
            pages, kept = io.BytesIO(), (sys.stdin, sys.stdout)
            sys.stdin = types.SimpleNamespace(buffer=io.BytesIO(json.dumps(job).encode()))
            sys.stdout = types.SimpleNamespace(buffer=pages)
            try:
                assert typesetter.main() == 0
            finally:
                sys.stdin, sys.stdout = kept
            return pages.getvalue()

        paper.typeset = here
        content = sample()
        report_of(content)
        before = set(os.listdir("/proc/self/fd"))
        if os.geteuid() == 0:
            os.setegid(65534), os.seteuid(65534)
        os.chdir(sys.argv[2])
        print(len(report_of(content)))
    """
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    names = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(Path(__file__).resolve().parents[3]), "/proc"],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **dict.fromkeys(names, str(closed))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 10_000
    assert list(closed.iterdir()) == []


# --- pieces -----------------------------------------------------------------------------------------------


def test_a_text_is_cut_only_where_a_word_is_too_long():
    assert lines("safeguarding lead") == [["safeguarding lead"]]
    assert lines("") == [[]]
    assert lines("a\nb") == [["a"], ["b"]]
    address = "https://chirrup.example/larkmere_whispers/status/47290"
    (pieces,) = lines(address)
    assert "".join(str(piece) for piece in pieces) == address
    assert max(len(str(piece)) for piece in pieces) <= 16


def test_a_mark_cannot_be_imitated_by_typing_it():
    assert lines("[U+202E]") == [["[U+202E]"]]
    assert lines("\u202e") == [[{"mark": "U+202E"}]]
    assert lines("☃\U0001f644") != lines("face with rolling eyes")


def test_the_typesetter_runs_in_a_process_of_its_own():
    """What it keeps of a report goes with it: the program stays as small as it was."""
    code = (
        "import sys; from tests.reports import report_of, sample; report_of(sample()); "
        "sys.exit('typst' in sys.modules)"
    )
    root = str(Path(__file__).resolve().parents[3])
    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": root}, capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_a_typesetter_that_fails_is_one_sentence_and_no_report(monkeypatch):
    monkeypatch.setattr("evidence_app.bundle.typesetter.COMMAND", "no-such-command")
    with pytest.raises(StorageError, match="could not be made"):
        report_of(sample())
