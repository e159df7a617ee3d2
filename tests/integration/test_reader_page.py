"""The reader page in real Chromium: the program's answers, nothing that leaves it, exhibits only when asked.

One browser for all tests. Every tampering and many mutations: tests/attack/reader_page.py.
"""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from random import Random

import pytest

from evidence_app.bundle import card, layout
from evidence_app.bundle.seal import seal
from evidence_app.crypto.age import Passphrase, encrypt, identities_from_text
from tests import reader_corpus as corpus
from tests.bundle_judge import RUTH, good_bundles
from tests.bundles import Sender, as_tar, keys_for, made_without_checks, png, sign_again
from tests.reader_answers import differences, programs_answer, trusted
from tests.reader_corpus import World
from tests.reader_page import OLD_BROWSER, PAGE, WAYS_OUT, Chromium, Page

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests" / "golden" / "bundle-1"
MUTATIONS = 18
NARROW = 320


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium() as made:
        yield made


@pytest.fixture(scope="module")
def page(browser: Chromium) -> Page:
    """One tab for all: what a test drops on it takes the place of what was there."""
    return browser.page()


@pytest.fixture
def fresh(browser: Chromium) -> Iterator[Page]:
    """A tab of the test's own."""
    made = browser.page()
    yield made
    made.close()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> World:
    return corpus.world(tmp_path_factory.mktemp("world"))


# --- the same answers -------------------------------------------------------------------------------


def agree(page: Page, folder: Path, bundles: Iterator[corpus.Bundle]) -> int:
    """How many bundles there were; both said the same of each."""
    wrong, given = [], list(bundles)
    for one in given:
        found = page.check(one.data, passphrase=one.passphrase, key=one.key, name=one.name)
        lines = differences(programs_answer(one.data, folder, one.keys), found)
        wrong += [f"{one.name}: {line}" for line in lines]
    assert wrong == []
    return len(given)


def test_the_golden_bundle(page: Page, tmp_path: Path) -> None:
    data, key = (GOLDEN / "INC-001.evidence").read_bytes(), (GOLDEN / "reader-key.txt").read_text("ascii")
    program = programs_answer(data, tmp_path, identities_from_text(key))
    assert program["answer"]["unchanged"]
    assert differences(program, page.check(data, key=key)) == []


def test_every_answer_that_a_file_can_get(page: Page, here: World, tmp_path: Path) -> None:
    stamps = tmp_path / "stamps"
    stamps.mkdir()
    assert agree(page, tmp_path, chain(corpus.states(here), corpus.stamped(here, stamps))) > 8


def test_every_damage_to_the_sealed_file(page: Page, here: World, tmp_path: Path) -> None:
    assert agree(page, tmp_path, corpus.damaged(here)) > 25


def test_a_part_of_the_corpus(page: Page, tmp_path: Path) -> None:
    """Each fourth of it, so that each kind is in it."""
    assert agree(page, tmp_path, islice(corpus.known(tmp_path, 10), 0, None, 4)) > 30


