"""What a school breaks in its own file is said in one sentence: file, line, what is expected there."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app import policy
from evidence_app.errors import UserError
from evidence_app.paths import resources
from evidence_app.policy import Answer, Choice, Fact, Helpline, Moment, Policy, PolicyError
from evidence_app.policy.source import MAX_BYTES, MAX_ENTRIES
from tests.policy_mistakes import EDITION, HEAD_OUT, MARK, MISTAKES, ROUTES

SHIPPED = (resources() / "policy" / policy.FILE_NAME).read_text("utf-8")
OWN = (
    EDITION
    + """
[[role]]
code = "head"
name = "Principal"

[[role]]
code = "trust_safeguarding"
name = "Trust safeguarding team"
outside = true

[[category]]
code = "threat"
name = "Threat"
paragraph = "4b"

[[category]]
code = "extremism"
name = "Extremism"
means = "radicalisation"

[[helpline]]
name = "Larkmere counselling"
about = "Ask for {safeguarding_lead} or the {head}"

[[guidance]]
moment = "before_reply"
text = "Wait a day, and tell the {head}."

[[level]]
code = "C2"
name = "taken from this screen"

[register]
overdue_days = 10

[stop]
paragraph = "9"

[[stop.answer]]
code = "unknown"
name = "Not sure"
"""
)


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / policy.FILE_NAME
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(folder: Path, content: str | bytes) -> PolicyError:
    with pytest.raises(PolicyError) as found:
        policy.read(written(folder, content))
    return found.value


# --- a school's own file -------------------------------------------------------------------------------


def test_a_schools_own_file_is_laid_over_the_edition_that_ships(tmp_path: Path) -> None:
    own, built_in = policy.read(written(tmp_path, OWN)), policy.built_in()
    assert own.edition == "Larkmere Academy, 2026"
    # a list takes the place of the list
    assert own.categories == (
        Choice("threat", "Threat", "4b"),
        Choice("extremism", "Extremism", means=Fact.RADICALISATION),
    )
    assert own.helplines == (
        Helpline("Larkmere counselling", "Ask for Designated Safeguarding Lead or the Principal"),
    )
    # where the program knows the codes, entry by entry and key by key
    assert own.role("head").name == "Principal"
    assert own.role("head").about == built_in.role("head").about
    assert own.role("police") == built_in.role("police")
    assert own.roles[-1] == policy.NamedRole("trust_safeguarding", "Trust safeguarding team", "", True)
    assert own.advice(Moment.BEFORE_REPLY).text == "Wait a day, and tell the Principal."
    assert own.advice(Moment.BEFORE_REPLY).paragraph == built_in.advice(Moment.BEFORE_REPLY).paragraph
    assert [one.name for one in own.levels][2:4] == ["taken from this screen", built_in.levels[3].name]
    assert own.stop.paragraph == "9"
    assert own.stop.question == built_in.stop.question
    assert {one.code: one.name for one in own.stop.answers}["unknown"] == "Not sure"
    assert own.register == policy.Register("4.1", 10)
    # what it does not mention stays, with its own name for the headteacher
    assert own.asks == built_in.asks
    assert [one.when for one in own.routes] == [one.when for one in built_in.routes]
    assert "Principal" in own.advice(Moment.RADICALISATION).text
    assert "Headteacher" not in " ".join(one.reason for one in own.routes)


def test_an_edition_is_enough(tmp_path: Path) -> None:
    own = policy.read(written(tmp_path, EDITION))
    assert own.edition == "Larkmere Academy, 2026"
    assert own.categories == policy.built_in().categories


def test_a_copy_of_the_whole_file_is_a_good_start(tmp_path: Path) -> None:
    assert policy.read(written(tmp_path, SHIPPED)) == policy.built_in()
    assert policy.read(written(tmp_path, SHIPPED.replace("\n", "\r\n"))) == policy.built_in()
    assert policy.read(written(tmp_path, b"\xef\xbb\xbf" + SHIPPED.encode())) == policy.built_in()


def test_a_code_that_the_own_edition_lacks_still_shows(tmp_path: Path) -> None:
    own = policy.read(written(tmp_path, OWN))
    assert own.name_of("trolling") == "Trolling"
    assert own.name_of("trolling", own.categories) == "Trolling"
    assert own.name_of("extremism") == "Extremism"
    assert own.name_of("never heard of") == "never heard of"
    without = policy.read(
        written(tmp_path, EDITION + '[[outcome]]\ncode = "done"\nname = "Done"\nsettles = true\n')
    )
    assert without.settles("done")
    assert without.settles("closed"), "in a record of the edition before"
    assert not without.settles("looking_into")


def test_what_an_old_code_means_still_counts(tmp_path: Path) -> None:
    own = policy.read(written(tmp_path, OWN))
    assert own.name_of("radicalisation") == "Radicalisation concern"
    for code in ("radicalisation", "extremism"):
        found = policy.who_is_told(own, policy.Stated(categories=(code,)))
        assert found.to("safeguarding_lead") is not None, code


def test_own_routes_with_own_roles(tmp_path: Path) -> None:
    text = OWN + ROUTES + HEAD_OUT.replace('"police"', '"trust_safeguarding"')
    own = policy.read(written(tmp_path, text))
    found = policy.who_is_told(own, policy.Stated(concerns_head=Answer.YES))
    assert found.roles == ("police", "trust_safeguarding")
    assert [one.reason.sentence for one in found.withheld] == ["Not the Principal."]


def test_white_space_and_letters_are_tidied(tmp_path: Path) -> None:
    text = EDITION + '[[ask]]\ncode = "act"\nname = "  Please \\n\t act "\nabout = """\nCafe\\u0301\n"""\n'
    assert policy.read(written(tmp_path, text)).asks == (Choice("act", "Please act", about="Café"),)


def test_a_school_may_set_periods(tmp_path: Path) -> None:
    kind = '[[retention]]\ncode = "all"\nname = "Everything"\nwhen = ["always"]\nmonths = 72\n'
    own = policy.read(written(tmp_path, EDITION + kind))
    assert policy.retention_of(own, policy.Stated()).months == 72


# --- mistakes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_said_with_its_line(tmp_path: Path, name: str) -> None:
    text, what, expected = MISTAKES[name]
    marked = [number for number, line in enumerate(text.split("\n"), start=1) if MARK in line]
    error = refused(tmp_path, text)
    line = marked[0] if marked else 1
    assert error.line == line, error.message
    said = error.message
    assert said.startswith(f"The policy file {tmp_path / 'policy.toml'}, line {line}: ")
    before, _, after = said.partition(" Expected is ")
    assert what in before
    assert expected in after
    assert "Your vault is safe" in after
    assert said.isprintable()
    assert len(said) < 1_000
    assert isinstance(error, UserError)


BROKEN_FILES = {
    "not UTF-8": (b"edition = 'a'\n# fine\nname = '\xff'\n", 3, "not UTF-8"),
    "too large": (b"# x\n" * (MAX_BYTES // 4 + 1), None, "larger than"),
    "nothing": (b"", 1, "has no “edition”"),
    "zeros": (bytes(2_000), 1, "cannot be read"),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_file_that_is_no_text(tmp_path: Path, name: str) -> None:
    content, line, what = BROKEN_FILES[name]
    error = refused(tmp_path, content)
    assert error.line == line
    assert what in error.message
    assert error.message.isprintable()


def test_too_many_entries(tmp_path: Path) -> None:
    entries = "".join(f'[[ask]]\ncode = "a{n}"\nname = "{n}"\n' for n in range(MAX_ENTRIES + 1))
    error = refused(tmp_path, EDITION + entries)
    assert error.line == 2
    assert f"{MAX_ENTRIES} of [[ask]]" in error.message


def test_keys_of_a_thousand_parts_take_no_memory(tmp_path: Path) -> None:
    key = ".".join(["a"] * 900)
    text = EDITION + "".join(f"{key}.b{n} = 1\n" for n in range(120))
    assert refused(tmp_path, text).line == 2


def test_what_is_quoted_cannot_steer_the_display(tmp_path: Path) -> None:
    error = refused(tmp_path, EDITION + '"x\\u202e\\u0007' + "y" * 300 + '" = 1\n')
    assert error.message.isprintable()
    assert error.line == 2
    assert "y" * 50 not in error.message


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"policy\.toml: It cannot be opened"):
        policy.read(tmp_path / policy.FILE_NAME)
    (tmp_path / policy.FILE_NAME).mkdir()
    with pytest.raises(PolicyError, match=r"policy\.toml: This is not a file"):
        policy.read(tmp_path / policy.FILE_NAME)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_that_nobody_writes_to_does_not_hold_the_program_up(tmp_path: Path) -> None:
    path = tmp_path / policy.FILE_NAME
    os.mkfifo(path)
    with pytest.raises(PolicyError, match="This is not a file"):
        policy.read(path)


def test_a_file_name_that_no_terminal_can_show(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"po\xfflicy.toml")
    path.write_text("edition = 3\n", "utf-8")
    with pytest.raises(PolicyError) as found:
        policy.read(path)
    found.value.message.encode("utf-8")


# --- anything at all ---------------------------------------------------------------------------------------


def read_or_refused(folder: Path, content: bytes) -> None:
    """Either a policy that is whole, or one sentence with a line that exists."""
    path = written(folder, content)
    own, error = read(path)
    if own is None:
        assert error is not None
        assert error.line is None or 1 <= error.line <= content.count(b"\n") + 1
        assert error.message.isprintable()
        assert str(path) in error.message
        assert len(error.message) < 1_500
        return
    told = policy.who_is_told(own, policy.Stated(concerns_head=Answer.YES))
    assert told.roles
    assert policy.HEAD not in told.roles
    assert all(own.advice(moment).text for moment in Moment)
    assert policy.retention_of(own, policy.Stated()).code


def read(path: Path) -> tuple[Policy | None, PolicyError | None]:
    try:
        return policy.read(path), None
    except PolicyError as error:
        return None, error


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("policies")


@given(st.binary(max_size=300))
def test_any_bytes(folder: Path, content: bytes) -> None:
    read_or_refused(folder, content)


_LINES = SHIPPED.encode().splitlines(keepends=True)
_PIECES = st.one_of(
    st.sampled_from(_LINES),
    st.sampled_from(
        [b"[[route]]\n", b"[stop]\n", b"[[", b"]]", b'"""', b'"', b"=", b"{", b"\xe2\x80\xae", b"{x}"]
    ),
    st.binary(max_size=6),
)


