"""Pages for those who work awards out and grant them: the lists, and one idea's award with every step of its sum."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, NotFound, Refused
from suggestbox.core.forms import SeenForm
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.ideas import policy as ideas
from suggestbox.ideas.blueprint import load_idea
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import person_behind
from suggestbox.measures.policy import may_read
from suggestbox.measures.queries import measures_of
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.priority.basis import measures_of_credit
from suggestbox.workflow.operations import settle

from . import operations, policy, queries, rulesets, waiting, words
from .basis import Basis, basis_of
from .blueprint import bp
from .forms import BackForm, EligibleForm, GrantForm, ProposeForm, method_tables, propose_form
from .operations import Plan, planned, refusal
from .shares import sharers


@bp.route("/awards", endpoint="list")
@door("awards.list", allow=policy.may_list)
def list_awards() -> str:
    """Ideas that wait for an award, proposals, and what was granted."""
    me, book = current_user, here()
    asked = request.args.get("show", "")
    tab = asked if asked in waiting.TABS else "waiting"
    page = waiting.listed(tab, me.id, book, key=request.args.get("page"))
    if page.next_key:
        page.next_url = url_for("awards.list", show=tab, page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("awards.list", show=tab, page=page.prev_key)
    counts = waiting.counted(me.id, book)
    names = {"waiting": _("To be worked out"), "proposed": _("Proposed"), "granted": _("Granted")}
    tabs = [(name, names[name], counts[name], url_for("awards.list", show=name)) for name in waiting.TABS]
    return render_template("awards/list.html", page=page, tab=tab, tabs=tabs, book=book, money=words.money,
                           bases=words.BASES, may_pay=policy.may_pay(me))


# -- one idea's award ------------------------------------------------------------------------------------------------


def load_award_idea(me: Person, number: str) -> Idea:
    """Give an idea whose award the person may look at.

    Raises  NotFound
    """
    idea = load_idea(me, number)
    if not policy.may_look(idea, me, here()):
        raise NotFound(reason="no_such_award")
    return idea


def _may_grant(me: Person, idea: Idea) -> bool:
    award = queries.proposed_for(idea.id)
    return award is not None and policy.may_grant(award, idea, me, here())


def _may_send_back(me: Person, idea: Idea) -> bool:
    award = queries.proposed_for(idea.id)
    return award is not None and (award.proposed_by_id == me.id or policy.may_grant(award, idea, me, here()))


@bp.route("/awards/ideas/<number>", endpoint="show")
@door("awards.see", load=load_award_idea)
def show(idea: Idea) -> str:
    """How the award of an idea is worked out, and what the reader can do about it."""
    return _page(idea)


@bp.route("/awards/ideas/<number>/propose", methods=["POST"], endpoint="propose")
@door("awards.propose", load=load_award_idea, allow=lambda me, idea: policy.may_propose(idea, me, here()))
def propose(idea: Idea) -> Any:
    """Propose an award, or only see what it would come to."""
    basis = request.form.get("basis", "")
    form = _propose_form(idea, basis)
    if request.form.get("preview"):
        try:
            plan = planned(idea, basis=basis, choices=form.choices, recognition_cents=form.recognition_cents)
        except Invalid as wrong:
            form.put_errors(wrong)
            return _page(idea, basis=basis, form=form), 422
        except Refused as late:
            return _page(idea, str(late.text), basis=basis, form=form), 409
        return _page(idea, basis=basis, form=form, plan=plan)

    def act(now: Any) -> None:
        operations.propose_award(idea, basis=basis, choices=form.choices, recognition_cents=form.recognition_cents,
                                 words=form.words.data or "", by_id=current_user.id, now=now)

    said = _("The award is proposed. A second person looks at it.")
    return _do(idea, form, act, said, basis=basis, form=form)


@bp.route("/awards/ideas/<number>/grant", methods=["POST"], endpoint="grant")
@door("awards.grant", load=load_award_idea, allow=_may_grant)
def grant(idea: Idea) -> Any:
    """Grant a proposed award as a second person."""
    form = GrantForm()

    def act(now: Any) -> None:
        award = queries.proposed_for(idea.id)
        if award is None:
            raise NotFound(reason="no_such_award")
        operations.grant_award(award, idea, by_id=current_user.id, now=now, version=form.seen)

    return _do(idea, form, act, _("The award is granted. The submitters are told right away."), granting=form)


@bp.route("/awards/ideas/<number>/back", methods=["POST"], endpoint="back")
@door("awards.send_back", load=load_award_idea, allow=_may_send_back)
def back(idea: Idea) -> Any:
    """Send a proposal back, or take one's own back, with a reason."""
    form = BackForm()

    def act(now: Any) -> None:
        award = queries.proposed_for(idea.id)
        if award is None:
            raise NotFound(reason="no_such_award")
        operations.send_back(award, reason=form.reason.data or "", by_id=current_user.id, now=now, version=form.seen)

    return _do(idea, form, act, _("The proposal went back. It is worked out anew."), sending_back=form)


