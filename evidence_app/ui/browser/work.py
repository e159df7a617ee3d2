"""How a page is captured: load what is lazy, take the picture in strips, keep the page, see where it was.

One generator (see `steps`): every `yield` is a question to the browser. Nothing is written here; what comes
out is a `PageCapture` in memory, or an error, and then nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from PySide6.QtGui import QImage
from PySide6.QtWebEngineCore import qWebEngineChromiumVersion, qWebEngineVersion

from evidence_app.capture import clock, context
from evidence_app.capture.png import PngStrips
from evidence_app.capture.web import plan, wacz
from evidence_app.capture.web.address import shortened
from evidence_app.capture.web.log import Exchange, Headers, NetworkLog, header
from evidence_app.crypto import certificates
from evidence_app.errors import CaptureError, IntegrityError
from evidence_app.records import CertificateSeen, Method, Observed, PageCapture, PageFile, PageSeen, Progress
from evidence_app.ui.browser.steps import Answer, Ask, Pause, Work

PART_MS: Final = 20_000
"""How long one part may take before the page counts as stuck."""
RESTORE_MS: Final = 500
_SETTLE_MS: Final = 1_500
_LOOK_MS: Final = 60_000
_LARGEST_SAVED: Final = 128 * 1024 * 1024
_MOST_CERTIFICATES: Final = 9
_WORDS: Final = 2_000

# The page cannot see or change what runs here: it is a world of its own beside the page's scripts.
_ABOUT: Final = """JSON.stringify({title: document.title, modified: document.lastModified,
 width: innerWidth, height: innerHeight, scale: devicePixelRatio, agent: navigator.userAgent,
 left: scrollX, top: scrollY,
 inner: [...document.querySelectorAll('body *')].slice(0, 4000).some(one =>
  one.scrollHeight > innerHeight * 1.3 && one.clientHeight > innerHeight * 0.5
  && /auto|scroll/.test(getComputedStyle(one).overflowY))})"""
_GO: Final = """(async (top, most) => {
 const pause = ms => new Promise(done => setTimeout(done, ms));
 scrollTo({left: 0, top, behavior: 'instant'});
 // What comes near is noticed when the next picture is drawn, right after this is called.
 await Promise.race([new Promise(requestAnimationFrame), pause(100)]);
 await pause(0);
 const near = one => { const box = one.getBoundingClientRect();
  return box.width && box.bottom > -innerHeight && box.top < 2 * innerHeight };
 const waiting = () => [...document.images].filter(one => !one.complete && near(one)).length;
 const end = performance.now() + most;
 while (waiting() && performance.now() < end) await pause(20);
 return JSON.stringify({top: scrollY, height: document.documentElement.scrollHeight, view: innerHeight,
  waiting: waiting()})
})(%d, %d)"""


class Seat(Protocol):
    """What the work needs to know of the browser that it works in."""

    log: NetworkLog
    asked: str

    @property
    def certificate_problem(self) -> str: ...
    def address(self) -> str: ...
    def title(self) -> str: ...
    def zoom(self) -> float: ...


@dataclass(slots=True)
class _Made:
    """What was collected so far."""

    context_id: int = 0
    about: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    png: bytes = b""
    width: int = 0
    height: int = 0
    page_height: int = 0
    cut: bool = False
    blank: bool = True
    files: list[PageFile] = field(default_factory=list)
    seen: list[CertificateSeen] = field(default_factory=list)


def capture(
    seat: Seat, *, whole: bool, progress: Callable[[Progress], None], limit: int = plan.MAX_HEIGHT
) -> Work:
    """Capture the page as it stands: all of it, or what the view shows. Returns a `PageCapture`."""
    made = _Made()
    # The front end would write the size of the view over the page when that changes.
    yield Ask("Overlay.setShowViewportSizeOnResize", {"show": False})
    frame = (yield Ask("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    seat.log.set_frame(str(frame))
    made.context_id = (yield Ask("Page.createIsolatedWorld", {"frameId": frame, "worldName": "evidence"}))[
        "executionContextId"
    ]
    made.about = yield from _evaluate(made, _ABOUT)
    began = seat.address()
    if whole and made.about.get("inner"):
        made.notes.append(
            "A part of this page scrolls inside the page. Only what it showed then is in the picture."
        )
    yield Ask("Emulation.setScrollbarsHidden", {"hidden": True})
    try:
        # The first picture lays the page out without its scroll bar: before anything is measured.
        dot = {"x": 0, "y": 0, "width": 1, "height": 1, "scale": 1}
        yield Ask("Page.captureScreenshot", {"captureBeyondViewport": whole, "clip": dot})
        if whole:
            yield from _look_through(made, progress, limit)
        moment = clock.now()
        yield from _take(made, seat.zoom(), whole=whole, progress=progress, limit=limit)
        if seat.address() != began:
            raise CaptureError(
                "The page went to another address while it was captured. Nothing was sealed. "
                "Try again, or capture this view."
            )
    finally:
        # Also after Stop and after a failure: the person goes on reading where they were.
        with suppress(CaptureError):
            yield Ask("Emulation.setScrollbarsHidden", {"hidden": False}, wait_ms=RESTORE_MS)
        with suppress(CaptureError):
            back = f"scrollTo({int(made.about.get('left', 0))}, {int(made.about.get('top', 0))})"
            yield Ask(
                "Runtime.evaluate", {"expression": back, "contextId": made.context_id}, wait_ms=RESTORE_MS
            )
    progress(Progress(1, 1, "Keeping the page itself"))
    yield from _save(made)
    yield from _certificates(made, seat)
    yield from _archive(made, seat, moment)
    about = yield from _evaluate(made, _ABOUT)
    made.about |= {"title": about.get("title"), "modified": about.get("modified")}
    return PageCapture(made.png, tuple(made.files), _observed(made, seat, moment, whole=whole))


# --- the picture --------------------------------------------------------------------------------------


def _evaluate(
    made: _Made, code: str, wait_ms: int = PART_MS
) -> Generator[Ask | Pause, Answer, dict[str, Any]]:
    answer = yield Ask(
        "Runtime.evaluate",
        {"expression": code, "contextId": made.context_id, "awaitPromise": True, "returnByValue": True},
        wait_ms=wait_ms,
    )
    try:
        found = json.loads(answer["result"]["value"])
    except (KeyError, TypeError, ValueError) as error:
        raise CaptureError("The page could not be looked at. Nothing was sealed. Try again.") from error
    return found if isinstance(found, dict) else {}


def _look_through(
    made: _Made, progress: Callable[[Progress], None], limit: int
) -> Generator[Ask | Pause, Answer, None]:
    """Scroll from top to bottom, so that what only loads when it is near is there."""
    top, waiting, started = 0.0, 0, clock.now().utc
    while True:
        try:
            at = yield from _evaluate(made, _GO % (top, _SETTLE_MS))
        except CaptureError as error:
            raise _stuck("while its pictures were loading") from error
        view, height = float(at["view"]) or 1.0, float(at["height"])
        waiting += int(at["waiting"])
        progress(Progress(int(top), int(min(height, limit)), "Loading the page's pictures"))
        top += view
        late = (clock.now().utc - started).total_seconds() * 1000 > _LOOK_MS
        if top >= height or top >= limit or late:
            if late:
                made.notes.append("The page took too long to load to its end; some of it may be missing.")
            break
    if waiting:
        made.notes.append("Some pictures of the page had not loaded when it was captured.")
    yield from _evaluate(made, _GO % (0, _SETTLE_MS))


def _take(
    made: _Made, zoom: float, *, whole: bool, progress: Callable[[Progress], None], limit: int
) -> Generator[Ask | Pause, Answer, None]:
    metrics = yield Ask("Page.getLayoutMetrics")
    size, view = metrics["cssContentSize"], metrics["cssVisualViewport"]
    scale = float(made.about.get("scale") or 1)
    left, start = (0.0, 0.0) if whole else (float(view["pageX"]), float(view["pageY"]))
    width = float(size["width"] if whole else view["clientWidth"])
    height = float(size["height"] if whole else view["clientHeight"])
    drawn, cut = scale, plan.plan(width, height, scale, limit)
    if whole and cut.cut and drawn > 1:
        # Rather all of it with a pixel for each CSS pixel than the upper part in fine.
        scale, cut = 1.0, plan.plan(width, height, 1.0, limit)
        made.about["scale"] = scale
    made.page_height, made.cut = round(float(size["height"])), whole and cut.cut
    made.width, made.height = cut.width, cut.height
    out = PngStrips(cut.width, cut.height)
    count = len(cut.strips)
    for number, strip in enumerate(cut.strips, 1):
        words = f"Capturing the whole page: part {number} of {count}" if whole else "Capturing this view"
        progress(Progress(number - 1, count, words))
        # The clip counts in pixels before the zoom, the page's own measures in pixels after it.
        box = {"x": left, "y": start + strip.top, "width": cut.css_width, "height": strip.height}
        clip = {name: value * zoom for name, value in box.items()} | {"scale": scale / drawn}
        ask = {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": whole, "clip": clip}
        try:
            answer = yield Ask("Page.captureScreenshot", ask, wait_ms=PART_MS)
        except CaptureError as error:
            raise _stuck(f"at part {number}") from error
        _add(made, out, answer, strip.rows)
    progress(Progress(count, count, "Joining the parts"))
    yield Pause()
    made.png = out.finish()


def _add(made: _Made, out: PngStrips, answer: Answer, rows: int) -> None:
    picture = QImage.fromData(base64.b64decode(answer.get("data", "")))
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    if (picture.width(), picture.height()) != (made.width, rows):
        raise CaptureError("The browser gave a part of the wrong size. Nothing was sealed. Try again.")
    pixels = memoryview(picture.constBits()).cast("B")
    made.blank = made.blank and pixels[4:] == pixels[:-4]
    out.add(pixels, rows)


def _stuck(where: str) -> CaptureError:
    return CaptureError(
        f"The page stopped loading {where}. Nothing was sealed. Try again, or capture this view."
    )


# --- beside the picture -------------------------------------------------------------------------------


def _save(made: _Made) -> Generator[Ask | Pause, Answer, None]:
    """The page as one file (MHTML, RFC 2557), which other browsers open."""
    try:
        answer = yield Ask("Page.captureSnapshot", {"format": "mhtml"}, wait_ms=PART_MS)
    except CaptureError:
        made.notes.append("The browser could not save the page as a file; the picture is complete.")
        return
    data = str(answer.get("data", "")).encode("utf-8", "replace")
    if len(data) > _LARGEST_SAVED:
        made.notes.append("The saved page was too large to keep; the picture is complete.")
    else:
        made.files.append(PageFile("page.mhtml", "multipart/related", data))


def chain_of(
    address: str,
) -> Generator[Ask | Pause, Answer, tuple[tuple[CertificateSeen, bytes], ...]]:
    """The chain that the server showed: what each certificate says, and the certificate itself (DER). None
    where the page came without, or the browser does not give it out."""
    parts = urlsplit(address)
    if parts.scheme != "https":
        return ()
    try:
        answer = yield Ask("Network.getCertificate", {"origin": f"https://{parts.netloc.rpartition('@')[2]}"})
        chain = [base64.b64decode(one) for one in answer["tableNames"][:_MOST_CERTIFICATES]]
        return tuple((certificates.describe(der), der) for der in chain)
    except (CaptureError, IntegrityError, KeyError, TypeError, ValueError):
        return ()


def _certificates(made: _Made, seat: Seat) -> Generator[Ask | Pause, Answer, None]:
    chain = yield from chain_of(seat.address())
    for number, (seen, der) in enumerate(chain, 1):
        made.seen.append(seen)
        made.files.append(PageFile(f"certificate-{number}.der", "application/pkix-cert", der))
    if not chain and seat.address().startswith("https:"):
        made.notes.append("The browser did not give out the certificate of the page.")


def _archive(made: _Made, seat: Seat, moment: clock.Moment) -> Generator[Ask | Pause, Answer, None]:
    """The answers of the servers as a web archive, as far as the browser still has them."""
    kept: list[wacz.Kept] = []
    left_out, size = seat.log.left_out + seat.log.waiting(), 0
    for one in list(seat.log.exchanges()):
        body = b""
        if one.done and not one.failed:
            try:
                answer = yield Ask("Network.getResponseBody", {"requestId": one.request_id})
                text = str(answer.get("body", ""))
                body = (
                    base64.b64decode(text) if answer.get("base64Encoded") else text.encode("utf-8", "replace")
                )
            except (CaptureError, ValueError):
                left_out += 1
                continue
        else:
            left_out += 1
            continue
        size += len(body)
        if size > wacz.MAX_BYTES:
            left_out += 1
            size -= len(body)
            continue
        kept.append(wacz.Kept(one, body))
    if left_out:
        made.notes.append(
            f"{left_out} of the files that the page is made of are not in the web archive: the browser did "
            "not have them any more, or they were still loading."
        )
    yield Pause()
    data = wacz.write(kept, seat.address(), seat.title(), moment.utc, context.SOFTWARE)
    made.files.append(PageFile("page.wacz", "application/wacz", data))


# --- what was observed --------------------------------------------------------------------------------


def _observed(made: _Made, seat: Seat, moment: clock.Moment, *, whole: bool) -> Observed:
    about, main = made.about, seat.log.main
    answer = None if main is None else main.answer
    headers: Headers = () if main is None else main.headers
    if made.cut:
        made.notes.append(
            f"The page goes on. It was cut at {made.height:,} pixels, which is as far as Evidence captures."
        )
    page = PageSeen(
        address=shortened(seat.address()),
        asked=shortened(_asked(main) or seat.asked),
        loaded=shortened(_loaded(main)),
        hops=seat.log.hops(),
        title=_line(about.get("title")),
        status=None if answer is None else answer.status,
        headers=tuple((name, _kept(name, value)) for name, value in headers),
        protocol="" if answer is None else answer.protocol,
        remote="" if answer is None else answer.remote,
        security="" if answer is None else answer.security,
        certificates=tuple(made.seen),
        certificate_problem=seat.certificate_problem,
        dated=header(headers, "date"),
        modified=_line(about.get("modified")),
        viewport=(int(about.get("width") or 0), int(about.get("height") or 0)),
        scale=round(float(about.get("scale") or 1) * 100),
        height=made.page_height,
        whole=whole,
        cut_at=made.height if made.cut else None,
        user_agent=_line(about.get("agent")),
        engine=_engine(),
        finished=clock.now().utc,
        notes=tuple(made.notes),
    )
    seen = context.observe(Method.BROWSER, (), None, None, None, made.blank, at=moment)
    return replace(seen, width=made.width, height=made.height, page=page)


def _loaded(main: Exchange | None) -> str:
    return "" if main is None else main.address


def _asked(main: Exchange | None) -> str:
    """The address with which the way to this page began, typed or clicked."""
    return "" if main is None else (main.redirects[0][0] if main.redirects else main.address)


def _kept(name: str, value: str) -> str:
    """What signs a person in has no place in evidence that is handed on."""
    return "(left out)" if name.lower() in {"set-cookie", "authorization"} else value


def _engine() -> str:
    names = ("Chromium", qWebEngineChromiumVersion()), ("Qt WebEngine", qWebEngineVersion())
    return ", ".join(f"{name} {_plain(version)}" for name, version in names)


def _plain(version: object) -> str:
    return version.decode("ascii", "replace") if isinstance(version, bytes) else str(version)


def _line(text: object) -> str:
    cleaned = "".join(one if one.isprintable() else " " for one in str(text or ""))
    return " ".join(cleaned.split())[:_WORDS]
