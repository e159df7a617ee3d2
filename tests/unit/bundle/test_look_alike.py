"""Names that the eye takes for each other, and names that it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app.bundle.look_alike import looks_like, skeleton

HELEN = "Helen Ashdown"


@pytest.mark.parametrize(
    "imitation",
    [
        "\u041delen Ashdown",  # CYRILLIC CAPITAL LETTER EN
        "H\u0435len Ashd\u043ewn",  # CYRILLIC SMALL IE, O
        "\u0397elen \u0391shdown",  # GREEK CAPITAL ETA, ALPHA
        "Helen Ashd\u03bfwn",  # GREEK SMALL OMICRON
        "H\u00e9len Ashdown",
        "Helen\u200b Ashdown",
        "Helen\u00ad Ashdown",
        "Helen\u202e Ashdown",
        "Helen\u2066 Ashdown\u2069",
        "Helen\u00a0Ashdown",
        "HELEN ASHDOWN",
        "Hel\u0435n  Ashdovvn",
        "He1en Ashd0wn",
        "\uff28elen Ashdown",  # FULLWIDTH
        "He\u04cfen Ashdown",  # CYRILLIC PALOCHKA
        "\U0001d407elen Ashdown",  # MATHEMATICAL BOLD
    ],
    ids=ascii,
)
def test_imitations(imitation: str) -> None:
    assert looks_like(imitation, HELEN)
    assert looks_like(HELEN, imitation)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HELEN, "Helen Ashton"),
        (HELEN, "Ellen Ashdown"),
        ("Mr Alan Thwaite", "Mrs Alan Thwaite"),
        ("Jo Lee", "Joe Lee"),
        ("\u0418\u0432\u0430\u043d", "\u041f\u0451\u0442\u0440"),
    ],
)
def test_other_people(one: str, other: str) -> None:
    assert not looks_like(one, other)


@given(st.text(max_size=60))
def test_every_text_has_a_skeleton_of_one_line(text: str) -> None:
    assert looks_like(text, text)
    assert "\n" not in skeleton(text)
