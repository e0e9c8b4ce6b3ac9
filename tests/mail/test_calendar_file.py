"""Invitations: read back by two other parsers, and held against the rules of RFC 5545, 5546 and 6047."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from dateutil.rrule import rrulestr
from dateutil.tz import tzutc
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.mail.calendar_file import calendar_file, plain
from suggestbox.mail.calendar_zone import onsets, time_zone_part
from suggestbox.mail.invitation import Guest, Invitation

pytestmark = pytest.mark.either

TALK = Invitation(
    uid="talk-17-1@ideen.feldrath.example",
    sequence=0,
    method="REQUEST",
    starts_at=datetime(2026, 12, 3, 9, 0, tzinfo=UTC),
    minutes=30,
    zone="Europe/Berlin",
    summary="Gespräch über Ihre Idee: Etiketten, groß; lesbar",
    description="Frau Öz wartet auf Sie.\n\nOrdner C:\\neu, Blatt 3; Seite 1\nhttps://ideen.feldrath.example/ideas/17",
    location="Besprechungsraum 2, Halle B; Erdgeschoss",
    guests=(Guest("Aylin Öz", "aylin.oez@feldrath.example"), Guest("Jan Bäcker, jr.", "jan@feldrath.example")),
    made_at=datetime(2026, 11, 4, 11, 0, tzinfo=UTC),
)


@pytest.fixture(autouse=True)
def a_house(app):
    app.config["DEPLOYMENT"] = app.config["DEPLOYMENT"].model_copy(
        update={"mail_from": "ideen@feldrath.example", "mail_from_name": "Ideen bei Feldrath; Werk, Nord"}
    )


# -- our own reading of the rules ------------------------------------------------------------------------------------

ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "ORGANIZER", "STATUS", "SUMMARY", "DESCRIPTION", "CLASS",
        "TRANSP"}
CONTENT_LINE = re.compile(
    r"(?P<name>[A-Z0-9-]+)(?:;[A-Z0-9-]+=(?:\"[^\x00-\x08\x0a-\x1f\x7f\"]*\"|[^\x00-\x08\x0a-\x1f\x7f\";:,]*))*:"
    r"(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)"
)
ESCAPED_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "TZID", "TZNAME", "UID"}


def content_lines(file: bytes) -> list[tuple[str, str]]:
    """Give (name, value) of every line, after checking how it is written (RFC 5545, 3.1 and 3.3.11)."""
    assert file.endswith(b"\r\n")
    assert b"\n" not in file.replace(b"\r\n", b"") and b"\r" not in file.replace(b"\r\n", b"")
    physical = file.split(b"\r\n")[:-1]
    assert max(len(line) for line in physical) <= 75
    for line in physical:
        line.decode("utf-8")  # folded between characters, not within one
    found = []
    for line in file.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1]:
        match = CONTENT_LINE.fullmatch(line)
        assert match, line
        if match["name"] in TEXTS:
            assert ESCAPED_TEXT.fullmatch(match["value"]), line
        found.append((match["name"], match["value"]))
    return found


def check(file: bytes) -> None:
    """Check components and properties (RFC 5545, 3.6; RFC 5546, 3.2.2 and 3.2.5)."""
    lines = content_lines(file)
    open_parts: list[str] = []
    parts: list[tuple[str, list[str]]] = []
    current: list[list[str]] = []
    for name, value in lines:
        if name == "BEGIN":
            open_parts.append(value)
            current.append([])
            parts.append((value, current[-1]))
        elif name == "END":
            assert open_parts.pop() == value
            current.pop()
        else:
            current[-1].append(name)
    assert open_parts == []
    values = dict(lines)
    assert [name for name, _ in parts].count("VEVENT") == 1
    for part, names in parts:
        if part == "VCALENDAR":
            assert sorted(names) == ["CALSCALE", "METHOD", "PRODID", "VERSION"]
        if part == "VEVENT":
            assert {name for name in names if names.count(name) > 1} <= {"ATTENDEE"}
            assert set(names) >= ONCE | {"ATTENDEE"}
        if part in ("STANDARD", "DAYLIGHT"):
            assert {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"} <= set(names)
        if part == "VALARM":
            assert {"ACTION", "TRIGGER", "DESCRIPTION"} == set(names)
    named = [name for name, _ in parts]
    assert named.count("STANDARD") <= 1 and named.count("DAYLIGHT") <= 1
    if values["METHOD"] == "CANCEL":
        assert values["STATUS"] == "CANCELLED" and "VALARM" not in named
    else:
        assert values["STATUS"] == "CONFIRMED" and named.count("VALARM") == 1


def read_twice(file: bytes):
    """Give the event as two parsers read it."""
    return icalendar.Calendar.from_ical(file).walk("VEVENT")[0], vobject.readOne(file.decode("utf-8")).vevent


def test_a_request_holds_to_the_rules_and_says_what_it_should():
    file = calendar_file(TALK)
    check(file)
    first, second = read_twice(file)
    assert [first["uid"], first["sequence"], first["status"], first["class"], first["transp"]] == [
        TALK.uid, 0, "CONFIRMED", "PRIVATE", "OPAQUE"
    ]
    assert [str(first["summary"]), str(first["description"]), str(first["location"])] == [
        TALK.summary, TALK.description, TALK.location
    ]
    assert [second.summary.value, second.description.value, second.location.value] == [
        TALK.summary, TALK.description, TALK.location
    ]
    assert first["dtstamp"].dt == second.dtstamp.value == TALK.made_at
    assert [first.walk("VALARM")[0]["trigger"].dt, second.valarm.trigger.value] == [timedelta(minutes=-15)] * 2
    assert b"METHOD:REQUEST\r\n" in file and b"X-MICROSOFT-DISALLOW-COUNTER:TRUE\r\n" in file


def test_the_house_invites_and_every_guest_is_asked():
    first, second = read_twice(calendar_file(TALK))
    assert [str(first["organizer"]), first["organizer"].params["CN"]] == [
        "mailto:ideen@feldrath.example", "Ideen bei Feldrath; Werk, Nord"
    ]
    assert [second.organizer.value, second.organizer.params["CN"]] == [
        "mailto:ideen@feldrath.example", ["Ideen bei Feldrath; Werk, Nord"]
    ]
    asked = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    assert [(str(guest), dict(guest.params)) for guest in first["attendee"]] == [
        ("mailto:aylin.oez@feldrath.example", asked | {"CN": "Aylin Öz"}),
        ("mailto:jan@feldrath.example", asked | {"CN": "Jan Bäcker, jr."}),
    ]
    assert [(guest.value, guest.params["CN"]) for guest in second.attendee_list] == [
        ("mailto:aylin.oez@feldrath.example", ["Aylin Öz"]), ("mailto:jan@feldrath.example", ["Jan Bäcker, jr."])
    ]


def test_an_update_and_a_cancellation_belong_to_the_same_entry():
    moved = replace(TALK, sequence=1, location="Telefon 0201 / 123", starts_at=datetime(2026, 12, 4, 9, tzinfo=UTC))
    called_off = replace(moved, sequence=2, method="CANCEL")
    for invitation in (moved, called_off):
        check(calendar_file(invitation))
    events = [read_twice(calendar_file(invitation))[0] for invitation in (TALK, moved, called_off)]
    assert [str(event["uid"]) for event in events] == [TALK.uid] * 3
    assert [event["sequence"] for event in events] == [0, 1, 2]
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert str(events[1]["location"]) == "Telefon 0201 / 123"
    assert b"METHOD:CANCEL\r\n" in calendar_file(called_off)


def test_without_a_place_there_is_no_empty_one():
    file = calendar_file(replace(TALK, location=""))
    check(file)
    assert b"LOCATION" not in file


def test_names_that_try_to_break_out():
    rude = replace(TALK, guests=(Guest('Ann "Bo" O\'Hara\r\nATTENDEE:mailto:x@y.example', "ann@feldrath.example"),))
    file = calendar_file(rude)
    check(file)
    first, second = read_twice(file)
    name = "Ann 'Bo' O'Hara ATTENDEE:mailto:x@y.example"
    assert [first["attendee"].params["CN"], second.attendee.params["CN"]] == [name, [name]]
    assert str(first["attendee"]) == second.attendee.value == "mailto:ann@feldrath.example"


HARD_TEXTS = [
    "a,b;c:d\\e\"f'g", "\\n ist kein Zeilenende, \\, auch nicht", "BEGIN:VEVENT\nEND:VCALENDAR", "ü" * 400, "😀" * 200,
    "X" * 5000, "\n\n  eingerückt\n", "Größe 10 % — „gut“ \u00ad\u200b", "日本語 العربية עברית", "^n ^^ ^'", "=?utf-8?q?x?=",
]


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_texts_of_people_come_back_exactly(text):
    file = calendar_file(replace(TALK, summary=text, description=text, location=text))
    check(file)
    first, second = read_twice(file)
    assert [str(first[name]) for name in ("summary", "description", "location")] == [text] * 3
    assert [second.summary.value, second.description.value, second.location.value] == [text] * 3


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_comes_back_as_it_was_but_for_line_ends_and_control_characters(one_app, text):
    with one_app.app_context():
        file = calendar_file(replace(TALK, description=text))
    check(file)
    first, second = read_twice(file)
    assert str(first["description"]) == second.description.value == plain(text)
    if text.isprintable():
        assert plain(text) == text


def test_line_ends_of_every_kind_are_one():
    assert plain("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h\x00\x07i\tj") == "a\nb\nc\nd\ne\nf\ng\nhi\tj"


# -- time zones ------------------------------------------------------------------------------------------------------


def as_the_file_says(file: bytes, name: str) -> datetime:
    """Give a moment in UTC using the file's own VTIMEZONE alone: the latest onset before it counts (RFC 5545, 3.6.5)."""
    calendar = icalendar.Calendar.from_ical(file)
    value = calendar.walk("VEVENT")[0][name]
    wall = value.dt.replace(tzinfo=None)
    if "TZID" not in value.params:
        return wall.replace(tzinfo=UTC)
    zone = calendar.walk("VTIMEZONE")[0]
    assert str(zone["tzid"]) == value.params["TZID"]
    found = []
    for part in zone.subcomponents:
        start = part["dtstart"].dt
        days = [start]
        if "rrule" in part:
            days = list(rrulestr(part["rrule"].to_ical().decode(), dtstart=start).between(
                start, wall + timedelta(days=400), inc=True))
        # An onset is written in the time before it; a wall time after it is read with the time after it.
        shift = max(part["tzoffsetto"].td - part["tzoffsetfrom"].td, timedelta())
        found += [(day, part["tzoffsetto"].td) for day in days if day + shift <= wall]
    return (wall - max(found)[1]).replace(tzinfo=UTC)


