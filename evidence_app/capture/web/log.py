"""What the browser's own DevTools tell about the requests of a page: pure, fed with events.

Source: Chrome DevTools Protocol, domain Network (`requestWillBeSent`, `responseReceived`,
`responseReceivedExtraInfo`, `loadingFinished`, `loadingFailed`). Everything comes from a site that may be
hostile: what has another shape is passed over, and there are limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from evidence_app.capture.web.address import is_web, shortened
from evidence_app.records import Hop

MAX_REQUESTS: Final = 5_000
MAX_HEADERS: Final = 200
_LONGEST_HEADER: Final = 8_192

Headers = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Answer:
    """A response of a server to one request."""

    status: int
    words: str
    headers: Headers
    protocol: str = ""
    remote: str = ""
    security: str = ""
    media_type: str = ""
    cached: bool = False


@dataclass(slots=True)
class Exchange:
    """A request, the answers that sent it on, and the last one; `at` is when it was sent."""

    request_id: str
    address: str
    method: str
    sent: Headers
    at: datetime
    loader: str
    document: bool
    redirects: list[tuple[str, Answer]] = field(default_factory=list)
    answer: Answer | None = None
    done: bool = False
    failed: str = ""
    extra: Headers = ()

    @property
    def headers(self) -> Headers:
        """The headers of the answer: as they came over the wire, where the browser tells."""
        return self.extra or (self.answer.headers if self.answer else ())


class NetworkLog:
    """The requests since the main document was asked for. `main` is that of the document itself."""

    def __init__(self) -> None:
        self._exchanges: dict[str, Exchange] = {}
        self._main = ""
        self._frame = ""
        self.left_out = 0

    @property
    def main(self) -> Exchange | None:
        """The main document's request; None where it was not seen."""
        return self._exchanges.get(self._main)

    def exchanges(self) -> Iterator[Exchange]:
        """All requests that were answered, in their order."""
        return (one for one in self._exchanges.values() if one.answer is not None)

    def waiting(self) -> int:
        """How many requests have no answer yet."""
        return sum(one.answer is None and not one.failed for one in self._exchanges.values())

    def hops(self) -> tuple[Hop, ...]:
        """The redirects on the way to the main document."""
        main = self.main
        if main is None:
            return ()
        return tuple(Hop(shortened(address), answer.status) for address, answer in main.redirects)

    def hear(self, method: str, params: Mapping[str, Any]) -> None:
        """One event. An event of another shape than documented is passed over."""
        handler = getattr(self, "_" + method.replace(".", "_"), None)
        if handler is not None:
            try:
                handler(params)
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                return

    def _Network_requestWillBeSent(self, params: Mapping[str, Any]) -> None:  # noqa: N802
        request_id, request = str(params["requestId"]), params["request"]
        address = str(request["url"])
        if not is_web(address):
            return
        document = params.get("type") == "Document" and request_id == params.get("loaderId")
        known = self._exchanges.get(request_id)
        sent_on = params.get("redirectResponse")
        if known is not None and sent_on is not None:
            known.redirects.append((known.address, _answer(sent_on, known.extra)))
            known.address, known.answer, known.extra = address, None, ()
            known.method, known.sent = str(request["method"]), _headers(request.get("headers"))
            return
        if document and self._is_main(params):
            # A new page: what belonged to the one before is not part of this one.
            self._exchanges = {}
            self._main, self.left_out = request_id, 0
        elif len(self._exchanges) >= MAX_REQUESTS:
            self.left_out += 1
            return
        self._exchanges[request_id] = Exchange(
            request_id=request_id,
            address=address,
            method=str(request["method"]),
            sent=_headers(request.get("headers")),
            at=datetime.fromtimestamp(float(params["wallTime"]), UTC),
            loader=str(params.get("loaderId", "")),
            document=document,
        )

    def _is_main(self, params: Mapping[str, Any]) -> bool:
        """Whether a document is that of the page and not of a frame in it: the frame that was there first."""
        frame = str(params.get("frameId", ""))
        if not self._frame:
            self._frame = frame
        return frame == self._frame

    def set_frame(self, frame: str) -> None:
        """The page's own frame, as `Page.getFrameTree` names it."""
        self._frame = frame

    def _Network_responseReceived(self, params: Mapping[str, Any]) -> None:  # noqa: N802
        one = self._exchanges.get(str(params["requestId"]))
        if one is not None:
            one.answer = _answer(params["response"])

    def _Network_responseReceivedExtraInfo(self, params: Mapping[str, Any]) -> None:  # noqa: N802
        one = self._exchanges.get(str(params["requestId"]))
        if one is not None:
            one.extra = _headers(params.get("headers"))

    def _Network_loadingFinished(self, params: Mapping[str, Any]) -> None:  # noqa: N802
        one = self._exchanges.get(str(params["requestId"]))
        if one is not None:
            one.done = True

    def _Network_loadingFailed(self, params: Mapping[str, Any]) -> None:  # noqa: N802
        one = self._exchanges.get(str(params["requestId"]))
        if one is not None:
            one.failed = str(params.get("errorText", ""))[:200]


def _answer(response: Mapping[str, Any], extra: Headers = ()) -> Answer:
    address, port = str(response.get("remoteIPAddress", "")), response.get("remotePort")
    security = response.get("securityDetails")
    words = ""
    if isinstance(security, Mapping):
        words = ", ".join(
            str(security[name])[:60]
            for name in ("protocol", "keyExchangeGroup", "cipher")
            if security.get(name)
        )
    return Answer(
        status=int(response["status"]),
        words=str(response.get("statusText", ""))[:200],
        headers=extra or _headers(response.get("headers")),
        protocol=str(response.get("protocol", ""))[:40],
        remote=f"{address}:{port}"[:80] if address and port else address[:80],
        security=words,
        media_type=str(response.get("mimeType", ""))[:200],
        cached=bool(response.get("fromDiskCache") or response.get("fromServiceWorker")),
    )


def _headers(raw: object) -> Headers:
    if not isinstance(raw, Mapping):
        return ()
    pairs = []
    for name, value in raw.items():
        # The browser joins headers of one name with line ends.
        pairs += [(str(name)[:200], part[:_LONGEST_HEADER]) for part in str(value).split("\n")]
    return tuple(pairs[:MAX_HEADERS])


def header(headers: Headers, name: str) -> str:
    """The first header of this name, whatever its case; empty where there is none."""
    return next((value for key, value in headers if key.lower() == name), "")
