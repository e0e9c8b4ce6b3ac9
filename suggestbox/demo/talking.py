"""The closing conversation of the demo's ideas: offered, agreed, held or not, and what the submitters said afterwards."""

from datetime import date, datetime, timedelta
from typing import Any

from suggestbox.conversations.models import Party
from suggestbox.people.models import Person

from .walk import Script, Walk, keep_promise

TIMES = (1.5, 2, 3, 4.25, 6, 6.5, 7.5)
"""Hours after seven at which talks begin: half past eight, nine, ten ..."""

A_DAY_AHEAD = timedelta(hours=25)
PICKED, RAN_OUT, ASKED, SILENT = 2, 6, 11, 6
"""Working days: until a time long offered is picked, an offer has run out, the house asks once more, and gives up."""


def talk(walk: Walk) -> Script:
    """Play the conversation as far as it got."""
    state = walk.story.talk_state
    if walk.idea.outcome == "passed_on":
        return
    yield from take_over(walk)
    if state == "owed":
        return
    yield from offer(walk)
    if state == "offered":
        return
    if state == "set":
        yield from pick(walk, walk.world.now)
    elif state == "declined":
        yield walk.go_to(walk.stretch(walk.submitters[0]))
        for person in walk.submitters:
            walk.do("decline_talk", person)
    elif state == "written":
        yield from ask_in_writing(walk)
    elif state == "missed":
        yield from miss_twice(walk)
    elif state == "unanswered":
        yield from stay_silent(walk)
    else:
        yield from hold(walk)


def host_of(walk: Walk) -> Person:
    """Give who hosts the talk."""
    return walk.world.person(walk.story.talk["host"])


def take_over(walk: Walk) -> Script:
    """Give the talk to the host of the story, where that is not whoever decided."""
    host = host_of(walk)
    for party in walk.case().parties:
        if party.host_id != host.id:
            yield walk.go_to(walk.at + timedelta(minutes=walk.random.randint(10, 50)))
            decider = next(p for p in walk.world.house.people.values() if p.id == party.host_id)
            walk.do("change_host", decider, party_id=party.id, person_id=host.id)


# -- finding a time ---------------------------------------------------------------------------------------------------


def offer(walk: Walk, first: datetime | None = None) -> Script:
    """Offer three times to every submitter; `first` is the one that will be picked."""
    host = host_of(walk)
    yield walk.go_to(walk.stretch(host))
    times = _times(walk, first or _first_time(walk))
    form = walk.story.talk["form"] if walk.story.talk["form"] != "writing" else "phone"
    place = _place(host) if form == "in_person" else ""
    slots = [{"starts_at": at, "minutes": 30, "form": form, "place": place} for at in times]
    for party in walk.case().parties:
        walk.do("offer_talk", host, party_id=party.id, slots=slots)


def _place(host: Person) -> str:
    return f"Büro {host.name}" if host.language == "de" else f"{host.name}'s office"


def _first_time(walk: Walk) -> datetime:
    """Give the time that is or will be picked: near today where the story waits for it, else soon after the offer."""
    if walk.story.talk_state == "offered":
        return _time_of_day(walk, walk.world.today + timedelta(days=walk.random.randint(1, 3)))
    if walk.story.talk_state == "set":
        days = walk.random.choice((-1, 0, 1, 1, 2, 4))
        return _time_of_day(walk, walk.hours.working_day(host_of(walk).id, walk.world.today, days))
    if walk.story.talk_state in ("held", "missed"):
        host = host_of(walk)
        return _time_of_day(walk, walk.hours.day_of(host.id, walk.stretch(host)))
    return _time_of_day(walk, walk.day(host_of(walk)) + timedelta(days=walk.random.randint(2, 5)))


def _time_of_day(walk: Walk, day: date) -> datetime:
    """Give a time at which host and submitters are at work, on the day or soon after."""
    people, hour = [host_of(walk), *walk.submitters], walk.random.choice(TIMES)
    while True:
        moment = walk.hours.opening(walk.submitters[0].id, day, hour)
        if moment >= walk.at + A_DAY_AHEAD and all(walk.hours.is_at_work(p.id, day) for p in people):
            return moment
        day += timedelta(days=1)


def _times(walk: Walk, first: datetime) -> list[datetime]:
    times, person = [first], walk.submitters[0]
    for _more in range(2):
        times.append(_time_of_day(walk, walk.hours.day_of(person.id, times[-1]) + timedelta(days=1)))
    return times


def pick(walk: Walk, latest: datetime) -> Script:
    """Let every submitter pick the first time offered."""
    case = walk.case()
    for party in case.parties:
        slot = party.offers[-1].slots[0]
        person = _person(walk, party)
        end = min(latest, slot.starts_at - timedelta(hours=1), walk.at + timedelta(days=PICKED))
        yield walk.go_to(walk.within(person, walk.at, end))
        walk.do("pick_time", person, slot_id=slot.id)


