"""Texts in CSV files: no reader finds a formula in them, whatever separator it expects, and they come back exactly."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from suggestbox.core.cells import guarded, plain

pytestmark = pytest.mark.either

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
TEXT = st.text(st.sampled_from([*"=+-@'\"\t\r\n ;,|ab1", "\u00a0", "\uff1d", "ä"]), max_size=12) | st.text(max_size=30)


def cells_found(raw: str, separator: str) -> list[str]:
    """Give the cells the most generous reader finds: no quotation mark keeps anything together."""
    return re.split(f"[{re.escape(separator)}\r\n]", raw)


@given(st.lists(st.lists(TEXT, min_size=2, max_size=3), min_size=1, max_size=3), st.sampled_from(",;\t"))
@example([["a;=1+1", "b"]], ",")
@example([['a;"=1+1";b', "b"]], ",")
@example([["a\n=1+1", "\t=1"]], ";")
def test_no_reader_finds_a_formula_and_every_text_comes_back(rows, separator):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([[guarded(text) for text in row] for row in rows])
    again = list(csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=separator))
    assert [[plain(cell) for cell in row] for row in again] == rows
    assert [cell[:1] for row in again for cell in row if cell[:1] in tuple(f"{SIGNS}\t\r\n")] == []
    for other in ",;\t|":
        found = cells_found(out.getvalue(), other)
        assert [cell for cell in found if cell.lstrip(" \u00a0\"\t")[:1] in tuple(SIGNS)] == []


@pytest.mark.parametrize(("text", "shown"), [
    ("=1+1", "'=1+1"), ("\tx", "'\tx"), ("\rx", "'\rx"), ("-5 °C", "'-5 °C"), ("'=x", "''=x"), ("it is 5-6", "it is 5-6"),
    ("so;=1", "so;'=1"), ("this:\n- one\n- two", "this:\n'- one\n'- two"), ("'tis", "'tis"), ("a, b; c", "a, b; c"), ("", ""),
])
def test_only_what_could_begin_a_formula_gets_an_apostrophe(text, shown):
    assert guarded(text) == shown
    assert plain(shown) == text
