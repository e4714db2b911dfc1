"""Reading redflags.toml: every table is checked alone, then the rules against the questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import call
from pathlib import Path
from typing import Any

from .files import read_toml
from .redflags import (
    AGE,
    FIRST,
    HIDEABLE,
    LEVELS,
    SECOND,
    Age,
    Card,
    Level,
    RedFlag,
    Rule,
    Rules,
)
from .redflags_checks import check_rules
from .schema import (
    FILLED_TABLE,
    NAMES,
    TABLE,
    TEXT,
    TRUTH,
    WHOLE,
    Kind,
    Place,
    Schema,
    all_of,
    each,
    one_of,
)

FILL_INS = ("emergency_number", "emergency_department", "advice_line")
SURE = ("seen", "second_hand", "judgement")
CARDS = (FIRST, SECOND)
RESERVED = (FIRST, AGE)
# the keys whose texts may name a number or a place that differs by country
FILLED = ("do", "say", "say_ticked", "then", "not_sure_do", "not_sure_say", "open", "intro")


def _are_brackets(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(map(_is_bracket, value))


def _is_bracket(value: Any) -> bool:
    return value != [] and NAMES.fits(value)


def _is_phone_number(value: Any) -> bool:
    return isinstance(value, str) and value.removeprefix("+").isdecimal() and value.isascii()


LIST = Kind("a list of texts, each once, none empty", lambda v: v == [] or NAMES.fits(v))
BRACKET = Kind('a list of names, each once, not empty, as in ["fever"]', _is_bracket)
BRACKETS = Kind('a list of such lists, as in [["fever"], ["germs", "cancer"]]', _are_brackets)
PHONE = Kind(
    'a number to call, digits with or without a + before them, as in "112"', _is_phone_number
)
FILE = Schema(
    dict.fromkeys((*FILL_INS, "still_open"), TEXT)
    | {"call_number": PHONE, "levels": TABLE, "card": TABLE}
    | dict.fromkeys(("group", "age", "line", "rule"), FILLED_TABLE)
    | {"followup": TABLE},
    optional=("call_number", "followup"),
)
LEVEL = Schema(
    {"heading": TEXT, "hides": LIST, "not_sure": TEXT}
    | dict.fromkeys(("do", "say", "say_ticked", "then", "not_sure_do", "not_sure_say"), TEXT),
    optional=("do", "say", "say_ticked", "then", "not_sure", "not_sure_do", "not_sure_say"),
)
LOWEST_LEVEL = Schema(
    dict.fromkeys(("heading", "say", "say_ticked", "then"), TEXT) | {"hides": LIST}
)
CARD = Schema(dict.fromkeys(("title", "intro", "none", "some", "open"), TEXT) | {"hides": LIST})
FIRST_CARD = Schema({**CARD.kinds, "do": TEXT, "say": TEXT})
GROUP = Schema({"card": one_of(*CARDS), "heading": TEXT})
AGE_BAND = Schema({"label": TEXT, "small": TRUTH}, optional=("small",))
QUESTION = dict.fromkeys(("question", "basis"), TEXT) | {"sure": one_of(*SURE), "any_of": LIST}
LINE = Schema(
    {"line": TEXT, "group": TEXT, "again": BRACKETS, **QUESTION}, optional=("again", "any_of")
)
FOLLOWUP = Schema({"about": TEXT, "after": BRACKETS, **QUESTION}, optional=("any_of",))
RULE = Schema(
    {"level": one_of(*LEVELS), "all": BRACKETS, "any": BRACKET, "needs": WHOLE}
    | {"unless": BRACKET, "hides": LIST, "do": TEXT, "say": TEXT, "basis": TEXT},
    optional=("all", "any", "needs", "unless", "hides", "do", "say", "basis"),
)
SCHEMAS = {"group": GROUP, "age": AGE_BAND, "line": LINE, "followup": FOLLOWUP, "rule": RULE}


def read_rules(path: Path) -> Rules:
    """Return the content of redflags.toml; raise the problems of all its tables together."""
    return _rules(path, path.read_bytes() if path.is_file() else b"")


@lru_cache(maxsize=8)
def _rules(path: Path, _: bytes) -> Rules:
    """Return the rules, read again only once the file's bytes differ: the page asks on each run."""
    raw = read_toml(path)
    FILE.check(Place(path), raw)
    raw = {"followup": {}, **raw}
    heads = [
        (all_of(TABLE, LEVELS, noun="level").check, Place(path, "[levels]"), raw["levels"]),
        (all_of(TABLE, CARDS, noun="card").check, Place(path, "[card]"), raw["card"]),
    ]
    each(call, heads)
    each(_check, [(*table, raw) for table in _tables(path, raw)])
    rules = _built(raw)
    check_rules(path, rules)
    return rules


