"""Chromium's own DevTools, asked inside this process: no port is opened, no other program can listen.

A hidden page is the DevTools front end of the page that is looked at. In it a few lines hand our messages
to the back end and keep the answers for us. Four internal names of that front end are used (`NAMES`); a test
holds them, because Qt may change them with any version.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile

from evidence_app.errors import CaptureError

NAMES: Final = (
    "DevToolsAPI.dispatchMessage",
    "DevToolsAPI.dispatchMessageChunk",
    "InspectorFrontendHost.sendMessageToBackend",
    "DevToolsAPI",
)
FIRST: Final = 5_000_001
"""Numbers of our messages: far above those that the front end gives its own."""
_MARK: Final = "evidence:waiting"
_READY_EVERY_MS: Final = 25
_READY_TRIES: Final = 400
_EVENTS: Final = (
    "Network.requestWillBeSent",
    "Network.responseReceived",
    "Network.responseReceivedExtraInfo",
    "Network.loadingFinished",
    "Network.loadingFailed",
)
_OWN: Final = re.compile(r'\{"id":(\d+)')

# Answers of ours are kept back from the front end, events are heard by both. A large answer comes in pieces.
_HOOK: Final = """(() => {
 if (typeof DevToolsAPI === 'undefined' || typeof InspectorFrontendHost === 'undefined') return false;
 if (!DevToolsAPI.dispatchMessage || !InspectorFrontendHost.sendMessageToBackend) return false;
 if (window.__evidence) return true;
 const box = [], events = new Set(__EVENTS__); let told = false, parts = [], got = 0, size = 0;
 const keep = text => { box.push(text); if (!told) { told = true; console.info(__MARK__); } };
 const mine = message => {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  const own = /^\\{"id":(\\d+)/.exec(text.slice(0, 40));
  if (own && +own[1] >= __FIRST__) { keep(text); return true; }
  const event = /^\\{"method":"([A-Za-z.]+)"/.exec(text.slice(0, 80));
  if (event && events.has(event[1])) keep(text);
  return false;
 };
 const whole = DevToolsAPI.dispatchMessage.bind(DevToolsAPI);
 DevToolsAPI.dispatchMessage = message => { if (!mine(message)) whole(message); };
 DevToolsAPI.dispatchMessageChunk = (piece, total) => {
  if (total) { parts = []; got = 0; size = total; }
  parts.push(piece); got += piece.length;
  if (got >= size) { const text = parts.join(''); parts = []; if (!mine(text)) whole(text); }
 };
 window.__evidence = {
  send: text => InspectorFrontendHost.sendMessageToBackend(text),
  take: () => { told = false; return box.splice(0).join('\\n'); },
 };
 return true;
})()"""
_HOOK_NOW: Final = (
    _HOOK.replace("__EVENTS__", json.dumps(_EVENTS))
    .replace("__MARK__", json.dumps(_MARK))
    .replace("__FIRST__", str(FIRST))
)

Deliver = Callable[[dict[str, Any] | CaptureError], None]


class DevTools(QObject):
    """Ask with `send`, listen to `heard`. `ready` comes once; `failed` where this cannot be had."""

    ready = Signal()
    failed = Signal(object)
    heard = Signal(str, object)

    def __init__(self, page: QWebEnginePage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_ready = False
        self._waiting: dict[int, tuple[Deliver, QTimer]] = {}
        self._number = FIRST - 1
        self._tries = 0
        self._front_profile = QWebEngineProfile()
        self._front = _FrontEnd(self._front_profile, self._come_and_take)
        self._front.loadFinished.connect(self._hook)
        self._front.setInspectedPage(page)

    def close(self) -> None:
        """Let go of the page; nothing is delivered afterwards."""
        waiting, self._waiting = self._waiting, {}
        for _, timer in waiting.values():
            timer.stop()
        self.is_ready = False
        front, profile = self._front, self._front_profile
        QTimer.singleShot(0, lambda: release(front, profile))

    # --- the front end ----------------------------------------------------------------------------

    def _hook(self) -> None:
        if not self.is_ready:
            self._front.runJavaScript(_HOOK_NOW, 0, self._hooked)

    def _hooked(self, done: object) -> None:
        if self.is_ready:
            return
        if done:
            self.is_ready = True
            self.ready.emit()
            return
        self._tries += 1
        if self._tries >= _READY_TRIES:
            self.failed.emit(
                CaptureError(
                    "The capture browser cannot look into its page, so it cannot capture it. Nothing was "
                    "captured. Capture the screen instead, and tell your IT lead."
                )
            )
        else:
            QTimer.singleShot(_READY_EVERY_MS, self, self._hook)

    def _come_and_take(self) -> None:
        self._front.runJavaScript("__evidence.take()", 0, self._taken)

    def _taken(self, texts: object) -> None:
        # One message a line: JSON has no line ends of its own.
        for text in texts.split("\n") if isinstance(texts, str) and texts else []:
            found = _OWN.match(text)
            if found:
                self._answer(int(found[1]), text)
            else:
                event = json.loads(text)
                self.heard.emit(event["method"], event.get("params") or {})

    # --- asking -----------------------------------------------------------------------------------

    def send(self, method: str, params: Mapping[str, Any], deliver: Deliver, wait_ms: int) -> None:
        """Ask the back end. `deliver` gets the result, or `CaptureError` where it says no or says nothing."""
        self._number += 1
        number = self._number
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._give(number, CaptureError(f"{method} was not answered.")))
        self._waiting[number] = (deliver, timer)
        timer.start(wait_ms)
        text = json.dumps({"id": number, "method": method, "params": dict(params)})
        self._front.runJavaScript(f"__evidence.send({json.dumps(text)}); 0", 0)

    def _answer(self, number: int, text: str) -> None:
        if number not in self._waiting:
            return
        answer = json.loads(text)
        if "error" in answer:
            words = str(answer["error"].get("message", ""))[:200] if isinstance(answer["error"], dict) else ""
            self._give(number, CaptureError(words or "The browser said no."))
        else:
            self._give(number, answer.get("result") or {})

    def _give(self, number: int, answer: dict[str, Any] | CaptureError) -> None:
        found = self._waiting.pop(number, None)
        if found is not None:
            deliver, timer = found
            timer.stop()
            timer.deleteLater()
            deliver(answer)

    def forget(self) -> None:
        """Nobody waits for what was asked so far."""
        waiting, self._waiting = self._waiting, {}
        for _, timer in waiting.values():
            timer.stop()
            timer.deleteLater()


def release(*things: QObject) -> None:
    """End these in this order: Qt wants pages gone before the profile that they use."""
    for one in things:
        if shiboken6.isValid(one):
            shiboken6.delete(one)


class _FrontEnd(QWebEnginePage):
    """The DevTools front end, never shown; a line on its console says that something waits."""

    def __init__(self, profile: QWebEngineProfile, waiting: Callable[[], None]) -> None:
        super().__init__(profile)
        self._come = waiting

    def javaScriptConsoleMessage(self, _level: object, message: str, _line: int, _source: str) -> None:
        if message == _MARK:
            self._come()
