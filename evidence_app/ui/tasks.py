"""The one background runner: plain functions off the window's thread, results back on it.

Progress, Stop, errors and results arrive the same way everywhere. A function that has a parameter
`progress` gets a `records.ProgressCall`; once Stop was pressed, calling it raises `StoppedError`. Nothing
is delivered to an owner that is gone. No other code in `ui` starts a thread.
"""

from __future__ import annotations

import inspect
import time
import traceback
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QRunnable, Qt, QThread, QThreadPool, QTimer, Signal

from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import Progress

VISIBLE_AFTER_MS = 300
"""Work shorter than this shows no progress at all."""

REPORT_EVERY_S = 0.05
"""At most one progress report to the window in this time; a worker may report as often as it likes."""

Deliver = Callable[[Any], object]


class Task(QObject):
    """One piece of background work, as the window sees it; lives on the window's thread.

    `finished` comes last and always, whatever happened, but not after `abandon`.
    """

    progressed = Signal(object)
    became_visible = Signal()
    stop_requested = Signal()
    finished = Signal()

    def __init__(self, words: str, parent: QObject) -> None:
        super().__init__(parent)
        self.words = words
        self.progress = Progress(0, 0, words)
        self.running = True
        self.stopping = False
        self.abandoned = False
        self.visible_after = VISIBLE_AFTER_MS / 1000
        self.error: BaseException | None = None
        self._started = time.monotonic()
        self._on: dict[str, Deliver | None] = {}
        self._owner: QObject | None = None
        self._owned = False

    def stop(self) -> None:
        """Ask the work to end; it does so at its next progress call, and `StoppedError` is delivered."""
        if self.running and not self.stopping:
            self.stopping = True
            self.stop_requested.emit()

    def abandon(self) -> None:
        """Stop, and deliver nothing more: the asker has gone."""
        self.abandoned = True
        self.stopping = True

    def seconds_left(self) -> float | None:
        """Estimate from the pace so far; None while there is nothing to go by."""
        done, total = self.progress.done, self.progress.total
        elapsed = time.monotonic() - self._started
        if total <= 0 or done <= 0 or elapsed < VISIBLE_AFTER_MS / 1000:
            return None
        return max(0.0, elapsed * (total - done) / done)

    def _listens(self) -> bool:
        return not (self.abandoned or (self._owned and not shiboken6.isValid(self._owner)))

    def _show_if_running(self) -> None:
        if self.running and self._listens():
            self.became_visible.emit()


class _Work(QRunnable):
    """Runs on a pool thread; touches nothing of Qt but the runner's queued signals."""

    def __init__(
        self, runner: TaskRunner, task: Task, call: Callable[..., Any], args: tuple[Any, ...]
    ) -> None:
        super().__init__()
        self._runner = runner
        self._task = task
        self._call = call
        self._args = args
        self._reported = 0.0

    def run(self) -> None:
        try:
            if self._task.stopping:
                raise self._stopped()
            if _wants_progress(self._call):
                result = self._call(*self._args, progress=self._report)
            else:
                result = self._call(*self._args)
        except BaseException as error:  # noqa: BLE001 - the thread's edge: everything goes to the window
            _forget_locals(error)
            self._runner._failed.emit(self._task, error)
        else:
            self._runner._done.emit(self._task, result)

    def _report(self, progress: Progress) -> None:
        if self._task.stopping:
            raise self._stopped()
        now = time.monotonic()
        if now - self._reported >= REPORT_EVERY_S or (progress.total and progress.done >= progress.total):
            self._reported = now
            self._runner._progressed.emit(self._task, progress)

    def _stopped(self) -> StoppedError:
        return StoppedError(
            QCoreApplication.translate("tasks", "Stopped. Nothing was kept of the unfinished work.")
        )


