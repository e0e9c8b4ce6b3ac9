"""From the first word to the decision: hand-in, first look, the short way, assessments, the vote of a body."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from suggestbox.ideas.operations import Words, create_draft
from suggestbox.ideas.remarks import add_comment
from suggestbox.people.models import Person
from suggestbox.workflow import owners
from suggestbox.workflow.operations import move

from .script import Row
from .walk import Script, Walk, comment, supports

SHORT_WAY_DAYS = 6
"""Working days a team gives itself on the short way."""

OTHERWISE = {"adopted": "adopted_in_part", "adopted_in_part": "adopted", "trial": "adopted", "declined": "parked",
             "parked": "declined"}
"""What a member votes who sees it differently from the others."""


# -- writing and handing in -------------------------------------------------------------------------------------------


def write(walk: Walk) -> None:
    """Write the idea down, the submitter alone or with the help of somebody else."""
    story, person = walk.story, walk.world.person
    first, *others = walk.submitters
    department = walk.world.house.departments.get(story.department)
    words = Words(
        title=story.title, problem=story.problem.strip(), proposal=story.proposal.strip(),
        benefit=story.benefit.strip(), area=story.area, department_id=department.id if department else None,
        short_way=story.way == "short", handlers_only=story.visibility == "handlers",
        confidential=story.confidential, co_submitter_ids=[colleague.id for colleague in others],
        on_behalf_of_id=first.id if story.on_behalf_by else None, language=first.language,
        call_id=next((call_id for title, call_id in walk.world.calls.items() if story.title.startswith(title)), None),
    )
    writer = person(story.on_behalf_by) if story.on_behalf_by else first
    walk.idea = create_draft(words, actor=writer, now=walk.at)
    walk.world.ideas[story.key] = walk.idea


def hand_in(walk: Walk) -> Script:
    """Write and hand in; colleagues named with it say that they are part of it."""
    yield walk.at
    write(walk)
    if walk.story.stage == "draft":
        return
    story, first = walk.story, walk.submitters[0]
    walk.do("submit", walk.world.person(story.on_behalf_by) if story.on_behalf_by else first)
    if story.outcome != "handed_over":
        for row in story.comments:
            walk.world.begin(comment(walk, row))
    for colleague in walk.submitters[1:]:
        moment = walk.within(colleague, walk.at, min(walk.at + timedelta(days=1), walk.until))
        yield walk.go_to(moment)
        walk.do("accept_part", colleague)


# -- first look -------------------------------------------------------------------------------------------------------


def ask_and_answer(walk: Walk, question: Row, until: datetime) -> Script:
    """Ask the submitters a question, and let the first of them answer it, if the story has an answer."""
    asker = walk.world.person(question["by"])
    walk.do("ask", asker, text=question["text"])
    if question.get("answer"):
        yield walk.go_to(walk.within(walk.submitters[0], walk.at, until, 0.2, 0.5))
        walk.do("answer", walk.submitters[0], text=question["answer"])


def look(walk: Walk) -> Script:
    """Let the coordinator look at it: questions first, then reviewers are asked."""
    end = walk.stretch(walk.owner("triage"))
    reviewers = {row["by"] for row in walk.story.reviewers}
    for question in walk.story.questions:
        if question["by"] in reviewers:
            continue
        moment = end if not question.get("answer") else walk.within(walk.owner("triage"), walk.at, end, 0.1, 0.4)
        yield walk.go_to(moment)
        yield from ask_and_answer(walk, question, end)
    if not reviewers:
        return
    yield walk.go_to(end)
    asked = [{"person_id": walk.world.person(row["by"]).id, "capacity": row["capacity"]}
             for row in walk.story.reviewers]
    walk.do("assign", walk.on_duty("triage"), reviewers=asked)
    supports(walk)


def take_back(walk: Walk) -> Script:
    """Let the submitter take the idea back, when everything was said about it."""
    yield walk.go_to(walk.stretch(walk.submitters[0]))
    while walk.idea.comment_count < len(walk.story.comments):
        yield walk.go_to(walk.at + timedelta(hours=5))
    walk.do("withdraw", walk.submitters[0])


def pass_on(walk: Walk) -> Script:
    """Pass a fault on after a call with the submitter, which was the talk."""
    yield walk.go_to(walk.stretch(walk.owner("triage")))
    coordinator, promise = walk.on_duty("triage"), walk.story.talk["promises"][0]
    owner = walk.world.person(promise["owner"])
    walk.do(
        "pass_on_fault", coordinator, said=walk.story.talk["said"].strip(), held_on=walk.day(coordinator),
        owner_id=owner.id, agreed=True,
        due_on=walk.hours.working_day(owner.id, walk.world.today + timedelta(days=promise["days"])),
    )
    supports(walk)


def hand_over(walk: Walk) -> Script:
    """Hand it over to the office in charge; what was said before is said at once, for nobody may write here later."""
    yield walk.go_to(walk.stretch(walk.owner("triage")))
    for row in walk.story.comments:
        add_comment(walk.idea, row["text"], audience=row["audience"], actor=walk.world.person(row["by"]), now=walk.at)
    yield walk.go_to(walk.at + timedelta(minutes=15))
    decision = walk.story.decision
    walk.do("hand_over", walk.on_duty("triage"), kind=decision["kind"], reason=decision["reasons"],
            office_id=walk.world.person(decision["office"]).id)


def close_as_duplicate(walk: Walk) -> Script:
    """Let the coordinator say that it was there before, and a second person agree."""
    yield walk.go_to(walk.stretch(walk.owner("triage")))
    decision = walk.story.decision
    walk.do("propose_duplicate", walk.on_duty("triage"), reason=decision["reasons"],
            number=walk.world.ideas[decision["original"]].number)
    yield walk.go_to(walk.stretch(walk.owner("confirm_duplicate")))
    walk.do("confirm_duplicate", walk.on_duty("confirm_duplicate"))


# -- short way --------------------------------------------------------------------------------------------------------


def go_the_short_way(walk: Walk) -> Script:
    """Let the team lead say "we do it", and an expert of another department look at it."""
    says, looks = (next(row for row in walk.story.reviewers if row["capacity"] == capacity)
                   for capacity in ("department", "expert"))
    yield walk.go_to(walk.stretch(walk.owner("team_answer")))
    lead, expert = walk.on_duty("team_answer"), walk.world.person(looks["by"])
    walk.do("team_does_it", lead, words=says["to_submitter"], expert_id=expert.id,
            do_until=walk.hours.working_day(lead.id, walk.day(lead), SHORT_WAY_DAYS))
    supports(walk)
    if looks.get("recommendation"):
        yield walk.go_to(walk.stretch(expert))
        walk.do("nothing_against", expert, words=looks["to_submitter"])


# -- assessments ------------------------------------------------------------------------------------------------------


def assess(walk: Walk) -> Script:
    """Let reviewers ask and answer, each at a time of their own; the last one ends the stretch."""
    start, end = walk.at, walk.stretch(walk.world.person(walk.story.reviewers[0]["by"]))
    asking = {row["by"]: [q for q in walk.story.questions if q["by"] == row["by"]] for row in walk.story.reviewers}
    answers: list[tuple[datetime, Row]] = []
    for row in walk.story.reviewers:
        reviewer = walk.world.person(row["by"])
        for question in asking[row["by"]]:
            last = not question.get("answer")
            yield walk.go_to(end if last else walk.within(reviewer, walk.at, end, 0.1, 0.3))
            yield from ask_and_answer(walk, question, end)
        if row.get("points"):
            answers.append((walk.within(reviewer, max(start, walk.at), end, 0.05, 1.0), row))
    yield from _one_after_another(walk, answers, lambda row: score(walk, row))


def _one_after_another(walk: Walk, events: list[tuple[datetime, Any]], do: Callable[[Any], None]) -> Script:
    for moment, what in sorted(events, key=lambda event: event[0]):
        yield walk.go_to(moment)
        do(what)


def score(walk: Walk, row: Row) -> None:
    """Let a reviewer answer; 0 points in the story are "I cannot judge this"."""
    points = {criterion.id: row["points"].get(criterion.key) or None for criterion in walk.case().criteria}
    walk.do("score", walk.world.person(row["by"]), scores=points, recommendation=row["recommendation"],
            for_submitter=row["to_submitter"], for_colleagues=row["to_colleagues"])


def read_each_other(walk: Walk) -> Script:
    """Let reviewers read each other for a working day, and keep their assessments where they disagree strongly."""
    coordinator = walk.owner("end_review")
    end = walk.stretch(coordinator)
    again = [s.owner_id for s in walk.case().steps if s.kind == "reconsider"]
    people = [p for p in walk.world.house.people.values() if p.id in again]
    looks = [(walk.within(person, walk.at, end, 0.2, 0.8), person) for person in people]
    since = walk.case().idea.discuss_since
    yield from _one_after_another(walk, looks, lambda person: walk.do("reconsider", person, keep=True))
    if since:
        next_day = walk.hours.working_day(coordinator.id, walk.hours.day_of(coordinator.id, since), 1)
        end = max(end, walk.hours.opening(coordinator.id, next_day))
    yield walk.go_to(end)
    walk.settle()


# -- decision ---------------------------------------------------------------------------------------------------------


def decide(walk: Walk) -> Script:
    """Let the decision maker decide, or the body vote first."""
    decider = walk.owner("decide")
    start, end = walk.at, walk.stretch(decider)
    voters = [s.owner_id for s in walk.case().steps if s.kind == "vote"]
    if voters:
        end = _meeting(walk, decider, end)
        yield from vote(walk, voters, start, end, walk.story.decision["outcome"])
    yield walk.go_to(end)
    walk.do("decide", walk.on_duty("decide"), **_outcome(walk))


def _meeting(walk: Walk, chair: Person, end: datetime) -> datetime:
    """Bodies decide on the day they meet; where the story leaves no time for that, in between."""
    case = walk.case()
    body_id = owners.deciding_body(case)
    on = case.book.next_meeting(body_id, walk.day(chair) + timedelta(days=1)) if body_id else None
    met = walk.hours.opening(chair.id, on, 6) if on else None
    return met if met and not walk.fills and met < walk.until else end


def vote(walk: Walk, voters: list[int | None], start: datetime, end: datetime, outcome: str) -> Script:
    """Let the members vote for the outcome; now and then one of several sees it differently."""
    people = [p for p in walk.world.house.people.values() if p.id in voters]
    odd = walk.random.choice(people) if len(people) > 3 and walk.random.random() < 0.4 else None
    votes = [(walk.within(person, start, end, 0.5, 0.95), person) for person in people]
    yield from _one_after_another(
        walk, votes,
        lambda person: walk.do("vote", person, outcome=OTHERWISE.get(outcome, outcome) if person is odd else outcome),
    )


def begin_to_vote(walk: Walk) -> Script:
    """Let some members of a body vote before its meeting, the chair and the works council not yet."""
    steps = [s for s in walk.case().steps if s.kind == "vote"]
    seats = dict(walk.case().book.seats.get(steps[0].body_id or 0, [])) if steps else {}
    early = [p for p in walk.world.house.people.values() if seats.get(p.id) == "member"
             and p.id in {s.owner_id for s in steps}]
    for person in early[: walk.random.randint(0, len(early))]:
        moment = walk.within(person, walk.at, walk.world.now)
        if moment <= walk.at:
            return
        yield walk.go_to(moment)
        move(walk.idea, "vote", actor=person, now=walk.at, outcome="adopted")


def _outcome(walk: Walk) -> dict[str, Any]:
    told = walk.story.decision
    facts: dict[str, Any] = {}
    for name in ("outcome", "reasons", "change_for_yes", "hypothesis", "proof"):
        if name in told:
            facts[name] = told[name]
    if "days" in told:
        first = walk.submitters[0]
        facts["return_on"] = walk.hours.working_day(first.id, walk.world.today + timedelta(days=told["days"]))
    if "proof" in told and walk.idea.submitted_at:
        facts["proof_on"] = walk.idea.submitted_at.date() - timedelta(weeks=told["proof_weeks"])
    return facts