def _tables(path: Path, raw: Mapping[str, Any]) -> list[tuple[Place, str, str, Any]]:
    """Return every table with its place, its section and its name."""
    return [
        (Place(path, f"[{section}.{name}]"), section, name, table)
        for section in ("levels", "card", *SCHEMAS)
        for name, table in raw[section].items()
    ]


def _check(place: Place, section: str, name: str, table: Any, raw: Mapping[str, Any]) -> None:
    """Raise the problems of one table: of its keys, or of the names and texts in it."""
    _schema(section, name).check(place, table)
    parts = place.inside("hides")
    checks: list[tuple[Any, ...]] = [
        (parts.require_known, "part of the page", table.get("hides", ()), HIDEABLE),
        (CHECKS.get(section, _check_nothing), place, name, table, raw),
    ]
    checks += [(_check_text, place, key, text, raw) for key, text in table.items() if key in FILLED]
    each(call, checks)


def _schema(section: str, name: str) -> Schema:
    if section == "levels":
        return LOWEST_LEVEL if name == LEVELS[0] else LEVEL
    if section == "card":
        return FIRST_CARD if name == FIRST else CARD
    return SCHEMAS[section]


def _check_nothing(place: Place, name: str, table: Any, raw: Mapping[str, Any]) -> None:
    """Raise nothing: the schema says all of such a table."""


def _check_text(place: Place, key: str, text: str, raw: Mapping[str, Any]) -> None:
    """Raise a problem for a name in braces that nothing fills in."""
    if "{" in _filled(text, raw):
        allowed = ", ".join(f"{{{name}}}" for name in FILL_INS)
        raise place.problem(f"{key} is {text!r}; the names to fill in are {allowed}.", key, text)


def _check_level(place: Place, name: str, table: Any, raw: Mapping[str, Any]) -> None:
    not_sure = table.get("not_sure", LEVELS[0])
    up_to_own = LEVELS[: LEVELS.index(name) + 1]
    place.inside("not_sure").require_known("level", [not_sure], up_to_own)
    if not_sure != LEVELS[0] and "not_sure_do" not in table:
        found = f"not_sure raises the banner to {not_sure!r}"
        raise place.problem(f"{found}, so not_sure_do must give its text.", "not_sure")


def _check_line(place: Place, name: str, table: Any, raw: Mapping[str, Any]) -> None:
    _check_id(place, name, raw["age"])
    place.inside("group").require_known("group", [table["group"]], raw["group"])
    if "again" in table and raw["group"][table["group"]].get("card") != FIRST:
        found = "again stands at a line of the second card"
        raise place.problem(f"{found}; only lines of the first card are asked again.", "again")
    names = [other for other in raw["line"] if other != name]
    _check_names(place, "again", table.get("again", ()), (*names, *raw["age"]))


def _check_followup(place: Place, name: str, table: Any, raw: Mapping[str, Any]) -> None:
    _check_id(place, name, (*raw["age"], *raw["line"]))
    followups = list(raw["followup"])
    before = followups[: followups.index(name)]
    _check_names(place, "after", table["after"], (*raw["line"], *raw["age"], *before))


def _check_id(place: Place, name: str, taken: Iterable[str]) -> None:
    """Raise a problem for an id that means something else among the answers."""
    if name in (*RESERVED, *taken):
        found = f"the id {name!r} is taken"
        raise place.problem(f"{found}; every line, follow-up and age needs its own.", name, name)


