"""What a thread is about, in words for a page, and the runner who asked the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from operator import call
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .arguments import check_arguments
from .claims_file import read_claims, read_words
from .files import folder, read_toml
from .page_file import PageWords, read_page_words
from .schema import FILLED_TABLE, TEXT, Kind, Place, Schema, all_of, each, is_number
from .traits_file import read_folder
from .variables_file import read_variables

if TYPE_CHECKING:
    from .variables import Variables

EXAMPLE = Schema(
    {
        "title": TEXT,
        "story": TEXT,
        "findings": FILLED_TABLE,
        "claims": FILLED_TABLE,
        "beliefs": FILLED_TABLE,
    },
    optional=("beliefs",),
)


def _are_ids(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(isinstance(id_, str) for id_ in value)


CLAIM_IDS = Kind('a list of claim ids, as in ["Q-01"]', _are_ids)


@dataclass(frozen=True)
class Example:
    """The runner who asked the question of the thread, as `example` returns it.

    Attributes
    ----------
    title, story : str
        Texts to show.
    findings : mapping of str to str or float
        The findings, for `Case.given`: from variable to state or reading.
    claims : mapping of str to tuple of str
        From the variable of a finding to the ids of the claims that it was taken from.
    belief_claims : mapping of str to tuple of str
        From a cause to the ids of the claims whose authors suppose that this runner has it.
    """

    title: str
    story: str
    findings: Mapping[str, str | float]
    claims: Mapping[str, tuple[str, ...]]
    belief_claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    path: Path = field(default=Path(), repr=False, compare=False)

    @cached_property
    def beliefs(self) -> dict[str, float]:
        """What replies suppose about this runner: by cause, a probability for `Case.believe`.

        It is the mean of the base rate of the cause and of the probabilities that the words of the
        claims in `belief_claims` mean, each with weight 1. {} without such claims.

        Examples
        --------
        >>> from lumbayes import example
        >>> {name: round(share, 2) for name, share in example().beliefs.items()}
        {'weak_core': 0.63}
        """
        if not self.belief_claims:
            return {}
        variables = read_variables(self.path / "variables.toml")
        words = read_words(self.path / "words.csv")
        read = read_claims(self.path / "claims.csv", variables, words)
        readings = {claim.id: claim.reading for claim in read}
        return {
            name: _mean([_base_rate(variables, name), *(words[readings[i]].mean for i in ids)])
            for name, ids in self.belief_claims.items()
        }


def _base_rate(variables: Variables, name: str) -> float:
    v = variables[name]
    estimate = v.prevalence or v.background
    if estimate and estimate.counts:
        return estimate.counts[v.states[-1]] / sum(estimate.counts.values())
    yes, no = variables.ignorance["base_rate"]["beta"]
    return float(yes / (yes + no))


def _mean(shares: list[float]) -> float:
    return sum(shares) / len(shares)


def example(priors: str | Path = "thread") -> Example:
    """Return the runner who asked the question of the thread, from example.toml.

    Parameters
    ----------
    priors : str or Path, default "thread"
        "thread", "literature" or the path of a folder, as for `load`.

    Returns
    -------
    Example
        `title`, `story`: texts to show.
        `findings`: a mapping from variable to state or reading, for `case.given(**findings)`.
        `beliefs`: a dict from cause to P(yes) by the replies, for `case.believe(**beliefs)`.
        `claims`, `belief_claims`: for each finding and each belief, the ids of the claims behind
        it.

    Raises
    ------
    ValueError
        If the folder or its example.toml does not exist or has a mistake.

    Examples
    --------
    >>> from lumbayes import example, load
    >>> example().findings["onset"]
    'cool_down'
    >>> runner = load().given(**example().findings)
    >>> float(runner.posterior("muscle_strain")["yes"].round(2))
    0.59
    """
    check_arguments("example", locals())
    path = folder(priors) / "example.toml"
    raw = read_toml(path)
    EXAMPLE.check(Place(path), raw)
    by_finding = all_of(CLAIM_IDS, raw["findings"], optional=tuple(raw["findings"]), noun="finding")
    by_finding.check(Place(path, "[claims]"), raw["claims"])
    believed = raw.get("beliefs", {})
    Schema({}, others=CLAIM_IDS).check(Place(path, "[beliefs]"), believed)
    claims, belief_claims = (
        {name: tuple(ids) for name, ids in table.items()} for table in (raw["claims"], believed)
    )
    texts = raw["title"], raw["story"]
    return Example(*texts, raw["findings"], claims, belief_claims, folder(priors))


@dataclass(frozen=True)
class Recorded:
    """How recorded runs are recognized: names of the activity, and limits that no run exceeds.

    `sports` are the names of the activity in files of watches and apps; only letters and digits
    count. `farthest` is the longest plausible distance, in km, and `fastest` the highest plausible
    mean speed, in km/h.
    """

    sports: tuple[str, ...]
    farthest: float
    fastest: float

    def names(self, sport: str) -> bool:
        """Return whether the name of a sport in a file means this activity."""
        return _bare(sport) in map(_bare, self.sports)


@dataclass(frozen=True)
class ThreadInfo:
    """What a thread is about, in words that a page uses, as `thread_info` returns it.

    Attributes
    ----------
    title, icon, what, what_not, next : str
        Title and icon of the page, what it shows, what it is not, and what comes after its safety
        questions.
    person, activity, activities, part : str
        Who does what: "runner", "run" and its plural; the part of the body that hurts.
    groups : mapping of str to str
        From group of factors, such as "body", to its heading.
    recorded : Recorded
        How recorded runs are recognized.
    studies : bool
        Whether the folder has literature.csv.
    """

    title: str
    icon: str
    what: str
    what_not: str
    next: str
    person: str
    activity: str
    activities: str
    part: str
    groups: Mapping[str, str]
    recorded: Recorded
    studies: bool


def _are_sports(value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return False
    names = [_bare(name) for name in value]
    return bool(names) and all(names) and len(set(names)) == len(names)


def _bare(sport: str) -> str:
    return "".join(filter(str.isalnum, sport.lower()))


def _at_most(limit: int) -> Kind:
    words = f"a number above 0, {limit} at most"
    return Kind(words, lambda value: is_number(value) and 0 < value <= limit)


SPORTS = Kind(
    'a list of names, each once, as watches and apps write them, as in ["run", "trail run"]',
    _are_sports,
)
FARTHEST = 40_000  # km
FASTEST = 300  # km an hour; with a larger limit metres could be taken for km
TABLES = ("groups", "recorded")
TEXTS = [f.name for f in fields(ThreadInfo) if f.name not in (*TABLES, "studies")]
ABOUT = Schema(dict.fromkeys(TEXTS, TEXT) | dict.fromkeys(TABLES, FILLED_TABLE))
GROUPS = Schema({}, others=TEXT)
RECORDED = Schema({"sports": SPORTS, "farthest": _at_most(FARTHEST), "fastest": _at_most(FASTEST)})


def thread_info(priors: str | Path = "thread") -> ThreadInfo:
    """Return what a thread is about, in words for a page, from about.toml.

    Parameters
    ----------
    priors : str or Path, default "thread"
        "thread", "literature" or the path of a folder, as for `load`.

    Returns
    -------
    ThreadInfo
        Texts for a page: `title`, `icon`, `what` and `what_not` (what the page is and is not),
        `next` (what follows the safety cards), `person` ("runner"), `activity` and `activities`
        ("run", "runs"), `part` ("back"). `groups`: a mapping from group of factors to heading.
        `recorded`: the `sports` that run files may name, and the `farthest` km and `fastest` km/h.
        `studies`: whether the folder has literature.csv.

    Raises
    ------
    ValueError
        If the folder or its about.toml does not exist or has a mistake.

    Examples
    --------
    >>> from lumbayes.data import thread_info
    >>> thread_info().person
    'runner'
    """
    check_arguments("thread_info", locals())
    path = folder(priors) / "about.toml"
    raw = read_toml(path)
    checks = [(ABOUT.check, Place(path), raw)]
    for name, schema in (("groups", GROUPS), ("recorded", RECORDED)):
        if name in raw:
            checks.append((schema.check, Place(path, f"[{name}]"), raw[name]))
    each(call, checks)
    recorded = Recorded(**raw["recorded"] | {"sports": tuple(raw["recorded"]["sports"])})
    studies = (path.parent / "literature.csv").is_file()
    return ThreadInfo(**raw | {"recorded": recorded}, studies=studies)


def page_words(priors: str | Path = "thread") -> PageWords:
    """Return short names and slider settings for a page, from page.toml; empty without this file.

    Parameters
    ----------
    priors : str or Path, default "thread"
        "thread", "literature" or the path of a folder, as for `load`.

    Returns
    -------
    PageWords
        `rows`: a mapping from variable to its short names, the range of its slider and its unit.
        `starts`: by name of a ready-made case, its label, findings and stated probabilities.
        `contrasts`: a mapping from factor to the words for its contrast (see `Case.contrast`).
        `first_contrast`: the factor whose contrast is shown first.
        `intro`: the line below the title. `open_traits`: the traits to show unfolded.

    Raises
    ------
    ValueError
        If the folder does not exist or page.toml has a mistake.

    Examples
    --------
    >>> from lumbayes.data import page_words
    >>> page_words().rows["km_per_week"].unit
    'km/week'
    """
    check_arguments("page_words", locals())
    path = folder(priors)
    return read_page_words(path / "page.toml", read_folder(path))