ZONES = ["Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/London", "Europe/Dublin", "Europe/Istanbul",
         "America/New_York", "America/Sao_Paulo", "America/Santiago", "Australia/Sydney", "Australia/Lord_Howe",
         "Asia/Kolkata", "Asia/Tehran", "Africa/Casablanca", "Pacific/Apia", "UTC"]


@pytest.mark.parametrize("zone", ZONES)
def test_the_time_zone_is_right_for_every_day_of_three_years(zone, app):
    for day in range(0, 3 * 365, 17):
        moment = datetime(2026, 1, 1, 9, 45, tzinfo=UTC) + timedelta(days=day)
        file = calendar_file(replace(TALK, zone=zone, starts_at=moment))
        assert [as_the_file_says(file, "dtstart"), as_the_file_says(file, "dtend")] == [
            moment, moment + timedelta(minutes=30)
        ], (zone, moment)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Africa/Casablanca"])
def test_the_time_zone_is_right_around_every_change_of_the_clocks(zone):
    for onset in onsets(zone, 2026, 2028):
        for minutes in range(-180, 181, 30):
            moment = onset.at + timedelta(minutes=minutes)
            file = calendar_file(replace(TALK, zone=zone, starts_at=moment))
            check(file)
            assert [as_the_file_says(file, "dtstart"), as_the_file_says(file, "dtend")] == [
                moment, moment + timedelta(minutes=30)
            ], (zone, moment)


