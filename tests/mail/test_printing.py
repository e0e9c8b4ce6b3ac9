"""Letters on paper: who prints which, what they say at that moment, the PDF, PINs that stand nowhere else."""

import json
import re
import subprocess
import sys
import zlib
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Refused
from suggestbox.core.typesetting import surroundings
from suggestbox.journal.models import Entry
from suggestbox.mail import printing
from suggestbox.mail.first_pin import FIRST_PIN, order_first_pin
from suggestbox.mail.models import Letter, LetterAttempt
from suggestbox.mail.operations import tell
from suggestbox.people.directory import directory
from suggestbox.people.models import Person
from suggestbox.people.pin import pin_fits, pin_state
from suggestbox.people.queries import here, today_for
from tests import factories as f
from tests.cast import grant, newcomer


@pytest.fixture
def jo(cast, clock):
    """Somebody in the warehouse without an e-mail address."""
    with work():
        return newcomer(cast.home, "Jo", cast.logistics, email=None, personnel_no="20417", salutation="Frau")


@pytest.fixture
def max_(cast, clock):
    """Somebody in purchasing without an e-mail address, who speaks English."""
    with work():
        return newcomer(cast.home, "Max", cast.purchasing, email=None, personnel_no="20418", language="en")


def paper(person, key="a", kind="mail.test", **columns):
    """A letter that waits to be printed."""
    with work():
        tell(kind, f"{key}:{person.id}", now=utc_now(), person_id=person.id)
        letter = db.session.scalars(sa.select(Letter).where(Letter.person_id == person.id).order_by(Letter.id.desc())).first()
        letter.state = "to_print"
        for name, value in columns.items():
            setattr(letter, name, value)
    return letter


def queue(person) -> list[int]:
    return [w.person_id for w in printing.waiting_for(person.id, directory(today_for()))]


def ordered(person) -> Letter:
    with work():
        return order_first_pin(person, now=utc_now(), actor=None)


def state(letter) -> str:
    return db.session.scalar(sa.select(Letter.state).where(Letter.id == letter.id))


# -- who prints --------------------------------------------------------------------------------------------------------


def test_coordinators_print_for_their_departments_admins_and_the_management_for_all(cast, jo, max_):
    paper(jo), paper(max_)
    expected = {"bob": [jo.id], "pia": [max_.id], "coo": [], "dot": [jo.id, max_.id], "ida": [jo.id, max_.id], "ann": [],
                "cat": [], "lea": []}
    assert {name: queue(getattr(cast, name)) for name in expected} == expected


def test_a_letter_to_a_confidential_submitter_is_the_managements_alone(cast, jo):
    with work():
        idea = f.submitted(cast, jo, confidential=True)
        open_idea = f.submitted(cast, jo)
        for n, one in enumerate((idea, open_idea)):
            letter = Letter(key=f"x{n}", kind="mail.test", channel="print", submitter_id=one.submitters[0].id,
                            message_id=f"<x{n}@y>", state="to_print", not_before=utc_now(), created_at=utc_now(), facts={})
            db.session.add(letter)
            db.session.flush()
        hidden, named = (db.session.scalars(sa.select(Letter.id).where(Letter.key == f"x{n}")).one() for n in (0, 1))
        db.session.execute(sa.update(Letter).where(Letter.id.not_in([hidden, named]), Letter.state == "to_print")
                           .values(state="queued"))

    def ids(person):
        return [(w.letter.id, w.sealed) for w in printing.waiting_for(person.id, here())]

    assert ids(cast.bob) == ids(cast.dot) == [(named, False)]
    assert ids(cast.ida) == [(hidden, True), (named, False)]


def test_the_page_is_there_for_whoever_looks_after_people_without_a_mailbox(cast, jo, client_as):
    codes = {name: client_as(getattr(cast, name)).get("/letters").status_code for name in ("bob", "dot", "ida", "pia", "ann")}
    assert codes == {"bob": 200, "dot": 200, "ida": 200, "pia": 403, "ann": 403}
    linked = {name: 'href="/letters"' in client_as(getattr(cast, name)).get("/").text for name in codes}
    assert linked == {"bob": True, "dot": True, "ida": True, "pia": False, "ann": False}


