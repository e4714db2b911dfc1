"""The browser's answers, checked, and the case that they make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from lumbayes import Case, triage
from lumbayes.safety import Triage

MOST_CASES = 16  # cases without some claims that stay in memory; each takes about 0.3 s to pool


@dataclass(frozen=True)
class Answers:
    """What one tab of a browser holds, whole: each message replaces the one before it.

    `given`, `believe`, `likelihood` and `contrast` are for the methods of `Case` of these names,
    `excluded` are claims by id, `safety` the answers to the cards. `focus` is the variable under
    the finger, `opened` the cause that is looked at; while a finger moves nothing is `resting`.
    """

    number: int = 0
    given: Mapping[str, Any] = field(default_factory=dict)
    believe: Mapping[str, float] = field(default_factory=dict)
    likelihood: Mapping[str, Any] = field(default_factory=dict)
    contrast: Mapping[str, Any] = field(default_factory=dict)
    safety: Mapping[str, str] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()
    runs: tuple[Mapping[str, Any], ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    focus: str | None = None
    opened: str | None = None
    resting: bool = True

    @property
    def said(self) -> tuple[Any, ...]:
        """What a result depends on, to tell whether it must be computed again."""
        parts = (self.given, self.believe, self.likelihood, self.contrast)
        return (*map(repr, parts), self.excluded, self.opened)

    @cached_property
    def verdict(self) -> Triage:
        """What the cards come to. Answers that cannot be read hide all, as none at all do."""
        try:
            return triage(self.safety)
        except ValueError:
            return triage({})

    @property
    def is_settled(self) -> bool:
        """Whether both cards are answered and what they come to hides no ranking."""
        return {"first", "age"} <= self.safety.keys() and self.verdict.ranking_allowed

    @property
    def is_advised(self) -> bool:
        """Whether the thread's advice and the next run may be shown."""
        return self.verdict.remedies_allowed and self.verdict.keep_running_allowed


def read_answers(raw: object) -> Answers:
    """Return the answers of a message; raise ValueError for one that the page did not send."""
    if raw is None:
        return Answers()
    if not isinstance(raw, Mapping):
        raise ValueError(f"found {type(raw).__name__}; answers are a table of parts.")
    parts, empty = _tuples(raw), vars(Answers())
    for part, value in parts.items():
        if part not in empty:
            raise ValueError(f"found the part {part!r}; answers have {', '.join(empty)}.")
        is_name = empty[part] is None and isinstance(value, str)
        if not (is_name or isinstance(value, type(empty[part]))):
            raise ValueError(f"{part} is {value!r}; it cannot be read.")
    return Answers(**parts)


def case_of(base: Case, answers: Answers) -> Case:
    """Return the case that the answers make; the pain itself is always there.

    Raises
    ------
    ValueError
        For an unknown name or state or a number out of range, as `Case` does.
    """
    outcome = base.variables.outcome
    case = _without(base, tuple(sorted(answers.excluded)))
    case = case.given(**{**answers.given, outcome.name: outcome.states[-1]})
    case = case.likelihood(**answers.likelihood).believe(**answers.believe)
    return case.contrast(**_tuples(answers.contrast))


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with tuples for its lists: JSON has none."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}


@lru_cache(maxsize=MOST_CASES)
def _without(base: Case, excluded: tuple[str, ...]) -> Case:
    return base.exclude_claims(*excluded) if excluded else base