def load_eligible(me: Person, number: str, submitter_id: int) -> tuple[Idea, Submitter]:
    """Give an idea whose award the person may look at, and one of its submitters.

    Raises  NotFound
    """
    idea = load_award_idea(me, number)
    found = next((part for part in sharers(idea) if part.id == submitter_id), None)
    if found is None:
        raise NotFound(reason="no_such_submitter")
    return idea, found


@bp.route("/awards/ideas/<number>/eligibility/<int:submitter_id>", methods=["POST"], endpoint="eligibility")
@door("awards.decide_eligibility", load=load_eligible,
      allow=lambda me, thing: policy.may_propose(thing[0], me, here()))
def eligibility(thing: tuple[Idea, Submitter]) -> Any:
    """Decide whether a submitter may get money for it, apart from whether the idea is good."""
    idea, part = thing
    form = EligibleForm()

    def act(now: Any) -> None:
        operations.decide_eligibility(part, idea, percent=form.percent.data, reason=form.reason.data or "",
                                      by_id=current_user.id, now=now)

    return _do(idea, form, act, _("That is decided. It counts for what is proposed and what comes."),
               eligible={part.id: form})


def _do(idea: Idea, sent: SeenForm, act: Any, said: str, **again: Any) -> Any:
    """Do one thing with an award, or draw its page again with what was typed."""
    me_id, number, now = current_user.id, idea.number, utc_now()
    if not sent.validate():
        sent.hear(lambda: act(now))
        return _page(idea, **again), 422
    try:
        with work():
            act(now)
            settle(idea, now=now, mover_id=me_id)
    except Invalid as wrong:
        sent.put_errors(wrong)
        return _page(idea, **again), 422
    except HouseError as late:
        if late.status != 409:
            raise
        problem = str(late.text) if late.text else wording.sentence(late.reason, late.status)
        return _page(idea, problem=problem, **again), 409
    flash(said, "success")
    return redirect(url_for("awards.show", number=number), 303)


# -- the page --------------------------------------------------------------------------------------------------------


def _propose_form(idea: Idea, basis: str, known: Basis | None = None) -> ProposeForm:
    rules = rulesets.rules_of(idea).rules
    tables, times = method_tables({"benefit": rules.benefit, "points": rules.points}.get(basis))
    if known is None:
        return propose_form(tables, times)
    data: dict[str, Any] = {"basis": basis, "recognition": "0"}
    for table in tables:
        if table.aspect:
            data[f"choice-{table.key}"] = str(known.soft.get(table.aspect, 0))
    return propose_form(tables, times, formdata=None, data=data)


def _ways(idea: Idea, known: Basis) -> list[tuple[str, str, str]]:
    """(basis, its name, why it cannot be used now) of every way the idea's rules know."""
    rules = rulesets.rules_of(idea)
    return [(basis, str(words.BASES[basis]), refusal(idea, basis, rules, known)) for basis in rules.rules.bases]


def _first_plan(idea: Idea, form: ProposeForm) -> tuple[Plan | None, str]:
    """What it would come to with what stands in the form; nothing as long as something has to be chosen."""
    try:
        return planned(idea, basis=form.basis.data or "", choices=form.choices), ""
    except Invalid:
        return None, ""
    except HouseError as refused:
        return None, str(refused.text)


