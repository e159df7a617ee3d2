"""The three families of errors.

`UserError`: the person can act. `IntegrityError`: the evidence does not check. Everything else that
escapes is a bug of ours and is shown on one report page. A message is one or more short plain
sentences, in the order: what happened, what is safe, what to do.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line (fixed: other tools rely on them)."""

    OK = 0
    ALTERED = 1
    CANNOT_OPEN = 2
    SENDER_NOT_CONFIRMED = 3
    IN_CONFLICT = 4
    USAGE = 64
    FAILED = 70


class EvidenceError(Exception):
    """Base of every error with a message for a person; `exit_code` is what the command line returns."""

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UserError(EvidenceError):
    """Something a person can put right; nothing was lost."""


class UsageError(UserError):
    """Arguments that do not fit: an unknown incident, a region outside the screen, an existing output."""

    exit_code = ExitCode.USAGE


class ReasonNeededError(UsageError):
    """What the policy warns about is possible only with a stated reason, and none was given."""


class WrongPassphraseError(UserError):
    """None of the given passphrases or keys opens this file."""

    exit_code = ExitCode.CANNOT_OPEN


class TooSoonError(UserError):
    """After failed tries to unlock, another one has to wait; `seconds` from now."""

    exit_code = ExitCode.CANNOT_OPEN

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotForYouError(UserError):
    """The file is sealed for keys that this reader does not hold."""

    exit_code = ExitCode.CANNOT_OPEN


class VaultBusyError(UserError):
    """Another running program holds the vault's lock."""

    exit_code = ExitCode.CANNOT_OPEN


class NewerFormatError(UserError):
    """Written by a later version of the program than this one."""

    exit_code = ExitCode.CANNOT_OPEN


class NotOurFileError(UserError):
    """Not a file of the expected kind at all."""

    exit_code = ExitCode.CANNOT_OPEN


class StorageError(UserError):
    """The disk is full, read-only or gone; nothing half-written stays behind."""


class CaptureError(UserError):
    """There is no screen, or it may not be captured."""


class ReceivedMeanwhileError(UsageError):
    """The very file that is being received was received while it was read."""


class StoppedError(UserError):
    """The person chose Stop; nothing was kept of the unfinished work."""


class QuestionError(UserError):
    """The question of 8.1 was not answered yet, or not with "no": no picture is written."""


class LockedAwayError(UserError):
    """The exhibit is locked away (8.1): nothing of it is shown, exported or copied."""

    def __init__(
        self,
        message: str = (
            "This is locked away: it can be seen, copied and exported by nobody. It stays sealed where it "
            "is. What happens to it is decided by the police or the safeguarding lead."
        ),
    ) -> None:
        super().__init__(message)


class DisposedError(UsageError):
    """The exhibit was lawfully disposed of; only the certificate is left."""


class DisposalError(UserError):
    """This may not be disposed of, or not now, or not by these two."""


class NotReadableError(UserError):
    """What was brought in cannot be looked at, and is kept as it is. The message is the reason."""


class TooLargeError(NotReadableError):
    """Looking at it would take more memory, or give more, than a reader may have."""


class TooLongError(NotReadableError):
    """Looking at it took longer than a reader may take."""


class ReaderCrashedError(NotReadableError):
    """The reader ended, or answered what no reader answers."""


class IntegrityError(EvidenceError):
    """Evidence, a vault or a bundle does not check. Raised, never returned as a bool."""

    exit_code = ExitCode.ALTERED


class KeptFileError(IntegrityError):
    """A file that a vault keeps is not the one that was recorded. It says nothing about who once sent it."""

    exit_code = ExitCode.CANNOT_OPEN


class DamagedError(IntegrityError):
    """A file was cut off or its encryption does not authenticate; nothing of the bad part is shown."""

    exit_code = ExitCode.CANNOT_OPEN