@given(st.integers(0, len(SHIPPED) - 1), st.integers(0, 200), _PIECES)
def test_the_file_that_ships_with_a_piece_replaced(folder: Path, at: int, length: int, piece: bytes) -> None:
    content = SHIPPED.encode()
    read_or_refused(folder, content[:at] + piece + content[at + length :])


_VALUES = st.recursive(
    st.one_of(
        st.booleans(), st.integers(-5, 5_000), st.sampled_from(["", "head", "always", "a b", "\u202e", "{"])
    ),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
_KEYS = st.sampled_from(sorted({key for value in tomllib.loads(SHIPPED).values() for one in
    (value if isinstance(value, list) else [value]) if isinstance(one, dict) for key in one}))  # fmt: skip
_SECTIONS = st.sampled_from([key for key in tomllib.loads(SHIPPED) if key != "edition"])


def toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f'"{value}"'


@given(st.lists(st.tuples(_SECTIONS, st.booleans(), st.dictionaries(_KEYS, _VALUES, max_size=4)), max_size=4))
def test_known_words_in_any_order(folder: Path, tables: list[tuple[str, bool, dict[str, object]]]) -> None:
    text = EDITION
    for section, twice, values in tables:
        text += f"[[{section}]]\n" if twice else f"[{section}]\n"
        text += "".join(f"{key} = {toml(value)}\n" for key, value in values.items())
    read_or_refused(folder, text.encode())


def test_the_messages_name_the_file_and_the_line_only_once(tmp_path: Path) -> None:
    error = refused(tmp_path, EDITION + "x = 1\n")
    assert len(re.findall(r"line \d+", error.message)) == 1
    assert error.message.count("policy.toml") == 1