class TaskRunner(QObject):
    """The runner of a window. `unexpected` carries errors that are bugs (neither of the two families)."""

    started = Signal(object)
    unexpected = Signal(object)
    _progressed = Signal(object, object)
    _done = Signal(object, object)
    _failed = Signal(object, object)

    def __init__(self, parent: QObject | None = None, threads: int = 3) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._tasks: list[Task] = []
        self._closed = False
        queued = Qt.ConnectionType.QueuedConnection
        self._progressed.connect(self._deliver_progress, queued)
        self._done.connect(self._deliver_done, queued)
        self._failed.connect(self._deliver_error, queued)

    def run(
        self,
        function: Callable[..., Any],
        *args: Any,
        on_done: Deliver | None = None,
        on_error: Deliver | None = None,
        on_progress: Deliver | None = None,
        words: str = "",
        owner: QObject | None = None,
    ) -> Task:
        """Run `function(*args)` in the background.

        Callbacks run on the window's thread. `owner` is the page that asked (found by itself where a
        callback is one of its methods): when it is destroyed the task is told to stop and delivers
        nothing. `on_error` gets the exception object, `StoppedError` after Stop. Work that finished in
        spite of Stop delivers its result, because it has happened.
        """
        if self._closed or QThread.currentThread() is not self.thread():
            raise RuntimeError("the runner is closed, or was called from another thread")
        task = Task(words, self)
        task._on = {"done": on_done, "error": on_error, "progress": on_progress}
        owner = owner or _owner_of(on_done, on_error, on_progress)
        if owner is not None:
            task._owner, task._owned = owner, True
            owner.destroyed.connect(task.abandon)
        self._tasks.append(task)
        QTimer.singleShot(VISIBLE_AFTER_MS, task, task._show_if_running)
        self.started.emit(task)
        self._pool.start(_Work(self, task, function, args))
        return task

    @property
    def closed(self) -> bool:
        """Whether it takes no more work: the vault was locked."""
        return self._closed

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What is running or waiting now."""
        return tuple(self._tasks)

    def shutdown(self, wait_ms: int = 10_000) -> bool:
        """Stop everything and wait; True when no thread is left. Nothing is delivered afterwards."""
        self._closed = True
        for task in self._tasks:
            task.abandon()
        return self._pool.waitForDone(wait_ms)

    def _deliver_progress(self, task: Task, progress: Progress) -> None:
        if task.running and task._listens():
            task.progress = progress
            task.progressed.emit(progress)
            _call(task._on["progress"], progress)

    def _deliver_done(self, task: Task, result: object) -> None:
        self._finish(task, "done", result)

    def _deliver_error(self, task: Task, error: BaseException) -> None:
        task.error = error
        heard = task._listens()
        try:
            self._finish(task, "error", error)
        finally:
            if heard and not isinstance(error, EvidenceError):
                self.unexpected.emit(error)

    def _finish(self, task: Task, how: str, value: object) -> None:
        task.running = False
        if task in self._tasks:
            self._tasks.remove(task)
        deliver, listens = task._on[how], task._listens()
        task._on = {"done": None, "error": None, "progress": None}
        owner, task._owner = task._owner, None
        if owner is not None and shiboken6.isValid(owner):
            # The task may hold the last reference: its page must not call a task that is half gone.
            owner.destroyed.disconnect(task.abandon)
        del owner
        try:
            if listens:
                try:
                    _call(deliver, value)
                finally:
                    task.finished.emit()
        finally:
            task.deleteLater()


def _call(deliver: Deliver | None, value: object) -> None:
    if deliver is not None:
        deliver(value)


def _wants_progress(function: Callable[..., Any]) -> bool:
    try:
        return "progress" in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def _owner_of(*callbacks: Deliver | None) -> QObject | None:
    for callback in callbacks:
        owner = getattr(callback, "__self__", None)
        if isinstance(owner, QObject):
            return owner
    return None


def _forget_locals(error: BaseException) -> None:
    """Empty the frames of a traceback: they may hold a passphrase or a key. The lines stay."""
    seen: set[int] = set()
    chain: list[BaseException | None] = [error]
    while chain:
        item = chain.pop()
        if item is None or id(item) in seen:
            continue
        seen.add(id(item))
        traceback.clear_frames(item.__traceback__)
        chain += [item.__cause__, item.__context__]
