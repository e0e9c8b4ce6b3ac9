"""The panel beside an idea: the form of one move with everything one must know to fill it in."""

from dataclasses import dataclass, field
from typing import Any

from suggestbox.core.language import current_language
from suggestbox.ideas import policy
from suggestbox.priority.queries import looks_of, standing_decision
from suggestbox.reviews.models import Assignment, Criterion, Score
from suggestbox.reviews.queries import criteria_of, mean_points

from . import belongings, owners, quorum
from .advice import ADVICE, PRESS
from .case import Case
from .earlier_forms import EARLIER_FORMS
from .fields import MoveForm
from .forms import FORMS
from .operations import Press, moves_for
from .review_forms import REVIEW_FORMS
from .table import MOVES
from .talk_forms import TALK_FORMS, hosted_parties
from .words import outcome_word, reason_sentence, recommendation_word, total_word

ALL_FORMS: dict[str, type[MoveForm]] = {**FORMS, **REVIEW_FORMS, **TALK_FORMS, **EARLIER_FORMS}

TEMPLATES = {
    "score": "reviews/_score.html",
    "reconsider": "reviews/_reconsider.html",
    "assign": "reviews/_assign.html",
    "add_reviewers": "reviews/_assign.html",
    "decide": "reviews/_decide.html",
    "vote": "reviews/_vote.html",
    "offer_talk": "conversations/_offer.html",
    "record_talk": "conversations/_record.html",
    "pick_time": "conversations/_pick.html",
    "confirm": "conversations/_confirm.html",
    "keep_decline": "priority/_look.html",
    "look_again": "priority/_look.html",
    "compare_earlier": "priority/_compare.html",
}
"""Forms that are more than a list of fields."""

BESIDE = {
    "score": ("ask", "pass_on", "abstain", "declare_conflict", "propose_duplicate"),
    "reconsider": ("declare_conflict",),
    "assign": ("ask", "route", "suggest_short_way", "propose_duplicate", "pass_on_fault", "hand_over",
               "reassign", "move_due"),
    "add_reviewers": ("end_review", "ask", "propose_duplicate", "hand_over", "move_due"),
    "decide": ("ask", "hand_over", "move_due"),
    "nothing_against": ("short_doubt",),
    "team_does_it": ("have_it_examined",),
    "confirm_duplicate": ("reject_duplicate",),
    "keep_decline": ("look_again", "take_up"),
    "look_again": ("keep_decline",),
    "confirm_correction": ("reject_correction",),
    "reopen_closing": ("reject_correction",),
    "settle_flag": ("hand_over",),
    "offer_talk": ("record_talk", "change_host"),
    "record_talk": ("change_place", "cancel_appointment", "report_missed", "change_host"),
    "end_review": ("add_reviewers",),
    "write_closing": ("record_talk", "change_host"),
    "change_host": ("mark_unreachable",),
    "abstain": ("score",), "pass_on": ("score",), "declare_conflict": ("score",),
}
"""What else one may want to do instead, beside the form; further moves stand on the idea's page."""


@dataclass
class Opinion:
    """An assessment as those who handle the idea read it."""

    who: str
    department: str
    capacity: str
    mine: bool
    total: str
    total_points: float | None
    recommendation: str
    for_submitter: str
    for_colleagues: str
    scores: dict[int, int | None]


@dataclass
class Spread:
    """One criterion and what everybody said about it, for the drawing and the table behind it."""

    name: str
    anchors: list[str]
    points: list[tuple[Opinion, int | None]]

    @property
    def dots(self) -> list[tuple[int, int, bool]]:
        """(points, how many lie below it at the same place, mine) for every dot."""
        stacked: dict[int, int] = {}
        found = []
        for opinion, points in sorted(self.points, key=lambda pair: not pair[0].mine):
            if points is not None:
                found.append((points, stacked.get(points, 0), opinion.mine))
                stacked[points] = stacked.get(points, 0) + 1
        return found

    @property
    def apart(self) -> int:
        """Points between the lowest and the highest answer."""
        given = [p for _o, p in self.points if p is not None]
        return max(given) - min(given) if given else 0


@dataclass
class Panel:
    """The form of one move, drawn beside the idea."""

    name: str
    label: Any
    press: Any
    advice: Any
    template: str
    form: MoveForm | None
    unmet: tuple[str, ...] = ()
    allowed: bool = True
    beside: list[Press] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


def form_of(case: Case, name: str) -> MoveForm:
    """Give the form of a move, filled in as far as the idea tells."""
    form = ALL_FORMS.get(name, MoveForm)()
    form.prepare(case)
    if not form.is_submitted():
        form.turn.data = str(case.idea.turn)
    return form


