"""What an object is for stands in its id, and only the vault's key reads it."""

from __future__ import annotations

import hmac
from hashlib import sha256
from uuid import RFC_4122, UUID

import pytest

from evidence_app.crypto.age import Identity
from evidence_app.vault.layout import object_path
from evidence_app.vault.marks import Marks, Purpose
from tests.vaults import hkdf_by_hand, raw_key

KEY = Identity.generate()


@pytest.mark.parametrize("purpose", Purpose)
def test_an_id_says_what_it_is_for(purpose, tmp_path):
    marks = Marks(KEY)
    made = {marks.new_id(purpose) for _ in range(200)}
    assert len(made) == 200
    for one in made:
        assert marks.purpose(one) is purpose
        assert str(UUID(one)) == one
        assert object_path(tmp_path, one).name == f"{one}.age"


@pytest.mark.parametrize("purpose", Purpose)
def test_nobody_else_sees_a_difference(purpose):
    """Every id looks like a random UUID, and without the key it says nothing."""
    strangers = Marks(Identity.generate())
    for _ in range(50):
        made = Marks(KEY).new_id(purpose)
        assert (UUID(made).version, UUID(made).variant) == (4, RFC_4122)
        assert strangers.purpose(made) is Purpose.OWN


def test_a_mark_is_of_its_own_id(tmp_path):
    marks = Marks(KEY)
    one, other = (UUID(marks.new_id(Purpose.RECEIVED_EXHIBIT)).bytes for _ in range(2))
    assert marks.purpose(str(UUID(bytes=one[:10] + other[10:]))) is Purpose.OWN


def test_the_mark_by_hand():
    """As resources/formats/vault.md says it."""
    made = UUID(Marks(KEY).new_id(Purpose.RECEIVED_BUNDLE)).bytes
    key = hkdf_by_hand(raw_key(KEY.to_string()), b"evidence/received-mark/1")
    assert hmac.new(key, b"bundle\n" + made[:10], sha256).digest()[:6] == made[10:]
