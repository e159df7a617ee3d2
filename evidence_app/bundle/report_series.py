"""The pictures of a series in the report, after the first one: each with its number and time."""

from __future__ import annotations

from collections.abc import Iterator

from evidence_app.bundle.dates import clock_of, moment_of
from evidence_app.bundle.report_stated import Value
from evidence_app.records import Exhibit, Preview, ReportContent


def picture_name(at: int, place: int) -> str:
    """Under which name the template asks for a picture: of the exhibit at this place of the report, from 1,
    the picture at that place of its series, from 2."""
    return f"picture-{at}-{place}"


def further(report: ReportContent) -> Iterator[tuple[str, Preview]]:
    """The smaller copies after the first of each exhibit, by their names."""
    for at, one in enumerate(report.content.exhibits, start=1):
        for place, small in enumerate(report.series.get(one.exhibit.number, ()), start=2):
            if small is not None:
                yield picture_name(at, place), small


def series_value(report: ReportContent, at: int, exhibit: Exhibit) -> Value:
    """What the template prints of the pictures after the first; nothing for what is no series."""
    seen = exhibit.observed
    count = len(seen.series)
    if count < 2 or exhibit.derived is not None:
        return {"title": "", "pictures": [], "left_out": ""}
    made = report.series.get(exhibit.number, ())
    where = "bundle" if report.in_bundle else "vault"
    pictures: list[Value] = []
    missing: list[int] = []
    for place in range(2, count + 1):
        small = made[place - 2] if place - 2 < len(made) else None
        if small is None:
            missing.append(place)
            continue
        local = seen.series[place - 1].astimezone(seen.local.tzinfo)
        name = f"picture {place} of {count}, taken at {clock_of(local)}"
        pictures.append(
            {
                "plain_name": picture_name(at, place),
                "plain_size": [small.width, small.height],
                "plain_alt": f"Exhibit {exhibit.number}, {name}, on {moment_of(local)}. "
                "What it shows is not described here.",
                "caption": f"{name[:1].upper()}{name[1:]}",
            }
        )
    left = ""
    if missing:
        one = len(missing) == 1
        left = (
            f"No smaller copy of {'picture' if one else 'pictures'} {_numbers(missing)} is here. "
            f"The original{'' if one else 's'} {'is' if one else 'are'} in the {where}, unchanged."
        )
    return {
        "title": f"The other pictures of {exhibit.number}, in their order",
        "pictures": pictures,
        "left_out": left,
    }


def _numbers(places: list[int]) -> str:
    """`2, 5 to 9`: runs of three and more are drawn together."""
    words: list[str] = []
    start = 0
    for end in range(1, len(places) + 1):
        if end == len(places) or places[end] != places[end - 1] + 1:
            run = places[start:end]
            words += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(one) for one in run]
            start = end
    return ", ".join(words)