def panel_for(case: Case, name: str, form: MoveForm | None = None, presses: list[Press] | None = None) -> Panel:
    """Give the panel of a move for the case's actor.

    Takes   form: one that was sent and could not be taken, to be drawn again with what was typed
            presses: what `moves_for` gave, if it was asked already
    """
    row = MOVES[name]
    presses = moves_for(case.idea, None, case.now, case) if presses is None else presses
    mine = {press.name: press for press in presses}
    press = mine.get(name)
    allowed = press is not None
    if form is None and allowed:
        form = form_of(case, name)
    panel = Panel(
        name, row.label, PRESS.get(name, row.label), ADVICE.get(name, ""),
        TEMPLATES.get(name, "workflow/_move.html"), form, press.unmet if press else (), allowed,
        [mine[other] for other in BESIDE.get(name, ()) if other in mine],
    )
    if allowed:
        panel.extra = _extra(case, name)
    return panel


def _extra(case: Case, name: str) -> dict[str, Any]:
    if name == "score":
        return {"assignment": case.my_assignment}
    if name in ("reconsider", "decide", "vote", "end_review", "add_reviewers"):
        if _still_blind(case):
            return {"owing": names_owing(case)}
        extra: dict[str, Any] = {
            "opinions": opinions_of(case), "spreads": spreads_of(case), "far_apart": quorum.first_disagreement(case),
            "mean": mean_points(quorum.counted(case)), "owing": names_owing(case),
        }
        extra["mean_word"] = total_word(extra["mean"])
        shortfall = quorum.shortfall(case)
        extra["shortfall"] = reason_sentence(shortfall) if shortfall else ""
        if name in ("decide", "vote"):
            extra["votes"] = _votes(case)
            extra["body"] = case.book.body_name(owners.deciding_body(case))
        return extra
    if name in ("offer_talk", "record_talk"):
        return {"hosted": hosted_parties(case)}
    if name in ("confirm_duplicate", "reject_duplicate"):
        return {"proposal": case.duplicate_proposal}
    if name in ("confirm_correction", "reject_correction", "reopen_closing"):
        return {"correction": case.correction}
    if name in ("keep_decline", "look_again"):
        return {"decision": case.decision, "protection": case.earlier.protection, "looks": looks_of(case.idea.id)}
    if name == "compare_earlier" and case.earlier.my_likeness:
        earlier = case.earlier.earlier_ideas[case.earlier.my_likeness.earlier_id]
        return {"likeness": case.earlier.my_likeness, "earlier": earlier, "answer": standing_decision(earlier.id)}
    if name in ("settle_flag", "hand_over"):
        return {"flag": case.open_flag}
    if name == "answer":
        return {"question": case.question, "asker": case.book.person(case.question.asker_id) if case.question else None}
    return {}


def may_read_opinions(case: Case, parts: frozenset[str]) -> bool:
    """Say whether this person reads the assessments of the round: handlers, reviewers after their own score.

    Submitters never read who said what; they get the sentences with the outcome.
    """
    if case.my_part is not None or _still_blind(case):
        return False
    return bool(parts & policy.HANDLERS) and not parts & policy.SUBMITTERS


def _still_blind(case: Case) -> bool:
    """Who owes an assessment reads nobody else's first, whatever else they are for the idea; in conflict, never."""
    mine = case.my_assignment
    return mine is not None and mine.state in ("open", "conflict")


def opinions_of(case: Case) -> list[Opinion]:
    """Give the answered assessments of the round, my own first."""
    found = []
    for a in sorted(case.answered, key=lambda a: (a.person_id != case.actor_id, a.id)):
        brief, department = case.book.person(a.person_id), case.book.department(a.department_id)
        found.append(
            Opinion(
                brief.name if brief else "", department.name if department else "", a.capacity,
                a.person_id == case.actor_id, total_word(a.total_points), a.total_points,
                recommendation_word(a.recommendation), a.for_submitter, a.for_colleagues, _scores(a),
            )
        )
    return found


def _scores(assignment: Assignment) -> dict[int, int | None]:
    scores: list[Score] = assignment.scores
    return {s.criterion_id: s.points for s in scores}


def spreads_of(case: Case) -> list[Spread]:
    """Give criterion by criterion what everybody said, where at least two answered."""
    opinions = opinions_of(case)
    sets = {a.criteria_set for a in case.answered}
    if len(opinions) < 2 or not sets:
        return []
    german = current_language() == "de"
    found = []
    for criterion in criteria_of(max(sets)):
        points = [(o, o.scores.get(criterion.id)) for o in opinions]
        found.append(Spread(_name(criterion, german), criterion.anchors["de" if german else "en"], points))
    return found


def _name(criterion: Criterion, german: bool) -> str:
    return criterion.name_de if german else criterion.name_en


def names_owing(case: Case) -> list[str]:
    """Give the names of those who have not answered yet."""
    return [b.name for a in case.owing if (b := case.book.person(a.person_id))]


def _votes(case: Case) -> list[tuple[str, str, str]]:
    """(name, vote, words) of everybody who may vote; an empty vote is still owed."""
    by_person = {v.person_id: v for v in case.votes}
    voters = belongings.rows_of(case.idea, belongings.VOTERS).scalars()
    rows = []
    for person_id in dict.fromkeys(voters):
        brief, vote = case.book.person(person_id), by_person.get(person_id)
        rows.append((brief.name if brief else "", outcome_word(vote.outcome) if vote else "",
                     vote.words if vote else ""))
    return rows