def _check_rule(place: Place, name: str, table: Any, raw: Mapping[str, Any]) -> None:
    names = (*raw["line"], *raw["followup"], *raw["age"])
    each(
        _check_names,
        [
            (place, "all", table.get("all", ()), names),
            (place, "any", [table.get("any", ())], names),
            (place, "unless", [table.get("unless", ())], (*raw["line"], *raw["followup"])),
        ],
    )
    if "all" not in table and "any" not in table:
        raise place.problem("a rule needs all or any: the lines that raise it.", "any")
    n_lines, needs = len(table.get("any", ())), table.get("needs", 1)
    if "needs" in table and not 1 <= needs <= n_lines:
        found = f"needs is {needs} and any names {n_lines}"
        raise place.problem(f"{found}; give 1 to that many.", "needs", needs)
    level = table["level"]
    if level == LEVELS[0] and "say" not in table:
        raise place.problem("the text is missing: a note needs say.", "say")
    if level != LEVELS[0] and "do" not in table:
        has_default = "do" in raw["levels"][level] and "say" in table
        if not has_default:
            hint = f"give do, or do of [levels.{level}] and say here"
            raise place.problem(f"the text is missing; {hint}.", "do")


def _check_names(
    place: Place, key: str, brackets: Iterable[Iterable[str]], allowed: Iterable[str]
) -> None:
    names = dict.fromkeys(name for bracket in brackets for name in bracket)
    place.inside(key).require_known("line, follow-up or age", names, allowed)


CHECKS: Mapping[str, Callable[..., None]] = {
    "levels": _check_level,
    "line": _check_line,
    "followup": _check_followup,
    "rule": _check_rule,
}


def _filled(text: str, raw: Mapping[str, Any]) -> str:
    for name in FILL_INS:
        text = text.replace(f"{{{name}}}", raw[name])
    return text


def _texts(table: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with its texts filled in and its lists as tuples."""
    return {
        key: _filled(value, raw) if key in FILLED else _as_tuple(value)
        for key, value in table.items()
    }


def _as_tuple(value: Any) -> Any:
    return tuple(map(_as_tuple, value)) if isinstance(value, list) else value


def _built(raw: Mapping[str, Any]) -> Rules:
    """Return the rules of a file whose tables are right."""
    rules = tuple(Rule(id=name, **_texts(table, raw)) for name, table in raw["rule"].items())
    lines = [_line(name, table, raw, rules) for name, table in raw["line"].items()]
    followups = [_followup(name, table, rules) for name, table in raw["followup"].items()]
    groups = list(raw["group"])
    order = {name: (CARDS.index(raw["group"][name]["card"]), groups.index(name)) for name in groups}
    lines.sort(key=lambda line: order[raw["line"][line.id]["group"]])
    return Rules(
        call_number=raw.get("call_number", ""),
        still_open=raw["still_open"],
        levels={name: Level(**_texts(raw["levels"][name], raw)) for name in LEVELS},
        cards={name: Card(**_texts(raw["card"][name], raw)) for name in CARDS},
        ages={name: Age(**table) for name, table in raw["age"].items()},
        flags=(*lines, *followups),
        rules=rules,
    )


def _line(name: str, table: Any, raw: Mapping[str, Any], rules: Iterable[Rule]) -> RedFlag:
    values = {key: _as_tuple(value) for key, value in table.items()}
    group = raw["group"][values.pop("group")]
    alone = [rule.level for rule in rules if rule.reached({name: "yes"}) == "yes"]
    return RedFlag(
        id=name,
        about=values.pop("line"),
        card=group["card"],
        heading=group["heading"],
        level=max([LEVELS[0], *alone], key=LEVELS.index),
        after=values.pop("again", ()),
        **values,
    )


def _followup(name: str, table: Any, rules: Iterable[Rule]) -> RedFlag:
    values = {key: _as_tuple(value) for key, value in table.items()}
    part_of = [rule.level for rule in rules if name in rule.names]
    level = max([LEVELS[0], *part_of], key=LEVELS.index)
    return RedFlag(id=name, card="", heading="", level=level, **values)