def _page(
    idea: Idea, problem: str = "", *, basis: str = "", form: ProposeForm | None = None, plan: Plan | None = None,
    granting: GrantForm | None = None, sending_back: BackForm | None = None, eligible: dict[int, EligibleForm] | None = None,
) -> str:
    me, book = current_user._get_current_object(), here()
    known, rules = basis_of(idea.id), rulesets.rules_of(idea)
    awards = queries.awards_of(idea.id)
    proposal = next((a for a in awards if a.state == "proposed"), None)
    standing = next((a for a in awards if a.state == "granted"), None)
    may_propose = proposal is None and policy.may_propose(idea, me, book)
    ways, why_not = _ways(idea, known), ""
    if may_propose and form is None:
        open_ways = [way for way, _name, why in ways if not why]
        asked = request.args.get("basis", "")
        basis = asked if asked in open_ways else next(iter(open_ways), "")
        form = _propose_form(idea, basis, known)
        plan, why_not = _first_plan(idea, form) if basis != "recognition" or standing else (None, "")
    granting, sending_back = granting or GrantForm(formdata=None), sending_back or BackForm(formdata=None)
    for one in (granting, sending_back):
        one.version.data = str(proposal.row_version) if proposal else ""
    decided = queries.eligibility_of(idea.id)
    second = proposal is not None and policy.may_grant(proposal, idea, me, book)
    decided_since = second and me.id in queries.kept_from_granting([idea.id]).get(idea.id, ())
    return render_template(
        "awards/show.html", idea=idea, rules=rules, known=known, basis=basis, form=form, plan=plan, why_not=why_not,
        ways=ways, awards=awards, proposal=proposal, standing=standing, problem=problem, may_propose=may_propose,
        may_grant=second and not decided_since, decided_since=decided_since,
        gave_points=decided_since and proposal is not None and proposal.basis == "points"
        and me.id in queries.gave_points([idea.id]).get(idea.id, ()),
        may_back=proposal is not None and _may_send_back(me, idea), granting=granting, sending_back=sending_back,
        may_decide=policy.may_propose(idea, me, book), people=_people(idea, me), decided=decided, book=book,
        eligible={part.id: _eligible_form(part, decided, eligible or {}) for part in sharers(idea)},
        measures=_measures(idea), money=words.money, explained=words.explained,
        bases=words.BASES, basis_help=words.BASIS_HELP, states=words.STATES, part_sentence=words.part_sentence,
        department=book.department(idea.department_id), aspect_words=_aspects(known), lists=policy.may_list(me),
    )


def _measures(idea: Idea) -> dict[int, Any]:
    """{id: measure} of the idea, and of those it was taken up in later, as far as the reader may read them."""
    me, book = current_user._get_current_object(), here()
    later = [later_id for later_id, _percent in measures_of_credit(idea.id)]
    ideas_of = {one.id: one for one in db.session.scalars(sa.select(Idea).where(Idea.id.in_(later)))} if later else {}
    found = measures_of([idea.id, *later])
    return {measure.id: measure for idea_id, rows in found.items() for measure in rows
            if idea_id == idea.id or may_read(measure, ideas_of[idea_id], me, book)}


def _aspects(known: Basis) -> list[tuple[str, int]]:
    names = {"safety": _("Safety"), "customers": _("Customers"), "environment": _("Environment"), "quality": _("Quality"),
             "joy": _("Joy at work")}
    return [(names[aspect], points) for aspect, points in sorted(known.soft.items())]


def _eligible_form(part: Submitter, decided: dict[int, Any], typed: dict[int, EligibleForm]) -> EligibleForm:
    if part.id in typed:
        return typed[part.id]
    row = decided.get(part.id)
    data = {"percent": row.percent if row else 100, "reason": row.reason if row else ""}
    return EligibleForm(formdata=None, data=data, prefix="")


def _people(idea: Idea, me: Person) -> dict[int, str]:
    """{submitter id: name as the reader may know it}."""
    book = here()
    shown = ideas.shows_submitters(idea, me, book)
    found = {}
    for n, part in enumerate(idea.submitters, 1):
        brief = book.person(person_behind(part)) if shown else None
        found[part.id] = brief.name if brief else _("Submitter %(number)d", number=n)
    return found
