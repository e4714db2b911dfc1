"""Whether the outcome came, where only a trait of it says so: a severe pain is a pain."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ..data.variables import Trait

if TYPE_CHECKING:
    from .case_evidence import CaseEvidence

AnyCase = TypeVar("AnyCase", bound="CaseEvidence")


def says_outcome(case: CaseEvidence, name: str) -> bool:
    """Whether evidence on a variable says if the outcome came: on it, or on a trait of it.

    A trait that the case holds by an intervention says nothing of it.
    """
    variable, outcome = case.variables[name], case.variables.outcome.name
    if isinstance(variable, Trait):
        return variable.gate == outcome and name not in case.interventions
    return name == outcome


def case_with_known_outcome(case: AnyCase) -> AnyCase:
    """Return the case with the outcome as a finding where its findings on traits imply it.

    A likelihood of the outcome stays; beside the finding it changes nothing.
    """
    name = case.variables.outcome.name
    if name in {*case.findings, *case.interventions}:
        return case
    findings = {k: v for k, v in case.findings.items() if says_outcome(case, k)}
    state = case.variables.known_outcome(findings)
    return case if state is None else case.given(**{name: state})
