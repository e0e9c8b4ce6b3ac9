"""Working an award out, proposing it, granting it as a second person, correcting it upwards. Flush, never commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from suggestbox.core.database import db, hold
from suggestbox.core.errors import Faults, Invalid, Refused, Stale
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.ideas.models import ADOPTING, Idea, Submitter
from suggestbox.journal import operations as journal
from suggestbox.mail.operations import tell, tell_waiting

from . import queries, rulesets
from .basis import Basis, basis_of
from .compute import Computed, Inputs, Missing, Part, compute, shared
from .models import Award, AwardPart, Eligibility, Payment
from .policy import is_open_to_awards, open_award_step
from .rulesets import RuleSet
from .shares import sharers, weights_of

WORDS_LENGTH, REASON_LENGTH = 3000, 1000
MOST_CENTS = 10**15  # ten thousand billion euros: sums of many awards still fit into what a database keeps


@dataclass(frozen=True)
class Plan:
    """An award as it would be now: what was computed, by which rules, and what each submitter gets of it."""

    rules: RuleSet
    basis: str
    benefit_cents: int | None
    computed: Computed
    parts: list[Part]
    before: Award | None
    kept: dict[str, Any]  # what it was computed from, as the award keeps it


def refusal(idea: Idea, basis: str, rules: RuleSet, known: Basis) -> str:
    """Say in a sentence why an award cannot be found in this way now; empty when it can."""
    if not is_open_to_awards(idea):
        return _("An award is worked out once the submitters know what became of their idea.")
    if basis not in rules.rules.bases:
        return _("The rules this idea is bound to do not know this way.")
    adopted = idea.outcome in ADOPTING or known.credited
    if basis == "recognition":
        if not adopted and not rules.rules.recognition_declined:
            return _("The rules this idea is bound to know no recognition for an idea that was not adopted.")
        return ""
    if not adopted:
        return _("Only an adopted idea is paid by its benefit. A recognition is possible if the rules know one.")
    if not known.done:
        return _("It is paid once it is carried out: no measure is done yet.")
    if basis == "benefit" and known.net is None:
        return _("Nobody has said yet what it brings in the first year, or a second person has not confirmed it.")
    return ""


def planned(
    idea: Idea, *, basis: str, choices: Mapping[str, int | None] | None = None, recognition_cents: int = 0,
) -> Plan:
    """Work an award out, without keeping anything.

    Raises  Refused with the reason why not (see `refusal`; a sum too large); Invalid naming `choice-<key>` or `recognition`
    """
    rules, known = rulesets.rules_of(idea), basis_of(idea.id)
    problem = refusal(idea, basis, rules, known)
    if problem:
        raise Refused(problem, reason="no_award_this_way")
    benefit = known.net.cents if basis == "benefit" and known.net else None
    picked = {key: n for key, n in (choices or {}).items() if isinstance(n, int)}
    inputs = Inputs(basis, benefit or 0, picked, recognition_cents if basis == "recognition" else 0)
    try:
        computed = compute(rules.rules, inputs)
    except Missing as missing:
        if missing.key == "recognition":
            most = rules.rules.recognition_maximum_cents // 100
            text = _("These rules know a recognition of up to %(most)s euros.", most=most) if most else \
                _("These rules know a recognition in words only.")
            raise Invalid(fields={"recognition": text}) from missing
        raise Invalid(fields={f"choice-{missing.key}": _("Please choose one of these.")}) from missing
    if computed.cents > MOST_CENTS:
        raise Refused(_("This sum is too large."), reason="too_large")
    before = queries.award_of(idea.id)
    kept: dict[str, Any] = {"choices": {table.key: picked[table.key] for table in tables_of(rules, basis)}}
    if basis == "benefit" and known.net:
        kept["figures"] = [{"measure_id": m.measure_id, "kind": m.kind, "version": m.version, "net_cents": m.net_cents}
                           for m in known.net.measures]
    if before is not None and computed.cents < before.cents:
        raise _not_upwards()
    parts = _parts(idea, computed.cents, before)
    if before is not None and sum(part.cents for part in parts) <= sum(part.cents for part in before.parts):
        raise _not_upwards()
    return Plan(rules, basis, benefit, computed, parts, before, kept)


def tables_of(rules: RuleSet, basis: str) -> tuple[Any, ...]:
    """Give the tables and multipliers from which something is chosen for this basis."""
    if basis == "benefit" and rules.rules.benefit:
        return rules.rules.benefit.multipliers
    if basis == "points" and rules.rules.points:
        return (*rules.rules.points.tables, *rules.rules.points.multipliers)
    return ()


def _parts(idea: Idea, cents: int, before: Award | None) -> list[Part]:
    percents = {key: row.percent for key, row in queries.eligibility_of(idea.id).items()}
    earlier = [Part(p.submitter_id, p.points, p.share_cents, p.percent, p.cents) for p in before.parts] if before else []
    return shared(cents, weights_of(idea), percents, earlier)


def _not_upwards() -> Refused:
    return Refused(_("An award was granted already, and this would not be more. What was granted stays."),
                   reason="not_upwards")


def propose_award(
    idea: Idea, *, basis: str, by_id: int, now: datetime, choices: Mapping[str, int | None] | None = None,
    recognition_cents: int = 0, words: str = "",
) -> Award:
    """Propose what the submitters get; a second person grants it. After a granted one: a correction upwards.

    Raises  Refused (one is proposed already, or see `planned`), Invalid (a recognition without words, …)
    """
    if queries.proposed_for(idea.id) is not None:
        raise Refused(_("An award is proposed already. A second person looks at it."), reason="proposed_already")
    faults = Faults()
    with faults:
        plan = planned(idea, basis=basis, choices=choices, recognition_cents=recognition_cents)
    with faults:
        words = typed_text("words", words, WORDS_LENGTH, required=basis == "recognition")
    faults.tell()
    earlier = queries.awards_of(idea.id)
    award = Award(
        idea_id=idea.id, version=earlier[0].version + 1 if earlier else 1, rules_id=rulesets.stored(plan.rules, now),
        basis=basis, benefit_cents=plan.benefit_cents, inputs=plan.kept, steps=plan.computed.steps,
        cents=plan.computed.cents, words=words, state="proposed", proposed_at=now, proposed_by_id=by_id,
        parts=[_row(part) for part in plan.parts],
    )
    db.session.add(award)
    db.session.flush()
    _finish_step(idea, "propose_award", by_id=by_id, now=now)
    _note("propose_award", award, now=now, by_id=by_id)
    _tell_team(idea, award, now=now)
    return award


def _row(part: Part) -> AwardPart:
    return AwardPart(submitter_id=part.submitter_id, points=part.points, share_cents=part.share_cents,
                     percent=part.percent, cents=part.cents)


def renew_parts(idea: Idea) -> None:
    """Bring the parts of a proposed award in line with shares and eligibility as they are now; its sum stays."""
    award = queries.proposed_for(idea.id)
    if award is None:
        return
    before = queries.award_of(idea.id)
    rows = {row.submitter_id: row for row in award.parts}
    for part in _parts(idea, award.cents, before):
        row = rows.pop(part.submitter_id, None)
        if row is None:
            award.parts.append(_row(part))
        else:
            row.points, row.share_cents, row.percent, row.cents = part.points, part.share_cents, part.percent, part.cents
    for row in rows.values():
        award.parts.remove(row)
    award.inputs = {**award.inputs, "parts": int(award.inputs.get("parts", 0)) + 1}  # whoever looked before looks again
    db.session.flush()


def grant_award(award: Award, idea: Idea, *, by_id: int, now: datetime, version: int | None = None) -> None:
    """Grant a proposed award as a second person: the submitters are told, and payroll owes what is new.

    Raises  Stale (somebody changed it), Refused (not proposed any more, who proposed it or decided since then who may get
            money for it, or the benefit has changed)
    """
    _hold(award, version)
    if by_id == award.proposed_by_id:
        raise Refused(_("Whoever proposed an award does not grant it."), reason="four_eyes")
    if award.basis == "points" and by_id in queries.gave_points([idea.id]).get(idea.id, ()):
        raise Refused(_("Whoever gave the points does not grant the award that follows from them."), reason="four_eyes")
    if by_id in queries.kept_from_granting([idea.id]).get(idea.id, ()):
        text = _("Whoever decided since the proposal who may get money for it does not grant it.")
        raise Refused(text, reason="four_eyes")
    plan = _as_proposed(award, idea)
    if plan.computed.cents != award.cents or plan.computed.steps != award.steps:
        text = _("What it brings has changed since this was proposed. Please send it back to be worked out anew.")
        raise Refused(text, reason="benefit_changed")
    renew_parts(idea)
    before = plan.before
    if before is not None:
        before.state = "replaced"
        db.session.flush()
    award.state, award.granted_at, award.granted_by_id = "granted", now, by_id
    db.session.flush()
    paid = {part.submitter_id: part.cents for part in before.parts} if before else {}
    for part in award.parts:
        more = part.cents - paid.get(part.submitter_id, 0)
        if more > 0:
            db.session.add(Payment(part_id=part.id, cents=more, owed_at=now))
    db.session.flush()
    _finish_step(idea, "grant_award", by_id=by_id, now=now)
    _note("grant_award", award, now=now, by_id=by_id, audience="submitters")
    for submitter in sharers(idea):
        tell("awards.granted", f"awards.granted:{award.id}:s{submitter.id}", now=now, submitter=submitter, idea_id=idea.id,
             award_id=award.id)


def _as_proposed(award: Award, idea: Idea) -> Plan:
    return planned(idea, basis=award.basis, choices=award.inputs.get("choices", {}),
                   recognition_cents=award.cents if award.basis == "recognition" else 0)


def send_back(award: Award, *, reason: str, by_id: int, now: datetime, version: int | None = None) -> None:
    """Send a proposal back, or take one's own back: it is worked out anew.

    Raises  Stale, Refused (not proposed any more), Invalid without a reason
    """
    _hold(award, version)
    reason = typed_text("reason", reason, REASON_LENGTH)
    award.inputs = {**award.inputs, "sent_back": {"reason": reason, "by_id": by_id, "at": now.isoformat()}}
    award.state = "dropped"
    db.session.flush()
    _note("send_award_back", award, now=now, by_id=by_id)


def decide_eligibility(
    submitter: Submitter, idea: Idea, *, percent: int | None, reason: str, by_id: int, now: datetime
) -> Eligibility:
    """Decide whether a submitter may get money for this idea: apart from whether it is good, and with a reason.

    It counts for what is proposed and for what comes; what was granted stays.
    Raises  Invalid at `percent` or `reason`, Refused for somebody who is no submitter of the idea
    """
    if submitter not in sharers(idea):
        raise Refused(_("This person is no submitter of the idea."), reason="no_submitter")
    faults = Faults()
    with faults:
        if percent is None or not 0 <= percent <= 100:
            raise Invalid(fields={"percent": _("Please give a whole number from 0 to 100.")})
    with faults:
        reason = typed_text("reason", reason, REASON_LENGTH, required=percent is not None and percent < 100)
    faults.tell()
    before = queries.eligibility_of(idea.id).get(submitter.id)
    if before is not None:
        before.replaced_at = now
        db.session.flush()
    row = Eligibility(submitter_id=submitter.id, percent=percent, reason=reason, by_id=by_id, at=now)
    db.session.add(row)
    db.session.flush()
    renew_parts(idea)
    journal.write("decide_eligibility", now=now, actor_id=by_id, idea_id=idea.id, submitter_id=submitter.id, percent=percent)
    return row


def _hold(award: Award, version: int | None) -> None:
    hold(award, None)
    if version is not None and version != award.row_version:
        raise Stale(reason="changed_meanwhile")
    if award.state != "proposed":
        raise Refused(_("This proposal is settled already."), reason="not_proposed")


def _finish_step(idea: Idea, kind: str, *, by_id: int, now: datetime) -> None:
    step = open_award_step(idea.id, kind)
    if step is not None:
        step.done_at, step.outcome, step.done_by_id = now, "done", by_id
        db.session.flush()


def _note(kind: str, award: Award, *, now: datetime, by_id: int, audience: str = "handlers") -> None:
    # How much it is, is between the house and the submitters: the story says only that there is one.
    journal.write(kind, now=now, actor_id=by_id, idea_id=award.idea_id, audience=audience, award_id=award.id,
                  version=award.version)


def _tell_team(idea: Idea, award: Award, *, now: datetime) -> None:
    """Several submitters hear that they may still agree how to share; not how much it is."""
    team = sharers(idea)
    if len(team) > 1 and award.cents:
        tell_waiting("awards.coming", [
            {"key": f"awards.coming:{award.id}:s{part.id}", "submitter_id": part.id, "idea_id": idea.id,
             "facts": {"award_id": award.id}}
            for part in team
        ], now=now)
