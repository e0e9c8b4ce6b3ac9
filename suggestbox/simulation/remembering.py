"""Those who are asked about declined ideas: whether a decline still stands, and whether a new idea was declined before."""

from suggestbox.ideas.models import Idea
from suggestbox.people.models import Person
from suggestbox.steps.models import Step

from .world import Event, World


def second_look(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The reasons still stand, or somebody has it examined again."""
    if w.leans("look_again", w.dice("look", step.id), 0.3, 1.6):
        w.do(idea, "look_again", actor, words="Die neue Halle steht jetzt.")
    else:
        w.do(idea, "keep_decline", actor, words="Die Gründe gelten noch.")


def compare_earlier(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The same, a part of it, or something else."""
    dice = w.dice("compare", step.id)
    answer = dice.choice(("same", "partly", "other", "other"))
    w.do(idea, "compare_earlier", actor, likeness_id=step.subject_id, answer=answer, percent=dice.choice((30, 50, 80)),
         words="Ein Teil davon." if answer == "partly" else "")
