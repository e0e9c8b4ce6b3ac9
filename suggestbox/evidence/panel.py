"""What customers say, beside an idea: on its page, at the scoring, on the sheet for the talk, and while it is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from suggestbox.core.modules import is_on
from suggestbox.feedback.landscape import Landscape, landscape
from suggestbox.feedback.masking import staff_names
from suggestbox.ideas.models import Idea
from suggestbox.ideas.policy import Somebody
from suggestbox.measures.queries import measures_of
from suggestbox.people.directory import Directory

from . import policy
from .hints import Hint, hints_for
from .queries import Link, themes_of
from .since import Since, since_for_theme
from .voices import Evidence, evidence_for


@dataclass(frozen=True)
class Linked:
    """A theme the idea answers, with its evidence. `by` is a name, empty for submitters."""

    evidence: Evidence
    link: Link
    by: str
    may_unlink: bool
    since: tuple[Since, ...] = ()


@dataclass(frozen=True)
class Panel:
    """The evidence of an idea for one reader. `who` is as what they may link, empty for those who only read."""

    idea: Idea
    who: str = ""
    linked: list[Linked] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    choices: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to read and nothing to do."""
        return not self.linked and not self.who


def panel_of(
    idea: Idea, me: Somebody, book: Directory, *, today: date, parts: frozenset[str] | None = None,
    may_change: bool = True, quotes: int = 2, measures: bool = True,
) -> Panel | None:
    """Give the evidence of an idea the reader may see; None where there is nothing to read or to do.

    Takes   may_change: whether links can be set here; measures: whether the time since its measures is told
    """
    if not is_on("feedback"):
        return None
    who = policy.linker(idea, me, parts=parts, book=book) if may_change else ""
    linked = themes_of(idea.id)
    if not linked and not who:
        return None
    lands = landscape()
    names = names_of(book)
    found = evidence_for([link.theme for link in linked], lands, today=today, most=quotes, names=names)
    done = measures and bool(linked) and any(m.state == "done" for m in measures_of([idea.id]).get(idea.id, ()))
    rows = [
        Linked(
            found[link.theme.id], link, _name_of(link, book), bool(who) and policy.may_unlink(link.linked_as, who),
            tuple(_since(link, idea, lands, me, today) if done else ()),
        )
        for link in linked
    ]
    panel = Panel(idea, who, rows)
    if who:
        have = {link.theme.id for link in linked}
        text = "\n".join((idea.title, idea.problem, idea.proposal, idea.benefit))
        panel.hints.extend(hints_for(text, today=today, names=names, but=have))
        shown = have | {hint.evidence.theme.id for hint in panel.hints}
        panel.choices.extend(choices_of(lands, but=shown))
    return panel


def names_of(book: Directory) -> Callable[[], frozenset[str]]:
    """Give what gives the names of staff to be masked, made once for the directory and only when asked for."""
    return lambda: book.keep("staff names", lambda: staff_names(book))


def choices_of(lands: Landscape, *, but: Iterable[int] = ()) -> list[tuple[int, str]]:
    """Give (id, name with those above it) of all themes that are there for everybody, as a list to choose from."""
    left_out = set(but)
    return [
        (theme.id, " › ".join(above.name for above in lands.path(theme.id)))
        for theme, _depth in lands.walk() if theme.id not in left_out
    ]


def _name_of(link: Link, book: Directory) -> str:
    person = book.person(link.by_id)
    return person.polite if person else ""


def _since(link: Link, idea: Idea, lands: Landscape, me: Somebody, today: date) -> list[Since]:
    """Of this idea's own measures only: others have their own pages."""
    return [found for found in since_for_theme(link.theme, lands, me, today=today) if found.measure.idea_id == idea.id]