def _person(walk: Walk, party: Party) -> Person:
    person_id = walk.case().submitters[party.submitter_id]
    return next(person for person in walk.submitters if person.id == person_id)


def _appointment_at(walk: Walk) -> datetime:
    times = [a.starts_at for party in walk.case().parties for a in party.appointments if a.state == "set"]
    return max(times)


# -- how it went ------------------------------------------------------------------------------------------------------


def hold(walk: Walk) -> Script:
    """Agree on a time, talk, record the talk with what was promised."""
    yield from pick(walk, walk.world.now)
    met = _appointment_at(walk)
    yield walk.go_to(met + timedelta(minutes=walk.random.randint(40, 90)))
    told, host = walk.story.talk, host_of(walk)
    walk.do(
        "record_talk", host, party_ids=[party.id for party in walk.case().parties],
        held_on=walk.hours.day_of(host.id, met), form=told["form"], said=told["said"].strip(),
        promises=[_promise(walk, row) for row in told["promises"]],
    )


def _promise(walk: Walk, row: dict[str, Any]) -> dict[str, Any]:
    owner = walk.world.person(row["owner"])
    due = max(walk.world.today + timedelta(days=row["days"]), walk.day(owner))
    return {"text": row["text"], "owner_id": owner.id, "due_on": walk.hours.working_day(owner.id, due)}


def keep_promises(walk: Walk) -> None:
    """Let what fell due in the past be kept in time."""
    told = {walk.world.person(row["owner"]).id: row["days"] for row in walk.story.talk["promises"]}
    people = {person.id: person for person in walk.world.house.people.values()}
    for promise in walk.case().promises:
        if told.get(promise.owner_id, 1) < 0:
            walk.world.begin(keep_promise(walk, promise.id, people[promise.owner_id], promise.due_on))


def ask_in_writing(walk: Walk) -> Script:
    """Let the submitters ask for it in writing, and the host write."""
    yield walk.go_to(walk.stretch(walk.submitters[0]))
    for person in walk.submitters:
        walk.do("ask_in_writing", person)
    yield from write_closing(walk)


def write_closing(walk: Walk) -> Script:
    """Let the host write what the talk would have said."""
    yield walk.go_to(walk.stretch(host_of(walk)))
    for party in walk.case().parties:
        walk.do("write_closing", host_of(walk), party_id=party.id, text=walk.story.talk["said"].strip())


def miss_twice(walk: Walk) -> Script:
    """Let two agreed times come to nothing, and the host write instead."""
    for attempt in (1, 2):
        if attempt == 2:
            yield from offer(walk)
        yield from pick(walk, walk.world.now)
        yield walk.go_to(_appointment_at(walk) + timedelta(minutes=walk.random.randint(30, 60)))
        for party in walk.case().parties:
            walk.do("report_missed", host_of(walk), party_id=party.id, who="submitter")
    yield from write_closing(walk)


def stay_silent(walk: Walk) -> Script:
    """Let two offers run out, and the host write instead."""
    for attempt in (1, 2):
        if attempt == 2:
            yield from offer(walk)
        yield walk.go_to(_days_on(walk, walk.submitters[0], RAN_OUT))
        walk.settle()
    yield from write_closing(walk)


def _days_on(walk: Walk, person: Person, days: int) -> datetime:
    return walk.morning(person, walk.hours.working_day(person.id, walk.day(person), days))


# -- afterwards -------------------------------------------------------------------------------------------------------


def hear(walk: Walk) -> Script:
    """Let submitters say how it was; where they stay silent although the idea is closed, ask once more."""
    keep_promises(walk)
    told = walk.story.talk["confirm"]
    end = walk.stretch(walk.submitters[0]) if walk.story.stage == "closed" else walk.world.now
    said = [(walk.within(walk.world.person(row["by"]), walk.at, end, 0.15, 0.9), row["by"], row) for row in told]
    for moment, key, row in sorted(said, key=lambda one: one[:2]):
        yield walk.go_to(moment)
        walk.do("confirm", walk.world.person(key), follows=row["follow"], appreciated=row["appreciated"],
                words=row["words"])
    if walk.story.stage == "closed" and walk.idea.stage != "closed":
        person = walk.submitters[0]
        yield walk.go_to(_days_on(walk, person, ASKED))
        walk.settle()
        yield walk.go_to(walk.within(walk.owner("ask_once_more"), walk.at, walk.at + timedelta(days=3)))
        walk.do("ask_once_more", walk.on_duty("ask_once_more"))
        yield walk.go_to(_days_on(walk, person, SILENT))
        walk.settle()