def test_some_mutations(page: Page, tmp_path: Path) -> None:
    case = good_bundles(tmp_path)
    mutants = [case.tar(Random(f"reader {number}")) for number in range(MUTATIONS)]
    mutants += [case.age(Random(f"{number}"), RUTH.identity.recipient) for number in range(MUTATIONS // 3)]
    given = (corpus.Bundle(str(one.how), one.what, RUTH.identity) for one in mutants)
    assert agree(page, tmp_path, given) == len(mutants)


def test_a_gap_is_found(here: World, tmp_path: Path) -> None:
    """The comparison itself: a page that overlooks one problem, or calls the sender by another word."""
    program = programs_answer(as_tar(here.good | {corpus.PICTURE: png(99)}), tmp_path)
    wrongs: list[dict[str, object]] = [{"problems": []}, {"sender": "confirmed"}, {"exhibits": []}]
    for wrong in wrongs:
        assert differences(program, program | {"answer": program["answer"] | wrong})
    assert differences(program, dict(program)) == []


def test_a_browser_without_workers_and_cryptography_of_its_own(
    browser: Chromium, here: World, tmp_path: Path
) -> None:
    """As on a page that came by plain http: then all of it is done by the page's own arithmetic."""
    old = browser.page(before=OLD_BROWSER)
    signed = sign_again(here.good | {corpus.PICTURE: png(99)}, here.stranger.key)
    broken = here.good | {layout.SIGNATURE: here.good[layout.SIGNATURE].replace(b"A", b"B", 1)}
    given = [
        corpus.Bundle("good", here.sealed, here.ruth.identity),
        corpus.Bundle("forged", here.forged, here.ruth.identity),
        corpus.Bundle("signed by a stranger", as_tar(signed)),
        corpus.Bundle("not signed", as_tar(broken)),
    ]
    assert agree(old, tmp_path, iter(given)) == len(given)
    old.close()


# --- who sealed it ------------------------------------------------------------------------------------


def give(page: Page, contact: Sender) -> None:
    text = card.make_card(contact.card, contact.key).decode("ascii")
    page.run("(text) => { document.querySelector('#card-text').value = text; }", text)
    page.press("Use this text")


def test_confirmed_only_when_the_words_were_compared(page: Page, here: World, tmp_path: Path) -> None:
    page.check(here.sealed, key=here.ruth.identity.to_string())
    give(page, here.helen)
    page.wait("document.querySelector('#question')?.textContent.includes('on the card that you gave')")
    known = programs_answer(here.sealed, tmp_path, [here.ruth.identity], trusted(here.helen, ""))
    assert known["answer"]["sender"] == "known"
    assert page.answer()["checks"] == known["answer"]["checks"]
    assert page.answer()["sender"] == "known"
    shown = page.run(
        "() => [...document.querySelectorAll('.words li')].map((one) => one.lastChild.textContent)"
    )
    assert tuple(shown) == here.helen.contact().words
    page.press("Yes, all eight match")
    assert "Say first how" in page.run("() => document.querySelector('#question .message').textContent")
    assert page.answer()["sender"] == "known"
    page.run("() => document.querySelector('input[value=\"by telephone\"]').click()")
    page.press("Yes, all eight match")
    page.wait("document.querySelector('.banner.ok')")
    sure = programs_answer(here.sealed, tmp_path, [here.ruth.identity], trusted(here.helen, "by telephone"))
    assert differences({"answer": sure["answer"]}, {"answer": page.answer()}) == []
    assert sure["sentence"] == page.run("() => document.querySelector('h1').textContent")


def test_no_is_a_safe_answer(page: Page, here: World) -> None:
    page.check(here.sealed, key=here.ruth.identity.to_string())
    page.press("No, or I am not sure")
    page.wait("!document.querySelector('#question')")
    assert page.answer()["sender"] == "unknown"


@pytest.mark.parametrize("name", ["Helen Ashdown", "Неlen Ashdown"], ids=["same name", "looks alike"])
def test_another_key_under_the_name_of_a_contact(page: Page, here: World, tmp_path: Path, name: str) -> None:
    contact = Sender(name, 1)
    page.check(here.forged, key=here.ruth.identity.to_string())
    give(page, contact)
    page.wait("document.querySelector('.banner.bad')")
    doubt = programs_answer(here.forged, tmp_path, [here.ruth.identity], trusted(contact, ""))
    assert differences({"answer": doubt["answer"]}, {"answer": page.answer()}) == []
    assert "in doubt" in page.answer()["sentence"]


@pytest.mark.parametrize("text", ["", "Helen Ashdown", '{"evidence-contact":1}\n'])
def test_what_is_no_card_is_refused(page: Page, here: World, text: str) -> None:
    page.check(as_tar(here.good))
    page.run("(text) => { document.querySelector('#card-text').value = text; }", text)
    page.press("Use this text")
    page.wait("!document.querySelector('details .message').hidden")
    assert page.answer()["sender"] == "unknown"


# --- exhibits -----------------------------------------------------------------------------------------


def test_exhibits_are_covered_until_asked_and_shown_one_at_a_time(page: Page, here: World) -> None:
    page.check(here.sealed, key=here.ruth.identity.to_string())
    count = "() => [document.querySelectorAll('canvas').length, document.querySelectorAll('.veil').length]"
    assert page.run(count) == [0, 3]
    for number in ("HXA/001", "HXA/002"):
        page.press(f"Show {number}")
        page.wait(f"document.querySelector('canvas')?.getAttribute('aria-label').includes('{number}')")
        assert page.run(count) == [1, 2]
    pixel = "() => [...document.querySelector('canvas').getContext('2d').getImageData(0, 9, 1, 1).data]"
    assert page.run(pixel) == [20, 9, 128, 255]
    page.press("Cover HXA/002")
    page.wait("!document.querySelector('canvas')")
    page.press("Show HXA/001")
    page.wait("document.querySelector('canvas')")
    page.run("() => dispatchEvent(new Event('pagehide'))")
    assert page.run(count) == [0, 3]


def test_a_changed_exhibit_is_not_shown(page: Page, here: World) -> None:
    page.check(as_tar(here.good | {corpus.PICTURE: png(99)}))
    buttons = page.run(
        "() => [...document.querySelectorAll('.exhibit button')].map((one) => one.textContent).join()"
    )
    assert "HXA/001" in buttons
    assert "HXA/002" not in buttons
    assert page.run("() => document.querySelectorAll('.veil').length") == 2


def test_an_exhibit_and_the_report_are_saved_as_they_are(page: Page, here: World, tmp_path: Path) -> None:
    report = b"%PDF-1.7 a report"
    content = replace(here.helen.content([here.ruth]), report=report)
    seal(content, here.helen.key, keys_for(content), tmp_path / "with-report")
    page.check((tmp_path / "with-report").read_bytes(), key=here.ruth.identity.to_string())
    saved = tmp_path / "saved"
    page.browser.call(
        "Browser.setDownloadBehavior", behavior="allow", downloadPath=str(saved), eventsEnabled=True
    )
    for words in ("Save HXA/001", "Save the report"):
        page.press(words)
        page.browser.until(
            lambda one: one["method"] == "Browser.downloadProgress" and one["params"]["state"] == "completed"
        )
    found = {one.name: one.read_bytes() for one in saved.iterdir()}
    assert found == {"HXA-001-original.png": png(10), "report.pdf": report}


def test_a_file_that_changes_after_the_check_shows_nothing(fresh: Page, tmp_path: Path) -> None:
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", png(1))
    sender.capture(
        "HXA/002", bytes(3 * layout.MIB), media_type="video/mp4"
    )  # more than the page keeps of a file
    files = made_without_checks(sender)
    path = tmp_path / "bundle.tar"
    path.write_bytes(as_tar(files))
    found = fresh.call("DOM.getDocument")["root"]["nodeId"]
    node = fresh.call("DOM.querySelector", nodeId=found, selector="#bundle")["nodeId"]
    fresh.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node)
    fresh.wait("document.querySelector('form')")
    fresh.run("() => document.querySelector('form').requestSubmit()")
    fresh.wait("document.querySelector('#json')")
    assert fresh.answer()["unchanged"]
    path.write_bytes(as_tar(files | {layout.original_name("HXA/001", "image/png"): png(99)}) + bytes(512))
    fresh.press("Show HXA/001")
    fresh.wait("[...document.querySelectorAll('.exhibit .message')].some((one) => !one.hidden)")
    assert fresh.run("() => document.querySelector('canvas')") is None


def test_stop_and_another_file_give_up_what_is_being_read(fresh: Page, here: World) -> None:
    """With a passphrase that takes seconds: Stop asks again; a file that is dropped takes its place."""
    drop = """(data) => {
      const dropped = new DataTransfer();
      dropped.items.add(new File([Uint8Array.from(atob(data), (one) => one.charCodeAt(0))], "slow.evidence"));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, cancelable: true }));
    }"""
    begin = """(words) => {
      document.querySelector("#passphrase").value = words;
      document.querySelector("form").requestSubmit();
    }"""
    fresh.run(drop, base64.b64encode(corpus.slow()).decode())
    fresh.wait("document.querySelector('#passphrase')")
    fresh.run(begin, corpus.PASSPHRASE)
    fresh.wait("document.querySelector('progress')")
    fresh.press("Stop")
    fresh.wait("document.querySelector('#passphrase')?.value === ''")
    fresh.run(begin, corpus.PASSPHRASE)
    fresh.wait("document.querySelector('progress')")
    found = fresh.check(as_tar(here.good | {corpus.PICTURE: png(99)}))
    assert found["answer"]["problems"]
    assert fresh.check(as_tar(here.good))["answer"]["unchanged"]


# --- nothing leaves it --------------------------------------------------------------------------------


def test_nothing_leaves_the_page_or_its_worker(fresh: Page, here: World) -> None:
    """Planted attempts in the page itself and in its worker; a listener that nobody ever reaches."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        fresh.call("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=False, flatten=True)
        fresh.check(as_tar(here.good))
        worker = fresh.browser.until(
            lambda one: (
                one.get("method") == "Target.attachedToTarget"
                and one["params"]["targetInfo"]["type"] == "worker"
            )
        )["params"]["sessionId"]
        inside = fresh.browser.call(
            "Runtime.evaluate",
            worker,
            expression=f"({WAYS_OUT})({json.dumps(address)})",
            awaitPromise=True,
            returnByValue=True,
        )
        assert inside["result"]["value"] == []
        assert fresh.run(WAYS_OUT, address) == []
        with pytest.raises(BlockingIOError):
            server.accept()


def test_nothing_stays_in_the_browser(page: Page, here: World) -> None:
    page.check(here.sealed, key=here.ruth.identity.to_string())
    kept = """async () => [
      localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length,
    ]"""
    assert page.run(kept) == [0, 0, "", 0]


def test_a_changed_script_does_not_run(browser: Chromium, tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    changed = tmp_path / "planted.html"
    changed.write_text(text.replace("This bundle is intact.", "This bundle is fine.  "), "utf-8")
    planted = browser.page(changed.as_uri())
    assert planted.run("() => document.querySelector('main').dataset.view ?? null") is None
    planted.close()


# --- for everybody ------------------------------------------------------------------------------------


def views(page: Page, here: World) -> Iterator[str]:
    """The views of the page, one after the other, with everything in them unfolded."""
    yield "choose"
    page.check(encrypt(as_tar(here.good), Passphrase(corpus.PASSPHRASE, 4)), passphrase="something else")
    yield "passphrase"
    page.check(here.sealed, key="x")
    yield "key"
    for name, data in {
        "unconfirmed": here.sealed,
        "altered": encrypt(as_tar(here.good | {corpus.PICTURE: png(99)}), [here.ruth.identity.recipient]),
        "damaged": here.sealed[:-1],
    }.items():
        page.check(data, key=here.ruth.identity.to_string())
        page.run("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        yield name


def test_every_view_has_names_for_all_and_fits_a_phone(fresh: Page, here: World) -> None:
    fresh.call("Accessibility.enable")
    fresh.call(
        "Emulation.setDeviceMetricsOverride", width=NARROW, height=640, deviceScaleFactor=1, mobile=True
    )
    for view in views(fresh, here):
        nodes = fresh.call("Accessibility.getFullAXTree")["nodes"]
        roles = {"button", "textbox", "radio", "DisclosureTriangle", "heading", "image", "link"}
        nameless = [
            one["role"]["value"]
            for one in nodes
            if not one["ignored"]
            and one["role"]["value"] in roles
            and not one.get("name", {}).get("value", "").strip()
        ]
        assert nameless == [], view
        first = fresh.run("() => document.querySelectorAll('main h1').length")
        assert first == 1, view
        assert fresh.run("() => document.scrollingElement.scrollWidth") <= NARROW, view
        small = fresh.run(
            """() => [...document.querySelectorAll("button, summary, .choice")]
              .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24)
              .map((one) => one.textContent)"""
        )
        assert small == [], view


def test_it_can_be_used_with_the_keyboard_alone(page: Page, here: World) -> None:
    def key(name: str, code: int) -> None:
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if name == "Enter" and kind == "keyDown" else {}
            page.call(
                "Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, **text
            )

    page.check(as_tar(here.good))
    assert page.run("() => document.activeElement.tagName") == "H1"
    seen = []
    for _ in range(40):
        key("Tab", 9)
        seen.append(page.run("() => document.activeElement.textContent"))
        if seen[-1] == "Show HXA/001":
            break
    assert seen[-1] == "Show HXA/001", seen
    key("Enter", 13)
    page.wait("document.querySelector('canvas')")
    assert page.run("() => document.activeElement.textContent") == "Cover HXA/001"
