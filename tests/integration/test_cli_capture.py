"""`evidence-app capture` on real screens, and where there is none; the way from a new vault to a verdict."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from evidence_app.errors import ExitCode
from evidence_app.records import Area
from tests.commands import Stage, environment, refused
from tests.screens import VirtualScreen, own_number, pattern, rgb, virtual_screen
from tests.vaults import PASSPHRASE, files_under

pytest_plugins = ["tests.command_fixtures"]

H, P = "helen.evidence-vault", ("--passphrase-file", "passphrase")
CAPTURE = ("capture", H, "--incident", "INC-001", *P)
FAILED, USAGE = ExitCode.FAILED, ExitCode.USAGE


@pytest.fixture(scope="module")
def desk() -> Iterator[VirtualScreen]:
    """A small screen with noise on it."""
    with virtual_screen(640, 480, current=False) as screen:
        screen.paint(5)
        yield screen


def on(screen: VirtualScreen) -> dict[str, str]:
    return environment(DISPLAY=screen.display)


# --- there is nothing to capture ------------------------------------------------------------------------


def test_no_screen(stage: Stage) -> None:
    with stage.unharmed(stage.helen):
        refused(stage.run(*CAPTURE, "--json"), FAILED, "Nothing was captured", "no screen")


def test_a_screen_that_may_not_be_captured(stage: Stage, desk: VirtualScreen) -> None:
    """Wayland without its portal; XWayland would give another picture than the screen."""
    with stage.unharmed(stage.helen):
        nowhere = {"WAYLAND_DISPLAY": "wayland-0", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus"}
        answer = stage.run(*CAPTURE, env=on(desk) | nowhere)
        refused(answer, FAILED, "Nothing was captured", "screenshot portal does not answer")


def test_the_display_of_a_dead_server(stage: Stage) -> None:
    with virtual_screen(640, 480, window_manager=False, current=False, number=own_number()) as screen:
        screen.kill()
        with stage.unharmed(stage.helen):
            answer = stage.run(*CAPTURE, env=on(screen))
            refused(answer, FAILED, "Nothing was captured", "does not answer")


def test_a_blank_screen(stage: Stage) -> None:
    with virtual_screen(640, 480, current=False) as screen:
        screen.paint_plain(0x203040)
        with stage.unharmed(stage.helen):
            refused(stage.run(*CAPTURE, env=on(screen)), FAILED, "came out empty", "Nothing was captured")


OUTSIDE = {
    "reaches out": (("--region", "600,400,100,100"), "reaches outside the screen, which is 640 × 480"),
    "is empty": (("--region", "0,0,0,10"), "is empty"),
    "is negative": (("--region=-5,-5,20,20"), "outside the screen"),
    "is no area": (("--region", "0,0,10"), "'0,0,10' is not an area"),
    "monitor": (("--monitor", "9"), "There is no monitor 9"),
    "window": (("--window", "No such title"), "No open window"),
    "two at once": (("--monitor", "1", "--window", "x"), "Choose one of"),
    "incident": (("--incident", "INC-009"), "There is no incident 'INC-009'"),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_a_place_that_is_not_on_the_screen(stage: Stage, desk: VirtualScreen, case: str) -> None:
    given, says = OUTSIDE[case]
    words = (given,) if isinstance(given, str) else given
    with stage.unharmed(stage.helen):
        refused(stage.run(*CAPTURE, *words, env=on(desk)), USAGE, says)


# --- a capture ------------------------------------------------------------------------------------------


def test_the_json_of_a_capture_and_the_picture_itself(stage: Stage, desk: VirtualScreen) -> None:
    words = ("--address", "https://chirrup.example/p/1 🙂", "--note", "thirteen members")
    with desk.window("Chirrup – Posts", Area(100, 80, 320, 240), seed=9) as shown:
        env = on(desk) | {"PYTHONIOENCODING": "ascii"}
        answer = stage.ok(*CAPTURE, "--window", "posts", *words, "--json", env=env)
    found = answer.json
    assert answer.err.startswith("Nobody was asked about INC-001: could this show anyone under 18 ")
    assert answer.err.count("\n") == 1
    assert (found["number"], found["incident"], found["level"]) == ("HXA/005", "INC-001", "C2")
    assert found["media_type"] == "image/png"
    assert found["stated"]["address"]["value"] == "https://chirrup.example/p/1 🙂"
    assert found["stated"]["note"]["value"] == "thirteen members"
    assert found["observed"]["window"]["title"] == "Chirrup – Posts"
    stage.ok("exhibit", "show", H, "HXA/005", "--original", "out.png", *P)
    with Image.open(io.BytesIO((stage.folder / "out.png").read_bytes())) as picture:
        assert picture.size == (shown.area.width, shown.area.height)
        assert picture.tobytes() == rgb(pattern(9, 320, 240), 320, 240)


# --- the whole way --------------------------------------------------------------------------------------


def test_from_a_new_vault_to_a_verdict(stage: Stage, desk: VirtualScreen) -> None:
    """With the real work factor, and the JSON of every command on the way."""
    folder, new = stage.folder, "new.evidence-vault"
    words = ("vault", "create", new, "--name", "Mr Alan Thwaite", "--role", "head", *P)
    made = stage.ok(*words, "--school", "Larkmere Academy", "--recovery-file", "words", "--json").json
    assert set(made) == {"vault", "id", "initials"}
    assert (made["vault"], made["initials"]) == (new, "AXT")
    assert len((folder / "words").read_text("ascii").split()) == 12
    slot = (folder / new / "keys" / "passphrase.age").read_bytes()
    assert slot.split(b"\n")[1].endswith(b" 18")

    card = stage.ok("contact", "card", new, "-o", "new.evidence-contact", *P)
    assert (card.out, "Your fingerprint words: " in card.err) == ("", True)
    added = stage.ok("contact", "add", H, "new.evidence-contact", *P, "--json").json
    assert set(added) == {
        "name", "role", "school", "words", "fingerprint", "recipient", "confirmed_at", "confirmed_how",
        "resembles", "replaced_at",
    }  # fmt: skip
    assert added["confirmed_at"] is None
    assert added["words"] in card.err
    confirm = ("contact", "confirm", H, "thwaite", "--how", "by telephone", *P, "--json")
    confirmed = stage.ok(*confirm, "--fingerprint", added["words"].upper().replace(" ", ", ")).json
    assert confirmed["confirmed_how"] == "by telephone"
    everyone = stage.ok("contact", "list", H, *P, "--json").json["contacts"]
    assert [one["name"] for one in everyone] == ["Mr Alan Thwaite", "Mrs Ruth Calloway"]

    incident = stage.ok("incident", "open", H, "--title", "Posts :house: [b]", *P, "--json").json
    assert (incident["reference"], incident["title"]) == ("INC-003", "Posts :house: [b]")
    assert set(incident) == {"reference", "title", "opened_at", "last_at", "exhibits", "bundles", "stated"}
    assert "INC-003  0 exhibits  Posts :house: [b]" in stage.ok("incident", "list", H, *P).out
    stage.ok("capture", H, "--incident", "3", *P, env=on(desk))
    exhibits = stage.ok("exhibits", H, "--incident", "3", *P, "--json").json["exhibits"]
    assert [one["number"] for one in exhibits] == ["HXA/005"]

    sealing = ("seal", H, "--incident", "3", "--to", "Mr Alan Thwaite", "-o", "out.evidence")
    sealed = stage.ok(*sealing, "--to", "Mrs Ruth Calloway", "--asks", "Please act", *P, "--json").json
    assert set(sealed) == {
        "path", "bundle", "size", "files", "exhibits", "digest", "words", "sealed_at", "sealed_for", "dated",
        "notes",
    }  # fmt: skip
    assert sealed["sealed_for"] == ["Mr Alan Thwaite", "Mrs Ruth Calloway"]
    assert sealed["size"] == (folder / "out.evidence").stat().st_size

    answer = stage.run("verify", "out.evidence", "--vault", new, *P, "--json")
    assert answer.code == ExitCode.SENDER_NOT_CONFIRMED
    assert answer.json["bundle"]["words"] == sealed["words"]
    checked = stage.ok("vault", "check", new, *P, "--json").json
    assert set(checked) == {"in_order", "entries", "objects", "disposed", "link", "problems", "notes"}
    assert (checked["in_order"], checked["problems"], checked["objects"]) == (True, [], 0)
    readable = [path for path in files_under(folder / new) if PASSPHRASE.encode() in path.read_bytes()]
    assert readable == []


def test_the_pointer_and_a_count_down(stage: Stage, desk: VirtualScreen) -> None:
    answer = stage.run(*CAPTURE, "--pointer", "--delay", "1", "--json", env=on(desk))
    assert answer.code == 0, answer.err
    assert "Capturing in 1" in answer.err
    shown = stage.run("exhibit", "show", H, str(answer.json["number"]), *P, "--json")
    assert shown.json["observed"]["pointer"] is True


def test_a_count_down_has_its_limits(stage: Stage, desk: VirtualScreen) -> None:
    with stage.unharmed(stage.helen):
        assert stage.run(*CAPTURE, "--delay", "61", env=on(desk)).code == USAGE


def test_text_is_read_only_in_an_exhibit_that_is_there(stage: Stage) -> None:
    with stage.unharmed(stage.helen):
        assert stage.run("exhibit", "read", H, "999", *P).code == USAGE
