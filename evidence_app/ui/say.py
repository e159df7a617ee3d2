"""Times, sizes and names as the window says them, one spelling everywhere."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from evidence_app.bundle.dates import MONTHS
from evidence_app.records import Exhibit, Method, Relation, Role

_SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def tr(text: str) -> str:
    return QCoreApplication.translate("say", text)


def local(moment: datetime) -> datetime:
    """The moment in this computer's zone."""
    return moment.astimezone()


def zone(moment: datetime) -> str:
    """`GMT`, `BST` or what the computer calls its zone at that moment."""
    name = local(moment).tzname() or ""
    return "GMT" if name == "UTC" else name


def day(moment: datetime) -> str:
    """`Thursday 12 March 2026`."""
    at = local(moment)
    return f"{tr(_DAYS[at.weekday()])} {at.day} {tr(MONTHS[at.month - 1])} {at.year}"


def short_day(moment: datetime) -> str:
    """`12 March 2026`."""
    at = local(moment)
    return f"{at.day} {tr(MONTHS[at.month - 1])} {at.year}"


def brief_day(moment: datetime) -> str:
    """`12 Mar 2026`, for columns."""
    at = local(moment)
    return f"{at.day} {tr(_SHORT_MONTHS[at.month - 1])} {at.year}"


def clock(moment: datetime) -> str:
    """`14:32:07 GMT`."""
    return f"{local(moment):%H:%M:%S} {zone(moment)}"


def minute(moment: datetime) -> str:
    """`14:32`."""
    return f"{local(moment):%H:%M}"


def lately(moment: datetime, now: datetime) -> str:
    """`today, 14:32`, `yesterday, 09:10` or `26 February 2026`."""
    days = (local(now).date() - local(moment).date()).days
    if days == 0:
        return tr("today, {time}").format(time=minute(moment))
    if days == 1:
        return tr("yesterday, {time}").format(time=minute(moment))
    return short_day(moment)


def size(count: int) -> str:
    """`18.4 MB`, `640 kB`: decimal units, as file managers show them."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{max(1, round(count / 1000))} kB"


def plural(count: int, one: str, many: str) -> str:
    """`1 exhibit`, `5 exhibits`; pass translated words."""
    return f"{count} {one if count == 1 else many}"


def method(value: Method) -> str:
    return {
        Method.MONITOR: tr("Screenshot of the screen"),
        Method.REGION: tr("Screenshot of an area"),
        Method.WINDOW: tr("Screenshot of a window"),
        Method.BROWSER: tr("Web page, by the built-in browser"),
        Method.RECORDING: tr("Recording of the screen"),
        Method.RECOVERED: tr("Recovered after an interruption"),
        Method.COPY: tr("Covered or cropped copy"),
        Method.FILE: tr("File that was brought in"),
        Method.PART: tr("Attachment of another exhibit"),
    }[value]


def how_made(exhibit: Exhibit) -> str:
    """How it came to be, a copy by its relation."""
    if exhibit.derived is None:
        return method(exhibit.method)
    return tr("Cropped copy") if exhibit.derived.relation is Relation.CROP else tr("Covered copy")


def role(value: Role) -> str:
    words = {
        Role.STAFF: tr("Member of staff"),
        Role.HEAD: tr("Headteacher"),
        Role.CHAIR: tr("Chair of Governors"),
    }
    return words[value]


def stated(exhibit: Exhibit, field: str) -> str:
    """The newest value of a stated field, or an empty text."""
    said = exhibit.statements.get(field)
    return "" if said is None else said.value
