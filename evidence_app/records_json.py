"""Records to and from the JSON that stands in ledger entries and bundles.

Reading is strict: whatever does not have exactly the expected shape raises `IntegrityError`.
Source: resources/formats/vault.md, "Data of the entries".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeGuard

from evidence_app.errors import IntegrityError
from evidence_app.records import (
    Area,
    BroughtIn,
    CertificateSeen,
    Cover,
    CoveredPassage,
    Derived,
    Hop,
    Method,
    Monitor,
    Observed,
    Origin,
    PageSeen,
    Recorded,
    Relation,
    Source,
    Statement,
    WindowInfo,
)

_LARGEST = 2**53 - 1  # what every reader of JSON keeps exactly


def _is_text(value: object) -> TypeGuard[str]:
    """Whether it is a string that has UTF-8: the escapes of JSON can hide half a character."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


class Fields:
    """Typed access to a JSON object; every miss raises `IntegrityError` and names the field."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, Mapping):
            raise IntegrityError(f"{where} is not a JSON object.")
        self._raw: Mapping[str, object] = raw
        self._where = where

    def _fail(self, name: str) -> IntegrityError:
        return IntegrityError(f"{self._where} has no valid “{name}”.")

    def has(self, name: str) -> bool:
        return name in self._raw

    def text(self, name: str) -> str:
        value = self._raw.get(name)
        if not _is_text(value):
            raise self._fail(name)
        return value

    def optional_text(self, name: str) -> str | None:
        return None if self._raw.get(name) is None else self.text(name)

    def number(self, name: str) -> int:
        value = self._raw.get(name)
        if type(value) is not int or abs(value) > _LARGEST:
            raise self._fail(name)
        return value

    def optional_number(self, name: str) -> int | None:
        return None if self._raw.get(name) is None else self.number(name)

    def flag(self, name: str) -> bool:
        value = self._raw.get(name)
        if not isinstance(value, bool):
            raise self._fail(name)
        return value

    def optional_flag(self, name: str) -> bool:
        """False where it is missing: what an earlier version did not write."""
        return self._raw.get(name) is not None and self.flag(name)

    def moment(self, name: str) -> datetime:
        try:
            value = datetime.fromisoformat(self.text(name))
        except ValueError as error:
            raise self._fail(name) from error
        # At the very ends of the calendar a change of zone, or Windows, fails.
        if value.tzinfo is None or not 1971 <= value.year <= 9998:
            raise self._fail(name)
        return value

    def optional_moment(self, name: str) -> datetime | None:
        return None if self._raw.get(name) is None else self.moment(name)

    def moments(self, name: str) -> tuple[datetime, ...]:
        """A list of moments, empty where it is missing."""
        if self._raw.get(name) is None:
            return ()
        return tuple(Fields({"moment": one}, self._where).moment("moment") for one in self.items(name))

    def items(self, name: str) -> list[object]:
        value = self._raw.get(name)
        if not isinstance(value, list):
            raise self._fail(name)
        return value

    def optional_items(self, name: str) -> list[object]:
        return [] if self._raw.get(name) is None else self.items(name)

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.items(name)
        if not all(_is_text(value) for value in values):
            raise self._fail(name)
        return tuple(str(value) for value in values)

    def text_map(self, name: str) -> dict[str, str]:
        value = self._raw.get(name)
        if not isinstance(value, Mapping) or not all(
            _is_text(key) and _is_text(item) for key, item in value.items()
        ):
            raise self._fail(name)
        return {str(key): str(item) for key, item in value.items()}

    def fields(self, name: str) -> Fields:
        return Fields(self._raw.get(name), f"{self._where}, “{name}”,")

    def optional_fields(self, name: str) -> Fields | None:
        return None if self._raw.get(name) is None else self.fields(name)


def area_to_json(area: Area) -> dict[str, object]:
    return {"left": area.left, "top": area.top, "width": area.width, "height": area.height}


def area_from_json(fields: Fields) -> Area:
    return Area(*(fields.number(name) for name in ("left", "top", "width", "height")))


def _monitor_to_json(monitor: Monitor) -> dict[str, object]:
    return {
        "number": monitor.number,
        "area": area_to_json(monitor.area),
        "name": monitor.name,
        "primary": monitor.primary,
    }


def _monitor_from_json(raw: object, where: str) -> Monitor:
    fields = Fields(raw, where)
    return Monitor(
        number=fields.number("number"),
        area=area_from_json(fields.fields("area")),
        name=fields.text("name"),
        primary=fields.flag("primary"),
    )


def _window_to_json(window: WindowInfo) -> dict[str, object]:
    return {
        "title": window.title,
        "process": window.process,
        "pid": window.pid,
        "area": area_to_json(window.area),
    }


def _window_from_json(fields: Fields) -> WindowInfo:
    return WindowInfo(
        title=fields.text("title"),
        process=fields.text("process"),
        pid=fields.optional_number("pid"),
        area=area_from_json(fields.fields("area")),
    )


def _file_to_json(file: BroughtIn) -> dict[str, object]:
    return {
        "name": file.name,
        "folder": file.folder,
        "modified": None if file.modified is None else file.modified.isoformat(),
        "created": None if file.created is None else file.created.isoformat(),
        "part_of": file.part_of,
    }


def _file_from_json(fields: Fields) -> BroughtIn:
    return BroughtIn(
        name=fields.text("name"),
        folder=fields.text("folder"),
        modified=fields.optional_moment("modified"),
        created=fields.optional_moment("created"),
        part_of=fields.text("part_of"),
    )


def page_to_json(page: PageSeen) -> dict[str, object]:
    """The `page` object of what was observed."""
    return {
        "address": page.address,
        "asked": page.asked,
        "loaded": page.loaded,
        "hops": [{"address": hop.address, "status": hop.status} for hop in page.hops],
        "title": page.title,
        "status": page.status,
        "headers": [[name, value] for name, value in page.headers],
        "protocol": page.protocol,
        "remote": page.remote,
        "security": page.security,
        "certificates": [
            {
                "subject": one.subject,
                "issuer": one.issuer,
                "names": list(one.names),
                "valid_from": one.valid_from.isoformat(),
                "valid_to": one.valid_to.isoformat(),
                "sha256": one.sha256,
            }
            for one in page.certificates
        ],
        "certificate_problem": page.certificate_problem,
        "dated": page.dated,
        "modified": page.modified,
        "viewport": {"width": page.viewport[0], "height": page.viewport[1]},
        "scale": page.scale,
        "height": page.height,
        "whole": page.whole,
        "cut_at": page.cut_at,
        "user_agent": page.user_agent,
        "engine": page.engine,
        "finished": page.finished.isoformat(),
        "notes": list(page.notes),
    }


def page_from_json(fields: Fields) -> PageSeen:
    """The inverse of `page_to_json`."""
    view = fields.fields("viewport")
    return PageSeen(
        address=fields.text("address"),
        asked=fields.text("asked"),
        loaded=fields.text("loaded"),
        hops=tuple(
            Hop(hop.text("address"), hop.number("status"))
            for hop in (Fields(raw, "A redirect") for raw in fields.items("hops"))
        ),
        title=fields.text("title"),
        status=fields.optional_number("status"),
        headers=tuple(_pair(raw) for raw in fields.items("headers")),
        protocol=fields.text("protocol"),
        remote=fields.text("remote"),
        security=fields.text("security"),
        certificates=tuple(_certificate(raw) for raw in fields.items("certificates")),
        certificate_problem=fields.text("certificate_problem"),
        dated=fields.text("dated"),
        modified=fields.text("modified"),
        viewport=(view.number("width"), view.number("height")),
        scale=fields.number("scale"),
        height=fields.number("height"),
        whole=fields.flag("whole"),
        cut_at=fields.optional_number("cut_at"),
        user_agent=fields.text("user_agent"),
        engine=fields.text("engine"),
        finished=fields.moment("finished"),
        notes=fields.texts("notes"),
    )


def _pair(raw: object) -> tuple[str, str]:
    if not isinstance(raw, list) or len(raw) != 2 or not all(_is_text(one) for one in raw):
        raise IntegrityError("A header of the page cannot be read.")
    return str(raw[0]), str(raw[1])


def _certificate(raw: object) -> CertificateSeen:
    fields = Fields(raw, "A certificate of the page")
    return CertificateSeen(
        subject=fields.text("subject"),
        issuer=fields.text("issuer"),
        names=fields.texts("names"),
        valid_from=fields.moment("valid_from"),
        valid_to=fields.moment("valid_to"),
        sha256=fields.text("sha256"),
    )


def observed_to_json(observed: Observed) -> dict[str, object]:
    """The `observed` object of an `exhibit.captured` entry and of `observed.json`."""
    # Only a page has this field: what was written before there were pages reads as it was.
    page = {} if observed.page is None else {"page": page_to_json(observed.page)}
    data: dict[str, object] = {
        "method": observed.method.value,
        "utc": observed.utc.isoformat(),
        "local": observed.local.isoformat(),
        "zone": observed.zone,
        "clock": observed.clock,
        "computer": observed.computer,
        "user": observed.user,
        "system": observed.system,
        "software": observed.software,
        "monitors": [_monitor_to_json(monitor) for monitor in observed.monitors],
        "monitor": observed.monitor,
        "area": None if observed.area is None else area_to_json(observed.area),
        "window": None if observed.window is None else _window_to_json(observed.window),
        "width": observed.width,
        "height": observed.height,
        "blank": observed.blank,
        "pointer": observed.pointer,
        **page,
    }
    if observed.file is not None:
        data["file"] = _file_to_json(observed.file)
    if observed.series:
        data["series"] = [one.isoformat() for one in observed.series]
    if (recorded := observed.recorded) is not None:
        data["recorded"] = {
            "length": recorded.length,
            "pictures": recorded.pictures,
            "ended": recorded.ended,
        }
    return data


def _recorded(fields: Fields | None) -> Recorded | None:
    if fields is None:
        return None
    return Recorded(fields.number("length"), fields.number("pictures"), fields.text("ended"))


def observed_from_json(raw: object, where: str) -> Observed:
    """The inverse of `observed_to_json`; `where` names the entry or file in error messages."""
    fields = Fields(raw, where)
    try:
        method = Method(fields.text("method"))
    except ValueError as error:
        raise IntegrityError(f"{where} has no valid “method”.") from error
    area = fields.optional_fields("area")
    window, file = fields.optional_fields("window"), fields.optional_fields("file")
    page = fields.optional_fields("page")
    return Observed(
        method=method,
        utc=fields.moment("utc"),
        local=fields.moment("local"),
        zone=fields.text("zone"),
        clock=fields.text("clock"),
        computer=fields.text("computer"),
        user=fields.text("user"),
        system=fields.text("system"),
        software=fields.text("software"),
        monitors=tuple(_monitor_from_json(raw, where) for raw in fields.items("monitors")),
        monitor=fields.optional_number("monitor"),
        area=None if area is None else area_from_json(area),
        window=None if window is None else _window_from_json(window),
        width=fields.number("width"),
        height=fields.number("height"),
        blank=fields.flag("blank"),
        file=None if file is None else _file_from_json(file),
        pointer=fields.optional_flag("pointer"),
        page=None if page is None else page_from_json(page),
        series=fields.moments("series"),
        recorded=_recorded(fields.optional_fields("recorded")),
    )


def derived_from_json(data: Mapping[str, object], where: str) -> Derived:
    """How a copy was made, from the data of its `exhibit.derived` entry; `where` names it in messages."""
    fields = Fields(data, where)
    origin, crop = fields.fields("from"), fields.optional_fields("crop")
    covers = []
    for raw in fields.items("covers"):
        cover = Fields(raw, f"A cover of {where}")
        covers.append(Cover(area_from_json(cover.fields("area")), cover.text("reason"), cover.text("words")))
    passages = []
    for raw in fields.items("passages") if "passages" in data else ():
        passage = Fields(raw, f"A covered passage of {where}")
        passages.append(
            CoveredPassage(passage.text("reason"), passage.text("words"), passage.number("places"))
        )
    try:
        return Derived(
            Relation(fields.text("relation")),
            Origin(
                origin.text("number"),
                origin.number("entry"),
                origin.moment("captured_at"),
                Method(origin.text("method")),
            ),
            tuple(covers),
            None if crop is None else area_from_json(crop),
            tuple(passages),
        )
    except ValueError as error:
        raise IntegrityError(f"{where} does not say how the copy was made.") from error


def statement_to_json(statement: Statement) -> dict[str, object]:
    """One line of `stated.json`: the statement with who said it, when, and its ledger entry."""
    return {
        "about": statement.about,
        "field": statement.field,
        "value": statement.value,
        "source": statement.source.value,
        "at": statement.at.isoformat(),
        "by": statement.by,
        "entry": statement.seq,
    }


def statement_from_json(raw: object, where: str) -> Statement:
    """The inverse of `statement_to_json`; `where` names the entry or file in error messages."""
    fields = Fields(raw, where)
    try:
        source = Source(fields.text("source"))
    except ValueError as error:
        raise IntegrityError(f"{where} has no valid “source”.") from error
    return Statement(
        about=fields.text("about"),
        field=fields.text("field"),
        value=fields.text("value"),
        source=source,
        at=fields.moment("at"),
        by=fields.text("by"),
        seq=fields.number("entry"),
    )


def statements_from_entry(
    data: Mapping[str, object], seq: int, at: datetime, by: str
) -> tuple[Statement, ...]:
    """The statements that an `incident.stated` or `exhibit.stated` entry carries."""
    fields = Fields(data, f"Entry {seq} of the record")
    about = fields.text("about")
    found = []
    for raw in fields.items("statements"):
        said = Fields(raw, f"A statement of entry {seq}")
        try:
            source = Source(said.text("source"))
        except ValueError as error:
            raise IntegrityError(f"A statement of entry {seq} has no valid “source”.") from error
        found.append(Statement(about, said.text("field"), said.text("value"), source, at=at, by=by, seq=seq))
    return tuple(found)
