"""Distinct customers beside comments, positive and negative apart; what does not count does not count."""

from datetime import date

from suggestbox.core.database import db, work
from suggestbox.feedback.figures import Figure, Slice, quotes_of, theme_figures, totals
from suggestbox.feedback.landscape import landscape
from suggestbox.feedback.models import Assignment, Import, Source, ThemeQuote
from suggestbox.feedback.ranking import in_order, themes_seen
from suggestbox.feedback.theme_sight import first_day, is_loud, look_at_theme, quotes_in, reasons_for_low_marks
from suggestbox.feedback.trends import mean_of
from tests.feedback.scene import AT, make_item, make_theme

OCTOBER = Slice(date(2026, 10, 1), date(2026, 10, 31))


def figure_of(theme, slice_: Slice = OCTOBER) -> Figure:
    return theme_figures(slice_, landscape())[theme.id]


def test_one_loud_voice_is_not_many(app):
    with work():
        late = make_theme("late")
        for n in range(4):
            make_item("Zu spät.", (late, "negative"), customer_hash=f"c{n}")
        for _n in range(6):
            make_item("Schon wieder zu spät!", (late, "negative"), customer_hash="c0")
        make_item("Pünktlich, danke.", (late, "positive"), customer_hash="c1")
    found = figure_of(late)
    assert found == Figure(
        customers=4, comments=11, positive_customers=1, positive_comments=1, negative_customers=4, negative_comments=10,
        loudest=7,
    )
    assert is_loud(found) and not is_loud(Figure(customers=4, comments=11, loudest=2))


def test_items_without_a_customer_are_customers_of_their_own(app):
    with work():
        late = make_theme("late")
        for _n in range(3):
            make_item("Zu spät.", (late, "neutral"))
    assert figure_of(late) == Figure(customers=3, comments=3, neutral_comments=3, loudest=1)


def test_a_theme_counts_what_lies_below_it_each_item_once(app):
    with work():
        above = make_theme("delivery")
        late, broken = make_theme("late", parent=above), make_theme("broken", parent=above)
        make_item("Zu spät und kaputt.", (late, "negative"), (broken, "negative"), customer_hash="c1")
        make_item("Zu spät, aber heil.", (late, "negative"), (broken, "positive"), customer_hash="c1")
    assert figure_of(above) == Figure(1, 2, 1, 1, 1, 2, 0, 2)
    assert figure_of(broken) == Figure(1, 2, 1, 1, 1, 1, 0, 2)


def test_archived_themes_below_still_count(app):
    with work():
        above = make_theme("delivery")
        make_item("Zu spät.", (make_theme("late", parent=above, archived_at=AT), "negative"))
    assert figure_of(above).customers == 1


def test_guesses_hidden_items_and_imports_that_did_not_come_in_do_not_count(app, cast):
    with work():
        late = make_theme("late")
        source = Source(key="s", name="Survey", created_at=AT, changed_at=AT)
        db.session.add(source)
        db.session.flush()
        undone = Import(source_id=source.id, kind="csv", state="undone", created_at=AT, undone_at=AT)
        db.session.add(undone)
        db.session.flush()
        make_item("Es zählt.", (late, "negative"))
        make_item("Kam nicht herein.", (late, "negative"), import_id=undone.id)
        make_item("Versteckt.", (late, "negative"), hidden_at=AT, hidden_by_id=cast.ann.id, hidden_reason="Spam")
        guess = make_item("Vielleicht.")
        db.session.add(Assignment(item_id=guess.id, theme_id=late.id, state="guess", origin="model", at=AT))
        undone_id = undone.id
    assert figure_of(late).comments == 1
    with work():
        make_item("Kam nicht herein.", said_on=date(2020, 1, 1), import_id=undone_id)
        make_item("Am Anfang.", said_on=date(2026, 3, 1), channel="email")
    assert [first_day(slice_) for slice_ in (OCTOBER, Slice(channel="survey"), Slice(channel="social"))] == [
        date(2026, 3, 1), date(2026, 10, 20), None,
    ]
    assert totals(OCTOBER).comments == 2  # the guess was said, only not about a theme yet


def test_a_slice_narrows(app):
    with work():
        late = make_theme("late")
        make_item("Oktober, Umfrage, Nord.", (late, "negative"), segment="North")
        make_item("September.", (late, "negative"), said_on=date(2026, 9, 30))
        make_item("Am Telefon.", (late, "negative"), channel="call_note")
        make_item("Eine Kollegin.", (late, "negative"), audience="employees")
    counts = [
        figure_of(late, slice_).comments for slice_ in (
            Slice(), OCTOBER, Slice(until=date(2026, 9, 30)), Slice(channel="call_note"), Slice(segment="North"),
            Slice(audience="employees"), Slice(touchpoint_id=1),
        )
    ]
    assert counts == [4, 3, 1, 1, 1, 1, 0]


def test_the_time_before(app):
    assert OCTOBER.before(date(2020, 1, 1)) == Slice(date(2026, 8, 31), date(2026, 9, 30))
    assert OCTOBER.before(date(2026, 9, 1)) is None, "it began before the first feedback"
    assert Slice(until=date(2026, 9, 1)).before(date(2020, 1, 1)) is None


def test_marks_count_each_customer_once(app):
    with work():
        late = make_theme("late")
        for _n in range(9):
            make_item("Schlimm.", (late, "negative"), customer_hash="c1", rating=1.0, nps=0)
        make_item("Gut.", (late, "positive"), customer_hash="c2", rating=5.0, nps=10)
    found = figure_of(late)
    assert (found.csat, found.nps) == (mean_of([1.0, 5.0], 1.0, 5.0), mean_of([-100.0, 100.0], -100.0, 100.0))
    assert (found.csat.mean, found.nps.mean, found.csat.count) == (3.0, 0.0, 2)


