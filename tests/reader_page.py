"""The reader page in a real headless Chromium, through Chromium's own pipe: no port, no driver program.

`Chromium` runs the browser, `Page` is one tab with the page as a file in it. `Page.check` gives it a bundle
as a person would, and returns what it answers.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from evidence_app.paths import resources

PAGE = resources() / "reader" / "evidence-reader.html"
_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-quic",
    "--password-store=basic",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)

_SECONDS = 90

# Gives the page a file, opens it with what is given and waits for the answer: for the page's own view, never
# for a time.
_GIVE = """
async (name, data, passphrase, key) => {
  const main = document.querySelector("main");
  const view = async (...wanted) => {
    while (!wanted.includes(main.dataset.view)) {
      await new Promise((seen) => {
        const watch = new MutationObserver(() => { watch.disconnect(); seen(); });
        watch.observe(main, { attributes: true, childList: true, subtree: true });
      });
    }
    return main.dataset.view;
  };
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const drop = new DataTransfer();
  drop.items.add(new File([bytes], name));
  main.dataset.view = "asked";
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: drop, cancelable: true }));
  if (await view("unlock", "answer") === "unlock") {
    const field = document.querySelector("#passphrase, #key");
    if (field) field.value = field.id === "key" ? key : passphrase;
    main.dataset.view = "given";
    document.querySelector("form").requestSubmit();
    await view("answer", "unlock");
  }
  const message = document.querySelector("form .message");
  const json = document.querySelector("#json");
  return JSON.stringify({
    answer: json ? JSON.parse(json.textContent) : { failure: "asked-again", message: message.textContent },
    sentence: document.querySelector("h1").textContent,
    questions: [...document.querySelectorAll(".questions li")]
      .map((one) => [...one.children].map((part) => part.textContent)),
  });
}
"""


# Every way by which a page could reach an address or run more than its script; names those that did.
WAYS_OUT = """async (address) => {
  const tried = {
    fetch: () => fetch(address),
    request: () => new Promise((good, bad) => {
      const one = new XMLHttpRequest();
      one.onload = good; one.onerror = bad; one.open("GET", address); one.send();
    }),
    socket: () => new Promise((good, bad) => {
      const one = new WebSocket(address.replace("http", "ws")); one.onopen = good; one.onerror = bad;
    }),
    events: () => new Promise((good, bad) => {
      const one = new EventSource(address); one.onopen = good; one.onerror = bad;
    }),
  };
  if (typeof document !== "undefined") {
    const loaded = (tag, name) => () => new Promise((good, bad) => {
      const one = document.createElement(tag);
      one.onload = good; one.onerror = bad; one[name] = address;
      if (tag === "link") one.rel = "stylesheet";
      document.head.append(one);
    });
    tried.picture = loaded("img", "src");
    tried.style = loaded("link", "href");
    tried.script = loaded("script", "text");
    tried.worker = async () => new Worker(address);
    tried.markup = async () => { document.body.innerHTML = "<b>planted</b>"; };
    tried.policy = async () => trustedTypes.createPolicy("planted", {});
  }
  const open = [];
  for (const [name, act] of Object.entries(tried)) {
    const late = new Promise((_, bad) => setTimeout(bad, 3000));
    try { await Promise.race([act(), late]); open.push(name); } catch { /* refused */ }
  }
  return open;
}"""


# What a page lacks that came by plain http, or an old browser.
OLD_BROWSER = """
  delete globalThis.Worker;
  Object.defineProperty(globalThis.crypto, "subtle", { value: undefined, configurable: true });
