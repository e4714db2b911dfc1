"""The page for a clinician: pain, warning signs, what may lie behind it, and who said so."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from components.sheet import Sheet, Table
from lumbayes import Case, contributions
from lumbayes.safety import Triage, cards
from state import result_names, runs
from state.answers import Answers
from state.result_receipt import claims_for
from text import clinician_words as words
from text import figures
from text.lists import capital, small
from text.saving_words import SHEET_RUNS

# the widths of columns, in parts of the page
TWO_COLUMNS = (2, 3)
FOUR_COLUMNS = (2, 3, 2, 3)
ANSWER_FIRST = (1, 4)
THREE_COLUMNS = (2, 2, 1)
# causes: name, answer, figure, range, replies
CAUSE_COLUMNS = (11, 15, 3, 5, 6)
FIGURES = (2, 3)

MOST_RUNS = 8
# a probability in the column of figures: "6", "< 1", "> 9"
in_ten = partial(figures.in_ten, form="{}", under=words.UNDER, over=words.OVER)
LABELS = {"yes": words.YES, "no": words.NO, "not_sure": words.NOT_SURE}
Rows = list[tuple[str, ...]]


def filled(case: Case, now: Answers, printed: str) -> Sheet:
    """Return the content of the page for a clinician, printed on a day such as 2026-11-24.

    Where the verdict of the cards hides or folds the ranking, it holds no figure.
    """
    left = _open(case)
    traits = [v for v in case.variables.traits if _is_entered(case, v)]
    pain: Rows = [(v.label, _entered(case, v)) for v in traits]
    tables = [
        Table(words.PAIN, FOUR_COLUMNS, _side_by_side(pain)),
        _signs(now.safety, now.verdict),
        _causes(case, now.verdict),
        Table(words.COMPARED, TWO_COLUMNS, _compared(case)),
        Table(words.TESTS, THREE_COLUMNS, _tests(case, now.dates), words.TESTS_HEADER),
        _newest_runs(now.runs, case.variables),
    ]
    below = [words.LEFT_OPEN.format(", ".join(left))] if left else []
    below += [words.HOW_TO_READ] if _has_figures(now.verdict) else []
    return Sheet(
        words.TITLE,
        [words.INTRO.format(day(printed))],
        tables,
        [*below, words.NOT_A_DIAGNOSIS],
    )


def day(text: str) -> str:
    """Return 2026-11-24 as '24 November 2026'."""
    when = date.fromisoformat(text)
    return f"{when.day} {when:%B %Y}"


def _side_by_side(rows: Rows) -> Rows:
    """Return rows of two texts as rows of four, the first half on the left."""
    half = (len(rows) + 1) // 2
    right = [*rows[half:], ("", "")]
    return [(*left, *other) for left, other in zip(rows[:half], right, strict=False)]


def _open(case: Case) -> list[str]:
    """Return the labels of what the runner left unanswered."""
    variables = case.variables
    read = {v.reads for v in variables.measurements if v.name in case.findings}
    asked = [v for v in (*variables.traits, *variables.factors) if v.name not in read]
    return [_name(case, v, "sentence") for v in asked if not _is_entered(case, v)]


def _name(case: Case, v: Any, form: str = "label") -> str:
    return str(result_names.names(case.variables, v)[form])


def _is_entered(case: Case, v: Any) -> bool:
    return any(v.name in part for part in (case.findings, case.beliefs, case.likelihoods))


def _entered(case: Case, v: Any) -> str:
    """Return an answer for somebody who does not see the question: 'Yes: real climbs, …'."""
    if v.name in case.beliefs:
        return words.BELIEF.format(in_ten(case.beliefs[v.name][v.states[-1]]))
    if v.name in case.likelihoods:
        weights = reversed(case.likelihoods[v.name])
        return words.RATIO.format(" to ".join(f"{weight:g}" for weight in weights))
    found = case.findings[v.name]
    means = _meant(v, found)
    return f"{capital(str(found))}: {means}" if v in case.variables.causes else capital(means)


def _meant(v: Any, answer: str | float) -> str:
    """Return a reading with its unit, or what an answer means."""
    is_number = isinstance(answer, int | float)
    return f"{answer:g} {v.unit}" if is_number else v.answers.get(answer, answer)


def _of_cause(case: Case, v: Any) -> str:
    """Return what was entered of a cause: the answer, and what home tests read."""
    tests = [
        f"{test.label}: {_entered(case, test)}"
        for test in case.variables.measurements
        if test.reads == v.name and _is_entered(case, test)
    ]
    answer = [_entered(case, v)] if _is_entered(case, v) else []
    return "; ".join(answer + tests) or words.NOT_ENTERED


def _signs(answers: Mapping[str, str], verdict: Triage) -> Table:
    """Return what the page said, what was marked or asked singly, and what each card asked."""
    facts = cards()
    first, second = facts["cards"]
    about = {name: question["about"] for name, question in facts["questions"].items()}
    heading = f"{verdict.heading}." if verdict.heading else ""
    banner = " ".join(filter(None, (heading, verdict.do_first)))
    lines = _lines(first) | _lines(second)
    marked = {name: line for name, line in lines.items() if name in verdict.ticked}
    single = [name for name in verdict.asked if name not in marked]
    no = [about[name] for name in single if answers.get(name) == "no"]
    ages = {age["id"]: age["label"] for age in second["ages"]}
    rows: Rows = [(words.VERDICT, banner)] if banner else []
    rows += [(LABELS[answers[name]], capital(line)) for name, line in marked.items()]
    rows += [
        (LABELS.get(answers.get(name, ""), words.NOT_ASKED), capital(about[name]))
        for name in single
        if answers.get(name) != "no"
    ]
    rows += [(words.NO_SINGLY, capital("; ".join(no)))] if no else []
    rows.append((words.AGE, ages.get(answers.get("age", ""), words.NOT_ANSWERED)))
    cards_left: Rows = [
        _unmarked(first, marked, answers.get("first")),
        _unmarked(second, marked, answers.get("age")),
    ]
    return Table(words.SIGNS, ANSWER_FIRST, rows + cards_left, small=(len(rows), len(rows) + 1))


def _unmarked(card: Any, marked: Mapping[str, str], closed_with: str | None) -> tuple[str, str]:
    """Return all other lines of a card in one row, with the tap that closed it."""
    lines = _lines(card)
    others = [line for name, line in lines.items() if name not in marked]
    how = words.OTHERS_NO if len(others) < len(lines) else words.ALL_NO
    if closed_with is None:
        how = words.CARD_OPEN
    elif closed_with == "some":
        how = words.SOME
    return (how.format(len(others)), capital("; ".join(others)))


def _lines(card: Any) -> dict[str, str]:
    """Return the lines of a card by id."""
    return {line["id"]: line["line"] for group in card["groups"] for line in group["lines"]}


def _causes(case: Case, verdict: Triage) -> Table:
    """Return the factors and mechanisms with answers, figures and replies; answers alone else."""
    causes = case.variables.causes
    if not _has_figures(verdict):
        entered = [(_name(case, v), _entered(case, v)) for v in causes if _is_entered(case, v)]
        return Table(words.ENTERED_ONLY, TWO_COLUMNS, entered)
    table = contributions(case)
    rows: Rows = []
    for layer, heading in words.LAYERS.items():
        rows.append((heading,))
        for name, row in table[table.layer == layer].iterrows():
            v = case.variables[str(name)]
            figure, span = in_ten(row.contribution), _span(row.low, row.high)
            rows.append((_name(case, v), _of_cause(case, v), figure, span, _replies(case, v.name)))
    return Table(words.CAUSES, CAUSE_COLUMNS, rows, words.HEADER, FIGURES)


def _has_figures(verdict: Triage) -> bool:
    """Return whether figures are printed: paper cannot fold what the page would fold."""
    return verdict.ranking_allowed and not verdict.ranking_folded


def _replies(case: Case, cause: str) -> str:
    """Return the numbers of the replies that speak for a cause, as on the screen: '1, 3, 5'."""
    numbers = sorted({c.answer for c in claims_for(case.priors.claims, cause)} - {0})
    return ", ".join(map(str, numbers)) or words.UNSAID


def _span(low: float, high: float) -> str:
    """Return an interval in the column of figures: '3 – 9', '< 1'."""
    ends = dict.fromkeys((in_ten(low), in_ten(high)))
    return words.RANGE.join(ends)


def _compared(case: Case) -> Rows:
    """Return how runs with a factor and runs without it compare."""
    rows: Rows = []
    for name, statement in case.contrasts.items():
        contrast = case.variables.contrasts.factors[name]  # type: ignore[union-attr]
        how = words.COMPARES.get(statement) or _counts(statement, contrast.without)
        rows.append((capital(contrast.with_factor), how))
    return rows


def _counts(statement: str, without: str) -> str:
    """Return the counts '4/5 1/5' in words: '4 of 5 hurt; of flat runs: 1 of 5'."""
    (hurt, n), (hurt_without, n_without) = (part.split("/") for part in statement.split())
    return words.COUNTS.format(hurt, n, without, hurt_without, n_without)


def _tests(case: Case, dates: Mapping[str, str]) -> Rows:
    """Return readings taken at home with the day of each."""
    taken = [v for v in case.variables.measurements if v.name in case.findings]
    return [
        (v.label, _entered(case, v), day(dates[v.name]) if v.name in dates else words.NO_DATE)
        for v in taken
    ]


def _newest_runs(rows: Sequence[Mapping[str, Any]], variables: Any) -> Table:
    """Return the newest runs, a line each, under how many there are and how many hurt."""
    outcome = variables.outcome
    hurt = [run for run in rows if variables.known_outcome(run) == outcome.states[-1]]
    heading = SHEET_RUNS.format(len(rows), len(hurt), min(len(rows), MOST_RUNS))
    newest = sorted(rows, key=lambda run: run[runs.DATE], reverse=True)[:MOST_RUNS]
    lines = [(day(run[runs.DATE]), _run(run, variables)) for run in newest]
    return Table(heading, TWO_COLUMNS, lines)


def _run(run: Mapping[str, Any], variables: Any) -> str:
    far = [f"{run[runs.DISTANCE]:g} {runs.DISTANCE}"] if runs.DISTANCE in run else []
    said = [v for v in runs.asked(variables) if v.name in run]
    return "; ".join(far + [f"{small(v.label)}: {_meant(v, run[v.name])}" for v in said])
