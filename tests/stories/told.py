"""Published stories, for tests of the reading side: plain functions; call them inside `work()`."""

import io
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage

from suggestbox.core.database import db
from suggestbox.ideas.files import keep_upload
from suggestbox.ideas.models import Attachment, Idea, Submitter
from suggestbox.measures.models import Measure
from suggestbox.people.models import Person
from suggestbox.stories.letters import tell_published
from suggestbox.stories.models import Story, StoryPerson, StoryText
from tests import factories as f
from tests.cast import Cast

DONE_AT = f.START + timedelta(days=9)
TOLD_AT = DONE_AT + timedelta(days=3)
"""A Monday, three days after the measure was done."""

GERMAN = {"title": "Kein Suchen mehr am Wareneingang", "lead": "Etiketten kommen jetzt mit der Palette.",
          "before": "Jeden Morgen haben wir gesucht.", "idea": "Das Etikett gleich drucken.", "done": "Ein Drucker an der Rampe.",
          "since": "Seitdem stehen die Paletten richtig.", "quote": "Ich hätte nicht gedacht, dass es so schnell geht."}
ENGLISH = {"title": "No more searching at goods receipt", "lead": "Labels now come with the pallet.",
           "before": "Every morning we searched.", "idea": "Print the label at once.", "done": "A printer at the ramp.",
           "since": "Since then the pallets stand right.", "quote": "I had not thought it could be so quick."}


def adopted(cast: Cast, *people: Person, **columns: Any) -> tuple[Idea, Measure]:
    """Make a closed, adopted idea of the people (ann when nobody is named) and a measure of it that eve has done.

    As rows, not by a walk through the moves: readers of stories see no more of it, and there are many of them here.
    """
    idea = f.draft(cast, *people, **columns)
    at = {"shown_at": 1, "submitted_at": 0, "decided_at": 2, "released_at": 3, "closed_at": 8}
    for name, days in at.items():
        setattr(idea, name, f.START + timedelta(days=days))
    idea.number, idea.stage, idea.outcome, idea.ending = f"2026-{8000 + idea.id}", "closed", "adopted", "confirmed"
    measure = Measure(
        idea_id=idea.id, title="A printer at the ramp", owner_id=cast.eve.id, state="done", due_on=DONE_AT.date(),
        first_due_on=DONE_AT.date(), created_at=f.START, created_by_id=cast.bob.id, started_at=f.START, done_at=DONE_AT,
        done_on=DONE_AT.date(), done_by_id=cast.eve.id, done_words="The printer stands.",
    )
    db.session.add(measure)
    db.session.flush()
    return idea, measure


def story(
    cast: Cast, *people: Person, languages: str = "de en", answers: dict[str, str] | None = None, at: datetime = TOLD_AT,
    shows_money: bool = False, facts: dict[str, Any] | None = None, picture: bool = False, tells: bool = False,
    idea: Idea | None = None, measure: Measure | None = None, theme_id: int | None = None, **columns: Any,
) -> Story:
    """Make a published story, whose people agreed with their names unless `answers` says otherwise by given name.

    Takes   tells: tell everybody of it, as publishing does
    """
    if idea is None:
        idea, measure = adopted(cast, *people, **columns)
    assert measure is not None
    row = Story(
        idea_id=idea.id, measure_id=measure.id, theme_id=theme_id, state="published", created_at=at, changed_at=at,
        created_by_id=cast.ida.id, published_at=at, published_by_id=cast.ida.id, shows_money=shows_money,
        facts={"done_on": str(measure.done_on), **(facts or {})},
    )
    db.session.add(row)
    db.session.flush()
    for language, words in (("de", GERMAN), ("en", ENGLISH)):
        if language in languages:
            db.session.add(StoryText(story_id=row.id, language=language, **words))
    if picture:
        row.picture_id = _picture(idea).id
        row.picture_words_de, row.picture_words_en = "Der Drucker an der Rampe", "The printer at the ramp"
    for part in idea.submitters:
        _person(row, answers, submitter=part)
    _person(row, answers, owner=db.session.get_one(Person, measure.owner_id))
    db.session.flush()
    if tells:
        tell_published(row, at)
    return row


def _person(row: Story, answers: dict[str, str] | None, submitter: Submitter | None = None, owner: Person | None = None) -> None:
    person_id = owner.id if owner else (submitter.person_id or submitter.identity.person_id if submitter else 0)
    name = db.session.get_one(Person, person_id).given_name
    db.session.add(StoryPerson(
        story_id=row.id, submitter_id=submitter.id if submitter else None, person_id=owner.id if owner else None,
        answer=(answers or {}).get(name, "named"), answered_at=row.created_at, text_version=1,
    ))


def _picture(idea: Idea) -> Attachment:
    """A picture kept with an idea, small and red."""
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), (160, 40, 40)).save(out, "JPEG")
    kept = keep_upload(FileStorage(io.BytesIO(out.getvalue()), "ramp.jpg"))
    row = Attachment(idea_id=idea.id, stored_name=kept.stored_name, shown_name=kept.shown_name, media_type=kept.media_type,
                     is_image=True, width=kept.width, height=kept.height, size_bytes=kept.size_bytes, added_at=TOLD_AT)
    db.session.add(row)
    db.session.flush()
    return row