def test_the_page_asks_the_same_few_questions_however_many_letters_wait(cast, jo, client_as, count_queries):
    bob = client_as(cast.bob)
    counts = []
    for many in (1, 29):
        for n in range(many):
            paper(jo, key=f"{many}-{n}")
        bob.get("/letters")
        with count_queries() as statements:
            bob.get("/letters")
        counts.append(len(statements))
    assert counts == [7, 7]


# -- the PDF -----------------------------------------------------------------------------------------------------------


def unpacked(pdf: bytes) -> bytes:
    """The PDF followed by everything that is packed in it."""
    found = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(packed))
    return b"\n".join(found)


def pdf_of(client, *letters):
    return client.post("/letters/pdf", data={"letter": [letter.id for letter in letters]})


def test_one_pdf_for_all_tagged_and_each_on_its_own_page(cast, jo, client_as):
    one, other = paper(jo, "a"), paper(jo, "b")
    answer = pdf_of(client_as(cast.bob), one, other)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "application/pdf", "no-store")
    pdf = unpacked(answer.data)
    assert (pdf[:5], b"/MarkInfo" in pdf, b"/StructTreeRoot" in pdf, b"/Lang(de" in pdf) == (b"%PDF-", True, True, True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2


def test_what_is_typeset_is_in_the_readers_language_with_the_address_in_the_window(cast, jo, max_, client_as):
    chosen = [printing.Waiting(paper(p), p.id, False) for p in (jo, max_)]
    with work():
        sheets, cancelled, failed = printing.write_sheets(chosen, here(), now=utc_now())
    german, english = sheets.values()
    assert (german.language, german.name, german.department, german.greeting) \
        == ("de", "Jo Neu", "Logistik", "Guten Tag Frau Neu,")
    assert (english.language, english.name, english.department) == ("en", "Max Neu", "Purchasing")
    assert (cancelled, failed, english.hand_to) == (0, 0, "Please hand over to:")
    assert json.loads(json.dumps(asdict(german)))["pin"] == ""


HOSTILE = '#panic("x") #import "@preview/cetz:0.3.0" \\ $ x $ *a* _b_ `c` @ref <lab> // /* " \u202e \x00 \ud7ff 漢字 \U0001f600'


def test_what_people_wrote_is_text_and_never_markup(cast, jo):
    with work():
        db.session.get_one(Person, jo.id).family_name = "Neu #[x]"
    letter = paper(jo)
    with work():
        sheets, _c, _f = printing.write_sheets([printing.Waiting(letter, jo.id, False)], here(), now=utc_now())
    (sheet,) = sheets.values()
    hostile = printing.Sheet(**{**sheet.__dict__, "subject": HOSTILE, "paragraphs": [HOSTILE, "x" * 3000], "quote": HOSTILE,
                                "parts": [(HOSTILE, [{"text": HOSTILE, "idea": HOSTILE, "due": ""}])],
                                "links": [(HOSTILE, "http://x/" + "y" * 200)]})
    assert printing.print_letters([hostile, sheet], title=HOSTILE).startswith(b"%PDF-")


def test_a_typesetter_that_fails_or_hangs_is_told_and_changes_nothing(cast, jo, client_as, monkeypatch):
    letter = ordered(jo)

    def hang(*_args, **kw):
        raise subprocess.TimeoutExpired("typst", kw["timeout"])

    for broken in (hang, lambda *a, **kw: subprocess.CompletedProcess(a, 1, b"", b"error"),
                   lambda *a, **kw: subprocess.CompletedProcess(a, 0, b"not a pdf", b"")):
        monkeypatch.setattr(subprocess, "run", broken)
        page = pdf_of(client_as(cast.bob), letter)
        assert (page.status_code, "They are all still here" in page.text or "alle noch hier" in page.text) == (503, True)
    assert (state(letter), pin_state(db.session.get_one(Person, jo.id)), db.session.query(LetterAttempt).count()) \
        == ("to_print", "none", 0)


def test_no_password_of_ours_reaches_the_typesetter(monkeypatch):
    monkeypatch.setenv("SUGGESTBOX_SMTP_PASSWORD", "secret")
    assert "secret" not in json.dumps(surroundings())


def test_a_letter_whose_reason_is_gone_is_cancelled_and_one_that_breaks_holds_up_no_other(cast, jo, client_as, monkeypatch):
    gone, broken, fine = (paper(jo, key) for key in "abc")
    with work():
        db.session.get_one(Letter, gone.id).facts = {"notice_id": 999}
    real, broken_id = printing.text_of, broken.id

    def text_of(letter, reader):
        if letter.id == broken_id:
            raise ValueError("poison")
        return real(letter, reader)

    monkeypatch.setattr(printing, "text_of", text_of)
    answer = pdf_of(client_as(cast.bob), gone, broken, fine)
    assert answer.data.startswith(b"%PDF-")
    assert [state(letter) for letter in (gone, broken, fine)] == ["cancelled", "to_print", "to_print"]
    assert [a.letter_id for a in db.session.query(LetterAttempt)] == [fine.id]


def test_who_left_gets_no_letter(cast, jo, client_as):
    letter = paper(jo)
    with work():
        db.session.get_one(Person, jo.id).active = False
    assert pdf_of(client_as(cast.ida), letter).status_code == 303
    assert state(letter) == "cancelled"


def test_somebody_elses_letters_are_not_printed_and_nonsense_is_nothing(cast, jo, max_, client_as):
    theirs = paper(max_)
    paper(jo)
    bob = client_as(cast.bob)
    for ids in ([theirs.id], ["x", "-1", "9" * 40], []):
        assert bob.post("/letters/pdf", data={"letter": ids}).status_code == 303
        assert bob.post("/letters/printed", data={"letter": ids}).status_code == 303
    assert state(theirs) == "to_print"


# -- printed -----------------------------------------------------------------------------------------------------------


def test_printed_letters_are_sent_with_a_try_and_a_line_in_the_journal(cast, jo, client_as):
    one, other = paper(jo, "a"), paper(jo, "b")
    bob = client_as(cast.bob)
    pdf_of(bob, one)
    answer = bob.post("/letters/printed", data={"letter": [one.id, other.id]})
    assert answer.status_code == 409  # of the other one there is no PDF yet
    assert (state(one), state(other), queue(cast.bob)) == ("sent", "to_print", [jo.id])
    (attempt,) = db.session.query(LetterAttempt)
    assert (attempt.letter_id, attempt.n, attempt.result, attempt.ended_at is not None) == (one.id, 1, "sent", True)
    (entry,) = db.session.scalars(sa.select(Entry).where(Entry.kind == "mail.printed"))
    assert (entry.actor_id, entry.facts) == (cast.bob.id, {"letters": [one.id]})


# -- PINs --------------------------------------------------------------------------------------------------------------


def caught_pins(monkeypatch) -> list[str]:
    """Look over the typesetter's shoulder."""
    seen: list[str] = []
    real = printing.print_letters

    def look(sheets, **kw):
        seen.extend(sheet.pin for sheet in sheets if sheet.pin)
        return real(sheets, **kw)

    monkeypatch.setattr(printing, "print_letters", look)
    return seen


def test_a_pin_is_made_when_its_letter_is_printed_and_stands_nowhere_else(cast, jo, client_as, monkeypatch, caplog):
    letter = ordered(jo)
    seen, bob = caught_pins(monkeypatch), client_as(cast.bob)
    assert pin_state(db.session.get_one(Person, jo.id)) == "none"
    assert pdf_of(bob, letter).data.startswith(b"%PDF-")
    (first,) = seen
    person = db.session.get_one(Person, jo.id)
    assert (pin_state(person), pin_fits(person, first, here())) == ("first", True)

    pdf_of(bob, letter)  # printed once more: another PIN, and the one before is void
    db.session.expire_all()
    assert [pin_fits(person, pin, here()) for pin in seen] == [False, True]

    rows = []
    for table in reversed(db.metadata.sorted_tables):
        rows += [str(tuple(row)) for row in db.session.execute(sa.select(table))]
    everything = "\n".join(rows) + caplog.text
    assert [pin in everything for pin in seen] == [False, False]


def test_a_new_pin_opens_the_door_to_who_was_locked_out(app, cast, jo, client_as, monkeypatch):
    seen, guess = caught_pins(monkeypatch), {"personnel_no": "20417", "pin_password": "640913"}
    codes = [app.test_client().post("/sign-in/pin", data=guess).status_code for _try in range(6)]
    assert codes == [422] * 5 + [429]
    pdf_of(client_as(cast.bob), ordered(jo))
    entered = app.test_client().post("/sign-in/pin", data={**guess, "pin_password": seen[0]})
    assert (entered.status_code, "new_pin_password" in entered.text) == (200, True)


def test_the_letter_says_number_and_address(cast, jo):
    letter = ordered(jo)
    with work():
        sheets, _c, _f = printing.write_sheets([printing.Waiting(letter, jo.id, False)], here(), now=utc_now())
    (sheet,) = sheets.values()
    assert "20417" in " ".join(sheet.paragraphs)
    assert "/sign-in/pin" in " ".join(sheet.paragraphs)


def test_without_a_configured_address_a_letter_names_the_one_it_is_printed_from(app, cast, jo):
    letter = ordered(jo)
    with app.test_request_context(base_url="http://ideas.works.example:8000/"), work():
        sheets, _c, _f = printing.write_sheets([printing.Waiting(letter, jo.id, False)], here(), now=utc_now())
    (sheet,) = sheets.values()
    assert "http://ideas.works.example:8000/sign-in/pin" in sheet.paragraphs


def test_who_meanwhile_got_an_email_address_needs_no_pin(cast, jo, client_as):
    letter = ordered(jo)
    with work():
        db.session.get_one(Person, jo.id).email = "jo@example.com"
    assert pdf_of(client_as(cast.ida), letter).status_code == 303
    assert (state(letter), pin_state(db.session.get_one(Person, jo.id))) == ("cancelled", "none")


def test_pins_are_ordered_on_the_page_for_ones_own_people_only(cast, jo, max_, client_as):
    with work():
        boss = newcomer(cast.home, "Chef", cast.logistics, email=None, personnel_no="20419")
        grant(boss, "idea_manager")
    bob = client_as(cast.bob)
    page = bob.get("/letters/pins").text
    assert ("Jo Neu" in page, "Chef Neu" in page, "Max Neu" in page) == (True, True, False)
    answer = bob.post("/letters/pins", data={"person": [jo.id, max_.id, boss.id]})
    assert answer.headers["Location"] == "/letters"
    assert [(x.person_id, x.kind, x.state) for x in db.session.query(Letter)] == [(jo.id, FIRST_PIN, "to_print")]
    bob.post("/letters/pins", data={"person": [jo.id]})
    assert db.session.query(Letter).count() == 1
    assert db.session.scalars(sa.select(Entry.actor_id).where(Entry.kind == "person.pin_ordered")).all() == [cast.bob.id]


@pytest.mark.parametrize("columns", [{"email": "x@example.com"}, {"active": False}])
def test_a_pin_is_refused_for_who_signs_in_otherwise(cast, jo, columns):
    with work():
        for name, value in columns.items():
            setattr(db.session.get_one(Person, jo.id), name, value)
    with pytest.raises(Refused) as refusal, work():
        order_first_pin(db.session.get_one(Person, jo.id), now=utc_now(), actor=None)
    assert refusal.value.reason == "no_pin"


def test_many_people_come_page_by_page_and_are_found_by_name_and_number(cast, jo, client_as, count_queries):
    bob, counts = client_as(cast.bob), []
    for start, end in ((0, 0), (0, 59)):
        with work():
            for n in range(start, end):
                newcomer(cast.home, f"P{n:02d}", cast.logistics, email=None, personnel_no=f"5{n:04d}", family_name="Özdemir")
        bob.get("/letters/pins")
        with count_queries() as statements:
            page = bob.get("/letters/pins").text
        counts.append(len(statements))
    assert (counts, page.count('name="person"'), "after=50" in page) == ([6, 6], 50, True)
    assert bob.get("/letters/pins?after=50").text.count('name="person"') == 10
    assert bob.get("/letters/pins?q=ozdemir+p07").text.count('name="person"') == 1
    assert bob.get("/letters/pins?q=20417").text.count('name="person"') == 1
    assert "name=\"person\"" not in bob.get("/letters/pins?q=nobody&after=xyz").text


def test_the_typesetter_is_a_program_of_its_own():
    ran = subprocess.run([sys.executable, "-m", "suggestbox.core.typesetting"], input=b"nonsense", capture_output=True,
                         timeout=60, check=False)
    assert ran.returncode != 0 and ran.stdout == b""


def test_letters_wait_while_time_goes_by(cast, jo, client_as, clock):
    letter = paper(jo)
    clock.shift(timedelta(days=90))
    assert pdf_of(client_as(cast.bob), letter).data.startswith(b"%PDF-")
