"""Settings are a convenience: no file of theirs ever keeps the program from starting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evidence_app import settings
from evidence_app.errors import StorageError
from evidence_app.paths import user_config_dir
from evidence_app.settings import RecentVault, Settings

VAULT = RecentVault("/home/h/h.evidence-vault", "Helen Ashdown", "Larkmere Academy", "staff", "today")


def file() -> Path:
    path = user_config_dir() / "settings.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_without_a_file_there_are_defaults_and_no_file_is_made() -> None:
    assert settings.load(user_config_dir()) == Settings("system", ())
    assert not user_config_dir().exists()


def test_what_is_saved_is_loaded() -> None:
    wanted = Settings().with_theme("dark").with_recent(VAULT)
    settings.save(wanted, user_config_dir())
    assert settings.load(user_config_dir()) == wanted
    assert [path.name for path in user_config_dir().iterdir()] == ["settings.json"]


def test_a_path_whose_bytes_are_no_text_survives() -> None:
    wanted = Settings().with_recent(RecentVault("/home/h/\udcff", "H", "", "head", ""))
    settings.save(wanted, user_config_dir())
    assert settings.load(user_config_dir()) == wanted


def test_the_newest_vault_comes_first_and_only_once() -> None:
    some = Settings()
    for number in range(12):
        some = some.with_recent(RecentVault(f"/v/{number % 10}", "", "", "staff", str(number)))
    assert [one.path for one in some.recent] == [f"/v/{number}" for number in (1, 0, 9, 8, 7, 6, 5, 4)]
    assert some.recent[0].unlocked == "11"


@pytest.mark.parametrize("theme", ["", "blue", "DARK"])
def test_an_unknown_theme_is_the_systems(theme: str) -> None:
    assert Settings("dark").with_theme(theme).theme == "system"


DAMAGED = {
    "empty": b"",
    "no JSON": b"{",
    "no UTF-8": b"\xff\xfe\x00",
    "a list": b"[]",
    "a number": b"1",
    "no theme": b'{"recent": []}',
    "no list of vaults": b'{"theme": "dark"}',
    "vaults that are none": b'{"theme": "dark", "recent": [1]}',
    "vaults as text": b'{"theme": "dark", "recent": ["abc"]}',
    "vaults as an object": b'{"theme": "dark", "recent": {"a": 1}}',
    "half a vault": b'{"theme": "dark", "recent": [{"path": "/v"}]}',
    "deep": b"[" * 100_000,
    "longer than settings are": b'{"theme": "dark", "recent": []' + b" " * 300_000 + b"}",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_put_aside(name: str) -> None:
    file().write_bytes(DAMAGED[name])
    assert settings.load(user_config_dir()) == Settings()
    assert [path.name for path in user_config_dir().iterdir()] == ["settings.damaged.json"]
    assert file().with_name("settings.damaged.json").read_bytes() == DAMAGED[name]
    settings.save(Settings("light"), user_config_dir())
    assert settings.load(user_config_dir()) == Settings("light")


def test_a_file_that_cannot_be_read_is_left_where_it_is() -> None:
    file().mkdir()
    assert settings.load(user_config_dir()) == Settings()
    assert file().is_dir()


def test_too_many_vaults_are_cut() -> None:
    one = dict.fromkeys(RecentVault.__slots__, "x")
    file().write_text(json.dumps({"theme": "dark", "recent": [one] * 100}))
    assert len(settings.load(user_config_dir()).recent) == 8


def test_settings_that_cannot_be_saved_say_so_and_leave_nothing() -> None:
    file().mkdir()
    with pytest.raises(StorageError, match="Your vault is safe"):
        settings.save(Settings("dark"), user_config_dir())
    assert [path.name for path in user_config_dir().iterdir()] == ["settings.json"]


def test_what_came_later_is_kept_with_the_rest() -> None:
    wanted = (
        Settings().with_overdue_days(12).with_inbox("/shares/inbox").with_recent(VAULT).with_theme("dark")
    )
    assert (wanted.overdue_days, wanted.inbox, wanted.theme) == (12, "/shares/inbox", "dark")
    settings.save(wanted, user_config_dir())
    assert settings.load(user_config_dir()) == wanted
    assert wanted.with_overdue_days(None).overdue_days is None
    assert wanted.with_inbox("").inbox == ""


def test_a_file_of_an_earlier_version_still_loads() -> None:
    one = dict.fromkeys(RecentVault.__slots__, "x")
    file().write_text(json.dumps({"theme": "dark", "recent": [one]}))
    assert settings.load(user_config_dir()) == Settings("dark", (RecentVault(**one),))
    assert file().exists()


@pytest.mark.parametrize("days", [0, -1, 3651, 1.5, True, "12", [], {}])
def test_days_that_make_no_sense_leave_it_to_the_policy(days: object) -> None:
    file().write_text(json.dumps({"theme": "dark", "recent": [], "overdue_days": days, "inbox": "/in"}))
    assert settings.load(user_config_dir()) == Settings("dark", inbox="/in")


@pytest.mark.parametrize("inbox", [None, 3, [], {"a": 1}, "/in\0box"])
def test_an_inbox_that_makes_no_sense_is_none(inbox: object) -> None:
    file().write_text(json.dumps({"theme": "dark", "recent": [], "overdue_days": 9, "inbox": inbox}))
    assert settings.load(user_config_dir()) == Settings("dark", overdue_days=9)