def test_quotes_are_of_different_customers_typical_ones_first(app):
    with work():
        late = make_theme("late")
        old = make_item("Typisch.", (late, "negative"), customer_hash="c1", said_on=date(2026, 10, 2))
        new = make_item("Neu.", (late, "negative"), customer_hash="c2", said_on=date(2026, 10, 20))
        make_item("Vom selben.", (late, "negative"), customer_hash="c2", said_on=date(2026, 10, 19))
        newer = make_item("Mittel.", (late, "negative"), customer_hash="c3", said_on=date(2026, 10, 18))
        make_item("Lob.", (late, "positive"), customer_hash="c4")
        make_item("lob. ", (late, "positive"), customer_hash="c5", said_on=date(2026, 10, 3))
        db.session.add(ThemeQuote(theme_id=late.id, item_id=old.id, polarity="negative", position=1))
    assert [item.id for item in quotes_of([late.id], "negative", OCTOBER, 3)] == [old.id, new.id, newer.id]
    assert [item.id for item in quotes_of([late.id], "negative", OCTOBER, 2)] == [old.id, new.id]
    sight = look_at_theme(late.id, OCTOBER, landscape(), first=None, today=date(2026, 11, 4))
    found = quotes_in(sight, [late.id], {"negative": 3, "positive": 3})
    assert [[item.text for item in items] for items in found.values()] == [["Typisch.", "Neu.", "Mittel."], ["Lob."]]


# -- one theme, and all of them in order ---------------------------------------------------------------------------------


def test_a_theme_over_time(app):
    with work():
        above = make_theme("delivery")
        late = make_theme("late", parent=above)
        for day, polarity, who in ((3, "negative", "a"), (4, "negative", "a"), (9, "negative", "b"), (30, "positive", "c")):
            make_item("…", (late, polarity), said_on=date(2026, 10, day), customer_hash=who, channel="email")
        make_item("Davor.", (above, "negative"), said_on=date(2026, 9, 10), channel="review")
    first = first_day(OCTOBER)
    assert first == date(2026, 9, 10)
    sight = look_at_theme(above.id, OCTOBER, landscape(), first=date(2026, 8, 1), today=date(2026, 11, 4))
    assert [(s.span.since.day, s.positive, s.negative, s.comments, s.span.whole) for s in sight.spans] == [
        (1, 0, 1, 1, False), (4, 0, 2, 2, True), (11, 0, 0, 0, True), (18, 0, 0, 0, True), (25, 1, 0, 1, True),
    ]
    assert (sight.figure.customers, sight.below[late.id].customers) == (3, 3)
    assert {name: (c.before, c.since, c.word) for name, c in sight.changes.items()} == {
        "": (1, 3, "unclear"), "positive": (0, 1, "unclear"), "negative": (1, 2, "unclear"),
    }
    assert [(name, figure.comments) for name, figure in sight.channels] == [("email", 4)]
    assert look_at_theme(above.id, OCTOBER, landscape(), first=first, today=date(2026, 11, 4)).changes == {}


def test_what_goes_with_low_marks(app):
    with work():
        above, other = make_theme("delivery"), make_theme("price")
        late = make_theme("late", parent=above)
        make_item("Zu spät und teuer.", (late, "negative"), (other, "negative"), rating=1.0, customer_hash="a")
        make_item("Zu spät.", (late, "negative"), nps=6, customer_hash="b")
        make_item("Geht so.", (late, "negative"), rating=3.0, customer_hash="c")
        make_item("Teuer.", (other, "negative"), rating=1.0, customer_hash="d")
    lands, at = landscape(), date(2026, 11, 4)
    found = reasons_for_low_marks(above.id, look_at_theme(above.id, OCTOBER, lands, first=None, today=at), lands)
    assert (found.customers, found.themes) == (2, ((late.id, 2), (other.id, 1)))
    sight = look_at_theme(late.id, OCTOBER, lands, first=None, today=at)
    assert reasons_for_low_marks(late.id, sight, lands).themes == ((other.id, 1),)


def test_two_comments_never_stand_above_forty(app):
    with work():
        many, few, grew = make_theme("many"), make_theme("few"), make_theme("grew")
        rows = [(many, n, 20) for n in range(40)] + [(many, n, 5) for n in range(20)] + [(few, n, 20) for n in range(2)]
        rows += [(grew, n, 20) for n in range(12)]
        for theme, n, day in rows:
            make_item("…", (theme, "negative"), customer_hash=f"{theme.key}{n}", said_on=date(2026, 10, day))
    lands, half = landscape(), Slice(date(2026, 10, 16), date(2026, 10, 31))
    seen = themes_seen(half, lands, first=date(2026, 9, 1), today=date(2026, 11, 4))
    names = {order: [row.theme.key for row in in_order(seen, order)] for order in ("customers", "rising", "positive", "name")}
    assert names == {
        "customers": ["many", "grew", "few"], "rising": ["grew", "many", "few"], "positive": ["few", "grew", "many"],
        "name": ["few", "grew", "many"],
    }
    assert {row.theme.key: (row.change.before, row.change.since, row.change.word) for row in seen if row.change} == {
        "many": (20, 40, "rising"), "few": (0, 2, "unclear"), "grew": (0, 12, "rising"),
    }
    assert {row.theme.key: sum(row.downs) for row in seen} == {"many": 40, "few": 2, "grew": 12}
