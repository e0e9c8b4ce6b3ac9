"""Names, addresses and numbers go out of texts; what people complain about stays."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.feedback.masking import masked, staff_names
from suggestbox.people.queries import here


@pytest.mark.parametrize(("text", "left"), [
    ("Rufen Sie 0421 123456 oder +49 170 1234567 an", "Rufen Sie [Tel] oder [Tel] an"),
    ("ruft mich zurück (0171 2345678). Oder Tel. (555 1234)!", "ruft mich zurück ([Tel]). Oder Tel. ([Tel])!"),
    ("Tel.: 555-1234, (0421) 98 76 54, 020 7946 0958", "Tel.: [Tel], [Tel], [Tel]"),
    ("write to a.b+c@mail.example.co.uk please", "write to [E-Mail] please"),
    ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [IBAN]"),
    ("card 4111 1111 1111 1111", "card [Nr]"),
    ("Kundennummer: 4711-A, order no. 12, Bestellnr. AB-12345", "Kundennummer: [Nr], order no. [Nr], Bestellnr. [Nr]"),
    ("Ich wohne in der Lindenstraße 5a, 28195 Bremen.", "Ich wohne in der [Adresse]."),
    ("at 12 Old Mill Road, London SW1A 1AA", "at [Adresse], London [Adresse]"),
    ("see https://t.co/hH9Ktp8QvE and www.example.org.", "see [Link] and www.example.org."),
    ("@DB_Bahn @other warum?", "[Name] warum?"),
    ("Frau Müller und Herr Dr. von Stein waren nett", "Frau [Name] und Herr [Name] waren nett"),
    ("Mrs. Smith-Jones helped, Mr O'Neill did not", "Mrs. [Name] helped, Mr [Name] did not"),
    ("Mein Name ist Erika Mustermann und ich warte", "Mein Name ist [Name] und ich warte"),
    ("Liebe Anna, danke!\nViele Grüße\nPeter Schulz", "Liebe [Name], danke!\nViele Grüße\n[Name]"),
    ("All good. Kind regards, Tom", "All good. Kind regards, [Name]"),
])
def test_who_somebody_is_goes(text, left):
    assert masked(text) == left


@pytest.mark.parametrize("text", [
    "Am 05.12.2026 um 08:00 - 17:00 Uhr für 1.234,56 EUR", "Zug 12345 hatte 100000 Minuten Verspätung", "2026-11-02 10:00",
    "Hallo Team, alles gut", "Sehr geehrte Damen und Herren", "Die Frau am Schalter war nett", "Bahnhofstraße gesperrt",
    "I paid 500000 and waited 20-30 minutes", "see www.example.org", "meine Frau und ich", "",
])
def test_what_people_complain_about_stays(text):
    assert masked(text) == text


def test_staff_are_masked_by_their_names(cast):
    names = staff_names(here())
    assert masked("Kim Keller was great, Albers too. Thanks, Cooper's team", names) == (
        "[Name] was great, [Name] too. Thanks, [Name] team")
    assert masked("Ein Keller voll Wein, sagt Peters", frozenset(["Kim Keller"])) == "Ein Keller voll Wein, sagt Peters"


def test_names_that_are_words_stay_words_unless_beside_the_other_half():
    names = frozenset(["Eva Koch", "Eva"])
    assert masked("Der Koch war gut, Eva Koch auch", names) == "Der Koch war gut, [Name] auch"


TEXTS = st.text(alphabet=st.sampled_from("aAbBeEFrauHeßäü @.,:/-+()0123456789\n#"), max_size=80) | st.text(max_size=60)


@given(TEXTS)
def test_masking_twice_changes_nothing_more(text):
    once = masked(text, frozenset(["Anna Bell", "Bertha"]))
    assert masked(once, frozenset(["Anna Bell", "Bertha"])) == once


@given(st.lists(TEXTS, max_size=8))
def test_masking_changes_no_number_of_rows(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["x", masked(text)] for text in rows])
    assert len(list(csv.reader(io.StringIO(out.getvalue(), newline="")))) == len(rows)


@pytest.mark.parametrize("text", ["A" * 50_000, "Aa " * 20_000, "0 " * 20_000, "@a" * 20_000, "www." * 10_000, "Frau " * 10_000,
                                  "1-" * 20_000, "A1 " * 15_000, "Herr Dr. " * 5_000, "Am Ring " * 6_000])
def test_no_text_takes_long(text):
    import time

    started = time.process_time()
    masked(text[:30_000], frozenset(["Anna Bell"]))
    assert time.process_time() - started < 1.0