def test_a_time_that_comes_twice_is_said_in_utc():
    second_half_past_two = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    first = calendar_file(replace(TALK, starts_at=second_half_past_two - timedelta(hours=1), minutes=15))
    second = calendar_file(replace(TALK, starts_at=second_half_past_two, minutes=15))
    assert b"DTSTART;TZID=Europe/Berlin:20261025T023000\r\n" in first
    assert b"DTSTART:20261025T013000Z\r\n" in second and b"VTIMEZONE" not in second


def test_berlin_is_written_as_every_calendar_program_knows_it():
    lines = time_zone_part("Europe/Berlin", TALK.starts_at).to_ical(sorted=False).decode().split("\r\n")[:-1]
    assert lines == [
        "BEGIN:VTIMEZONE", "TZID:Europe/Berlin",
        "BEGIN:DAYLIGHT", "DTSTART:20250330T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200", "TZNAME:CEST", "END:DAYLIGHT",
        "BEGIN:STANDARD", "DTSTART:20251026T030000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100", "TZNAME:CET", "END:STANDARD", "END:VTIMEZONE",
    ]


def test_a_zone_without_changes_has_one_part():
    lines = time_zone_part("Asia/Kolkata", TALK.starts_at).to_ical(sorted=False).decode().split("\r\n")
    assert [line for line in lines if line.startswith(("BEGIN", "TZOFF"))] == [
        "BEGIN:VTIMEZONE", "BEGIN:STANDARD", "TZOFFSETFROM:+0530", "TZOFFSETTO:+0530"
    ]


def test_the_second_parser_reads_the_moment_too():
    for month, hour in ((12, 10), (7, 11)):
        moment = datetime(2026, month, 3, 9, tzinfo=UTC)
        event = vobject.readOne(calendar_file(replace(TALK, starts_at=moment)).decode()).vevent
        assert event.dtstart.value.astimezone(tzutc()) == moment
        assert event.dtstart.value.hour == hour == moment.astimezone(ZoneInfo("Europe/Berlin")).hour
