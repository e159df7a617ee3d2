"""A headteacher's morning: the sender is confirmed, a receipt goes back, an altered copy is caught."""

from __future__ import annotations

from pathlib import Path

from evidence_app import workflows
from evidence_app.bundle import extract, sentences
from evidence_app.bundle.read import verify
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import Identity
from evidence_app.demo.journey import HEAD, Journey
from evidence_app.errors import UserError
from evidence_app.settings import RecentVault
from evidence_app.ui import theme
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.shell import Shell
from evidence_app.vault.vault import Vault


def morning(journey: Journey) -> None:
    """The bundle arrives; who sent it is confirmed; a receipt is issued; an altered copy is caught."""
    recent = RecentVault(str(journey.head_folder), "Mrs Ruth Calloway", "Larkmere Academy", "head", "")
    driver, shell = journey.driver, journey.unlock(recent, HEAD, "unlock")
    driver.picture("headteacher-home", of=shell)
    verdict = _verify(journey, shell, journey.bundle)
    driver.until(lambda: journey.question(verdict), "the question who sent it")
    driver.picture("verdict-sender-not-confirmed", of=shell)
    journey.answer(verdict, journey.teacher_words)
    _wait_for(journey, verdict, sentences.State.INTACT)
    driver.picture("verdict-intact", of=shell)
    vault = journey.vault_of(shell)
    journey.report("intact", workflows.verify_with_vault(vault, journey.bundle))
    _issue(journey, shell, verdict)
    altered = _alter(journey, vault.identity)
    verdict = _verify(journey, shell, altered)
    _wait_for(journey, verdict, sentences.State.ALTERED)
    driver.picture("verdict-altered", of=shell)
    _check_altered(journey, vault, altered)
    theme.apply(journey.application, not journey.dark)
    driver.picture("verdict-altered-other-look", of=shell)
    verdict = _verify(journey, shell, journey.bundle)
    _wait_for(journey, verdict, sentences.State.INTACT)
    driver.picture("verdict-intact-other-look", of=shell)
    theme.apply(journey.application, journey.dark)
    shell.lock()
    shell.deleteLater()


def _issue(journey: Journey, shell: Shell, page: VerdictPage) -> None:
    """A receipt for what is shown; then the register, which has it."""
    driver = journey.driver
    if page.acts is None:
        raise UserError("The demo's window offers no receipt. Nothing of yours was touched.")
    page.acts.issue_to(journey.receipt)
    driver.until(journey.receipt.exists, "the receipt")
    driver.until(lambda: not shell.runner.tasks, "the receipt")
    driver.picture("receipt-issued", of=shell)
    driver.click(page.back)
    driver.until(lambda: not shell.runner.tasks, "the register")
    driver.picture("register", of=shell)


def _verify(journey: Journey, shell: Shell, path: Path) -> VerdictPage:
    shell.verify(str(path))
    page = journey.page(shell, Desk).sections.currentWidget()
    if not isinstance(page, VerdictPage):
        raise UserError("The demo's window does not show a verdict. Nothing of yours was touched.")
    return page


def _wait_for(journey: Journey, page: VerdictPage, state: sentences.State) -> None:
    journey.driver.until(
        lambda: page.verdict is not None and sentences.state(page.verdict) is state,
        f"the verdict “{state.value}”",
    )


def _alter(journey: Journey, identity: Identity) -> Path:
    """Open the bundle, then change a few bytes in the middle of its one picture."""
    opened = journey.output / "opened-then-altered"
    extract.extract(journey.bundle, [identity], opened)
    picture = opened / "data" / "exhibits" / "HXA-001" / "original.png"
    data = bytearray(picture.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4] = bytes(byte ^ 0xFF for byte in data[middle : middle + 4])
    picture.write_bytes(data)
    return opened


def _check_altered(journey: Journey, vault: Vault, altered: Path) -> None:
    try:
        verify(altered, [], workflows.trust_of(vault))
    except Altered as caught:
        journey.report("altered", caught.verdict)
        named = [one.number for one in caught.verdict.exhibits if not one.unchanged]
        if named != ["HXA/001"]:
            raise UserError(f"The altered copy was caught, but the exhibit named is {named}.") from caught
        return
    raise UserError("The altered copy was not caught. Do not rely on this program.")
