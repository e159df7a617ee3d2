"""Files that come to the window, dropped or opened: which kind each is, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData

from evidence_app.bundle import card, layout, receipt
from evidence_app.bundle.unlocked import FOLDER
from evidence_app.vault.layout import LABEL

_VAULT = ".evidence-vault"
_TAR = ".tar"


class Kind(Enum):
    """What a file is by its name, or a folder by what it must hold; nothing else is read for this."""

    RECEIPT = "receipt"
    CARD = "card"
    VAULT = "vault"
    BUNDLE = "bundle"
    OTHER = "other"


def tr(text: str) -> str:
    return QCoreApplication.translate("arrivals", text)


def kind_of(path: Path) -> Kind:
    """The kind of a file or folder."""
    suffix = path.suffix.lower()
    if suffix == _VAULT or _has(path, LABEL):
        return Kind.VAULT
    if _has(path, layout.BAGIT) or _has(path, FOLDER, layout.BAGIT):
        return Kind.BUNDLE
    if path.is_dir():
        return Kind.OTHER
    return {
        receipt.SUFFIX: Kind.RECEIPT,
        card.SUFFIX: Kind.CARD,
        layout.SUFFIX: Kind.BUNDLE,
        _TAR: Kind.BUNDLE,
    }.get(suffix, Kind.OTHER)


def _has(folder: Path, *names: str) -> bool:
    """Whether it is a folder with this file in it; a folder that may not be looked into has none."""
    try:
        return folder.joinpath(*names).is_file()
    except OSError:
        return False


def bundle_in(path: Path) -> Path:
    """The bundle itself where the folder of an unlocked copy was given."""
    return path / FOLDER if _has(path, FOLDER, layout.BAGIT) else path


def local_paths(data: QMimeData) -> tuple[Path, ...]:
    """The files and folders of this computer that are being dragged."""
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())


def sorted_for_taking(paths: Sequence[Path]) -> list[Path]:
    """What is done in a moment first; each kind in the order in which it was dropped."""
    order = list(Kind)
    return sorted(dict.fromkeys(paths), key=lambda path: order.index(kind_of(path)))


def invitation(paths: Sequence[Path], *, brings_in: bool = False) -> str:
    """What letting go of these will do; `brings_in`: files of any kind can be taken."""
    if brings_in and all(kind_of(one) is Kind.OTHER for one in paths):
        if len(paths) == 1:
            return tr("Let go to bring this in")
        return tr("Let go to bring {0} files in").format(len(paths))
    if len(paths) > 1:
        return tr("Let go to take {0} files, one after the other").format(len(paths))
    return {
        Kind.RECEIPT: tr("Let go to record this receipt"),
        Kind.CARD: tr("Let go to add this contact"),
        Kind.VAULT: tr("Let go to open this vault"),
        Kind.BUNDLE: tr("Let go to check this bundle"),
        Kind.OTHER: tr("This cannot be dropped here"),
    }[kind_of(paths[0])]


def wanted() -> str:
    """What can be dropped at all."""
    return tr(
        "You can drop bundles (.evidence), receipts (.evidence-receipt), contact cards "
        "(.evidence-contact) and the folder of a vault."
    )


def refusal(paths: Sequence[Path]) -> str:
    """The sentence for files that are none of ours."""
    names = ", ".join(path.name[:60] for path in paths[:3])
    if len(paths) > 3:
        names = tr("{0} and {1} more").format(names, len(paths) - 3)
    return (
        tr("{0}: not a kind of file that Evidence knows. Nothing was changed.").format(names) + " " + wanted()
    )
