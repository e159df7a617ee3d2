"""Contact cards and receipts: mutations of a good one, and what may be said of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from evidence_app.bundle import card, layout, receipt
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.errors import NewerFormatError, NotOurFileError
from evidence_app.records import Consistency, Receipt, SenderStatus, Witnessed
from tests import mutations
from tests.bundles import BUNDLE_ID, NOON, VAULT_ID, Sender, ruth
from tests.hunting import Mutant

HELEN, STRANGER, RUTH = Sender(), Sender("Helen Ashdown", 66), ruth()
REFUSALS = (card.CardError, receipt.ReceiptError, NotOurFileError, NewerFormatError)


@dataclass(frozen=True)
class Signed:
    """A good file of one line and a signature, others of its kind, its signer and a stranger.

    `others` are good files too: another one of the same signer, one of the stranger.
    """

    good: bytes
    others: tuple[bytes, ...]
    namespace: str
    key: SigningKey
    stranger: SigningKey
    reader: Callable[[bytes], Any]
    maker: Callable[[Any, SigningKey], bytes]

    def mutant(self, chance: Random) -> Mutant[bytes]:
        how, data = [], self.good
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            name, data = self._once(chance, data)
            how.append(name)
        return Mutant(tuple(how), data)

    def _once(self, chance: Random, data: bytes) -> tuple[str, bytes]:
        line, newline, signature = data.partition(b"\n")
        line += newline
        match chance.randrange(12):
            case 0:
                return "another's signature", line + chance.choice(self.others).partition(b"\n")[2]
            case 1:
                other = chance.choice(self.others)
                return "halves of two", data[: chance.randrange(len(data) + 1)] + other[
                    chance.randrange(len(other)) :
                ]
            case 2:
                return "signed by a stranger", line + self.stranger.sign(line, self.namespace)
            case 3:
                namespace = chance.choice([one for one in mutations.NAMESPACES if one != self.namespace])
                return "signed for something else", line + self.key.sign(line, namespace)
            case 4:
                return "two signatures", line + signature + self.stranger.sign(line, self.namespace)
            case _:
                return mutations.changed(chance, data)

    def signed_again(self, chance: Random) -> Mutant[bytes]:
        """What the holder of the key could sign: a line of any kind under a good signature."""
        name, line = mutations.changed(chance, self.good.partition(b"\n")[0] + b"\n")
        return Mutant((name, "signed again"), line + self.key.sign(line, self.namespace))

    def judge(self, data: bytes) -> None:
        """AssertionError where what nobody signed so is accepted."""
        try:
            self.reader(data)
        except REFUSALS:
            return
        assert data in {self.good, *self.others}, "accepted, but it is not a good one"

    def judge_signed(self, data: bytes) -> None:
        """The same for what was signed so."""
        try:
            found = self.reader(data)
        except REFUSALS:
            return
        assert self.maker(found, self.key) == data, "accepted, but it is not the one spelling"


RECEIPT = Receipt(
    bundle_id=BUNDLE_ID,
    digest="ab" * 32,
    sender_key=HELEN.key.public_key,
    ledger=Witnessed(VAULT_ID, 12, bytes(range(32))),
    unchanged=True,
    sender=SenderStatus.CONFIRMED,
    dated=None,
    consistent=Consistency.FIRST,
    problems=(),
    at=NOON,
    name="Mrs Ruth Calloway",
    role="headteacher",
    school="Larkmere Academy – café",
    signing_key=RUTH.key.public_key,
)
CARDS = Signed(
    card.make_card(HELEN.card, HELEN.key),
    (
        card.make_card(replace(HELEN.card, name="Hélen Ashdown"), HELEN.key),
        card.make_card(STRANGER.card, STRANGER.key),
    ),
    layout.CONTACT_NAMESPACE,
    HELEN.key,
    STRANGER.key,
    card.read_card,
    card.make_card,
)
RECEIPTS = Signed(
    receipt.make_receipt(RECEIPT, RUTH.key),
    (
        receipt.make_receipt(
            replace(RECEIPT, unchanged=False, ledger=None, problems=("extra-file",)), RUTH.key
        ),
        receipt.make_receipt(replace(RECEIPT, signing_key=STRANGER.key.public_key), STRANGER.key),
    ),
    layout.RECEIPT_NAMESPACE,
    RUTH.key,
    STRANGER.key,
    receipt.read_receipt,
    receipt.make_receipt,
)
KINDS = {"card": CARDS, "receipt": RECEIPTS}
