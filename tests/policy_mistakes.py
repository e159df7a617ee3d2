"""Mistakes that a school can make in its policy file: the text, what is said of it, what is expected there.

The line that is to blame carries `MARK`; without one it is line 1.
"""

from __future__ import annotations

from evidence_app.policy import Fact

MARK = "# <-"
EDITION = 'edition = "Larkmere Academy, 2026"\n'
ROUTES = "".join(
    f'[[route]]\nwhen = ["{fact}"]\nto = "police"\nreason = "Always the police."\n'
    for fact in Fact
    if fact is not Fact.CONCERNS_HEAD
)
HEAD_OUT = (
    '[[route]]\nwhen = ["concerns_head"]\nto = "police"\ninstead_of = "head"\nreason = "Not the {head}."\n'
)
_BELOW_EDITION: dict[str, tuple[str, str, str]] = {
    "no TOML": ("name = Threat # <-\n", "cannot be read", "[[category]]"),
    "cut off": ("[[category]]\ncode = # <-", "cannot be read", 'name = "Threat"'),
    "a string that is not closed": ('[[ask]]\ncode = "act # <-\n', "cannot be read", "heading"),
    "a text that is not closed": ('edition2 = """ # <-\n\n\n', "cannot be read", "heading"),
    "a key twice": ('[danger]\ncall = "1"\ncall = "2" # <-\n', "cannot be read", "heading"),
    "one bracket": (
        '[category] # <-\ncode = "a"\nname = "b"\n',
        "“category” is no list",
        "[[category]], in two",
    ),
    "two brackets": ("[[register]] # <-\noverdue_days = 3\n", "“register”", "[register], in one"),
    "a list of texts": ('category = ["threat"] # <-\n', "entry without keys", "[[category]]"),
    "an empty list": ("category = [] # <-\n", "no list of entries", "[[category]]"),
    "an unknown heading": (
        '[[categories]] # <-\ncode = "a"\nname = "b"\n',
        "“categories” is not known",
        "category",
    ),
    "an unknown key": (
        '[[ask]]\ncode = "a"\nname = "b"\ncolour = "red" # <-\n',
        "“colour” is not known in [[ask]]",
        "code, name, paragraph, about",
    ),
    "an unknown key of a table": ("[register]\ndays = 3 # <-\n", "“days”", "overdue_days"),
    "no code": ('[[ask]] # <-\nname = "b"\n', "[[ask]] has no “code”", 'code = "threat"'),
    "no name": ('[[ask]] # <-\ncode = "b"\n', "[[ask]] has no “name”", 'name = "Threat"'),
    "no name in the second": (
        '[[ask]]\ncode = "a"\nname = "A"\n[[ask]] # <-\ncode = "b"\n',
        "has no “name”",
        "name =",
    ),
    "an empty name": ('[[ask]]\ncode = "b"\nname = "" # <-\n', "“name” is empty", 'name = "'),
    "a name of nothing that shows": ('[[ask]]\ncode = "b"\nname = "\u200b" # <-\n', "is empty", "name"),
    "a name that is a number": ('[[ask]]\ncode = "b"\nname = 3 # <-\n', "not text", "quotation"),
    "a name that is a list": ('[[ask]]\ncode = "b"\nname = ["x"] # <-\n', "not text", "quotation"),
    "a long name": (f'[[ask]]\ncode = "b"\nname = "{"x" * 121}" # <-\n', "121 characters", "120"),
    "a long sentence": (
        f'[[guidance]]\nmoment = "keep"\ntext = "{"x" * 700}" # <-\n',
        "700 characters",
        "600",
    ),
    "a control character": (
        '[[ask]]\ncode = "b"\nname = "a\\u0007b" # <-\n',
        "cannot be shown",
        "printable",
    ),
    "a mark that turns the writing": (
        '[[ask]]\ncode = "b"\nname = "a\u202eb" # <-\n',
        "turns the direction",
        "printable",
    ),
    "a code with a comma": ('[[ask]]\ncode = "a,b" # <-\nname = "b"\n', "cannot be a code", "letters"),
    "a code of another alphabet": ('[[ask]]\ncode = "асt" # <-\nname = "b"\n', "cannot be", "a to z"),
    "a code twice": (
        '[[ask]]\ncode = "a"\nname = "A"\n[[ask]]\ncode = "a" # <-\nname = "B"\n',
        "“a” stands twice",
        "another code",
    ),
    "a role twice": (
        '[[role]]\ncode = "head"\nname = "A"\n[[role]]\ncode = "head" # <-\nname = "B"\n',
        "“head” stands twice",
        "another code",
    ),
    "a helpline twice": (
        '[[helpline]]\nname = "A"\n[[helpline]]\nname = "A" # <-\n',
        "“A” stands twice",
        "another name",
    ),
    "a new role without a name": ('[[role]] # <-\ncode = "governor"\n', "has no “name”", "name ="),
    "a moment nobody knows": (
        '[[guidance]]\nmoment = "lunch" # <-\ntext = "Eat."\n',
        "“lunch” is not known",
        "before_reply",
    ),
    "a level nobody knows": ('[[level]]\ncode = "C5" # <-\nname = "x"\n', "“C5”", "C0, C1, C2, C3, C4"),
    "an answer nobody knows": (
        '[[stop.answer]]\ncode = "maybe" # <-\nname = "x"\n',
        "“maybe”",
        "yes, unknown, no",
    ),
    "answers that are none": ("[stop]\nanswer = 3 # <-\n", "“answer”", "[[stop.answer]]"),
    "a meaning nobody knows": (
        '[[category]]\ncode = "a"\nname = "A"\nmeans = "rain" # <-\n',
        "“rain”",
        "child_involved",
    ),
    "a flag that is text": (
        '[[role]]\ncode = "a"\nname = "A"\noutside = "yes" # <-\n',
        "neither true nor false",
        "true",
    ),
    "a role in braces that is none": (
        '[[guidance]]\nmoment = "keep"\ntext = "Ask the {boss}." # <-\n',
        "no role “boss”",
        "head",
    ),
    "days that are none": ("[register]\noverdue_days = 0 # <-\n", "“overdue_days”", "1 to 365"),
    "days that are true": ("[register]\noverdue_days = true # <-\n", "“overdue_days”", "1 to 365"),
    "days in words": ('[register]\noverdue_days = "ten" # <-\n', "“overdue_days”", "whole number"),
    "months without end": (
        '[[retention]]\ncode = "a"\nname = "A"\nwhen = ["always"]\nmonths = 99999 # <-\n',
        "“months”",
        "1 to 1200",
    ),
    "not every incident has a period": (
        '[[retention]] # <-\ncode = "a"\nname = "A"\nwhen = ["danger"]\n',
        "Not every",
        '["always"]',
    ),
    "an outcome that judges": (
        '[[outcome]]\ncode = "x"\nname = "Allegation was false" # <-\nsettles = true\n',
        "“false” judges",
        "what was done",
    ),
    "an outcome whose code judges": (
        '[[outcome]]\ncode = "found_malicious" # <-\nname = "Closed"\nsettles = true\n',
        "“malicious” judges",
        "what was done",
    ),
    "no outcome settles": (
        '[[outcome]] # <-\ncode = "x"\nname = "Waiting"\n',
        "No outcome settles",
        "settles = true",
    ),
    "a route to nobody": (
        '[[route]]\nwhen = ["always"]\nto = "king" # <-\nreason = "So."\n',
        "“king”",
        "safeguarding_lead",
    ),
    "a route without when": ('[[route]] # <-\nto = "head"\nreason = "So."\n', "no “when”", "always"),
    "a route with a text for when": (
        '[[route]]\nwhen = "always" # <-\nto = "head"\nreason = "So."\n',
        "“when” is no list",
        "[",
    ),
    "a route for what nobody can state": (
        '[[route]]\nwhen = ["always", "rain"] # <-\nto = "head"\nreason = "So."\n',
        "“rain”",
        "danger",
    ),
    "a route without a reason": (
        '[[route]] # <-\nwhen = ["always"]\nto = "head"\n',
        "has no “reason”",
        "reason",
    ),
    "a route that is forgotten": (
        ROUTES.replace("[[route]]", "[[route]] # <-", 1),
        "Nobody is told when it is “concerns_head”",
        'when = ["concerns_head"]',
    ),
    "the headteacher could be chosen without a reason": (
        (ROUTES + HEAD_OUT.replace('instead_of = "head"\n', "")).replace("[[route]]", "[[route]] # <-", 1),
        "the role “head” stays on offer",
        'instead_of = "head"',
    ),
    "the headteacher is told of what concerns them": (
        (ROUTES + HEAD_OUT.replace('instead_of = "head"\n', "").replace('"police"', '"head"')).replace(
            "[[route]]", "[[route]] # <-", 1
        ),
        "the role “head” stays on offer",
        'instead_of = "head"',
    ),
    "nobody is told in the headteacher's own record": (
        (ROUTES + HEAD_OUT)
        .replace('to = "police"', 'to = "head"', 2)
        .replace('to = "police"\nreason = "A', 'to = "police"\nthen = true\nreason = "A')
        .replace("[[route]]", "[[route]] # <-", 1),
        "nobody is told when",
        "without “then”",
    ),
    "deep brackets": ("x = " + "[" * 1_500 + " # <-\n", "nested too deeply", "heading"),
    "a long line": ("# <-" + "x" * 3_000 + "\n", "line is too long", "2000"),
    "a long number": ("x = " + "9" * 1_900 + " # <-\n", "“x” is not known", "category"),
}

_WHOLE: dict[str, tuple[str, str, str]] = {
    "no edition": ('\n[[ask]] \ncode = "a"\nname = "b"\n', "has no “edition”", 'edition = "'),
    "an edition of another kind": ("\nedition = 2026 # <-\n", "“edition” is not text", "quotation marks"),
    "an empty edition": ('edition = " — " # <-\n', "“edition” is empty", "edition ="),
}

MISTAKES = _WHOLE | {
    name: (EDITION + text, what, expected) for name, (text, what, expected) in _BELOW_EDITION.items()
}