"""


class Chromium:
    """One headless browser; a context manager."""

    def __init__(self) -> None:
        program = shutil.which("chromium")
        if program is None:
            pytest.fail("chromium is missing; packaging/setup.sh installs it")
        self._home = tempfile.mkdtemp(prefix="evidence-chromium-")
        theirs, self._write = os.pipe()
        self._read, theirs_out = os.pipe()
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        # Chromium reads from 3 and writes to 4.
        place = f'exec "$0" "$@" 3<&{theirs} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", place, program, f"--user-data-dir={self._home}", *_FLAGS, *root, "about:blank"],
            pass_fds=(theirs, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self._home},
        )
        os.close(theirs)
        os.close(theirs_out)
        self._rest = b""
        self._next = 0
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(EOFError):
            self.call("Browser.close")
        self._process.wait(30)
        os.close(self._read)
        os.close(self._write)
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def process(self) -> int:
        """Number of the browser's main process."""
        return self._process.pid

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._read], [], [], _SECONDS)[0]:
                raise AssertionError(f"the browser said nothing for {_SECONDS} seconds")
            got = os.read(self._read, 1 << 20)
            if not got:
                raise EOFError("the browser ended")
            self._rest += got
        text, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        return found

    def call(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        """One command of the DevTools protocol and its result."""
        self._next += 1
        command = {"id": self._next, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        data = json.dumps(command).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        while True:
            message = self._message()
            if message.get("id") != self._next:
                self.events.append(message)
                continue
            if "error" in message:
                raise AssertionError(f"{method}: {message['error']['message']}")
            result: dict[str, Any] = message["result"]
            return result

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first event that is wanted, of those that came and those that come."""
        while True:
            for at, event in enumerate(self.events):
                if wanted(event):
                    return self.events.pop(at)
            self.events.append(self._message())

    def page(self, address: str = "", before: str = "") -> Page:
        """A new tab with the reader page, or another one; `before` is run before any script of the page."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, target, session, address or PAGE.as_uri(), before)


class Page:
    """One tab."""

    def __init__(self, browser: Chromium, target: str, session: str, address: str, before: str) -> None:
        self.browser = browser
        self._target = target
        self._session = session
        self.call("Page.enable")
        self.call("Log.enable")
        self.call("Runtime.enable")
        if before:
            self.call("Page.addScriptToEvaluateOnNewDocument", source=before)
        self.call("Page.navigate", url=address)
        browser.until(
            lambda one: one.get("method") == "Page.loadEventFired" and one.get("sessionId") == session
        )

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        return self.browser.call(method, self._session, **parameters)

    def close(self) -> None:
        self.browser.call("Target.closeTarget", targetId=self._target)

    def run(self, script: str, *values: object) -> Any:
        """What a function in the page gives, awaited; exceptions in it fail the test."""
        arguments = ", ".join(json.dumps(value) for value in values)
        found = self.call(
            "Runtime.evaluate",
            expression=f"({script})({arguments})",
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"].get("exception", found["exceptionDetails"]))
        return found["result"].get("value")

    def wait(self, condition: str) -> None:
        """Until a condition in the page holds: it is looked at after each change of the document."""
        self.run(
            """() => new Promise((seen) => {
              const look = () => { if (CONDITION) { watch.disconnect(); seen(); } };
              const watch = new MutationObserver(look);
              const all = { attributes: true, childList: true, subtree: true, characterData: true };
              watch.observe(document, all);
              look();
            })""".replace("CONDITION", condition)
        )

    def press(self, words: str) -> None:
        """The first button that has these words."""
        self.run(
            """(words) => [...document.querySelectorAll("button")]
              .find((one) => one.textContent.includes(words)).click()""",
            words,
        )

    def answer(self) -> dict[str, Any]:
        """The answer that is shown, as JSON."""
        found: dict[str, Any] = json.loads(self.run("() => document.querySelector('#json').textContent"))
        return found

    def check(
        self, data: bytes, *, passphrase: str = "", key: str = "", name: str = "INC-001.evidence"
    ) -> dict[str, Any]:
        """Drop a bundle on the page, open it, and read the answer off the page."""
        coded = base64.b64encode(data).decode()
        found: dict[str, Any] = json.loads(self.run(_GIVE, name, coded, passphrase, key))
        return found

    def picture(
        self, path: Path, width: int, height: int, *, dark: bool = False, whole: bool = False
    ) -> None:
        """A picture of the tab at this size."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        found = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(found["data"]))
