"""The theme model learns themes and polarities in both languages, says when nothing fits, and is the same each time."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from suggestbox.core.errors import Invalid
from suggestbox.feedback import vectors
from suggestbox.feedback.calibration import best_threshold, declining_below
from suggestbox.feedback.features import is_english, name_as_text
from suggestbox.feedback.opinions import opinions_in
from suggestbox.feedback.sense import learn_sense
from suggestbox.feedback.theme_model import Example, train
from suggestbox.feedback.theme_store import MARK, DamagedModel, load_model, save_model
from tests.feedback.texts import english, german


@pytest.fixture(scope="module")
def model():
    return train(german())


def told(model, *texts: str) -> list[list[tuple[str, str]]]:
    return [sorted((guess.theme, guess.polarity) for guess in row) for row in model.fitting(texts)]


def test_themes_and_polarities_of_new_texts(model):
    assert told(model, "Am Freitag war der Lift schon wieder kaputt", "Danke an das freundliche Personal im Zug",
                "Warum ist die Fahrkarte so teuer?") == [
        [("Aufzug: Betrieb", "negative")], [("Personal", "positive")], [("Fahrpreis", "negative")]]


def test_a_text_may_have_two_themes(model):
    assert told(model, "Der Aufzug steht still und das Personal ist unfreundlich") == [
        [("Aufzug: Betrieb", "negative"), ("Personal", "negative")]]


def test_none_fits_and_three_guesses_are_there_all_the_same(model):
    (row,) = model.guesses(["Am Sonntag backen wir Kuchen im Garten"])
    assert ([guess.fits for guess in row], [guess.sure for guess in row]) == ([False] * 3, [False] * 3)
    assert sorted(guess.theme for guess in row) == ["Aufzug: Betrieb", "Fahrpreis", "Personal"]
    assert [guess.chance for guess in row] == sorted((guess.chance for guess in row), reverse=True)


def test_naughty_texts_are_told_something_or_nothing(model):
    texts = ["", " ", "\x00", "💥" * 50, "a" * 100_000, "=1+1", "日本語", "|:|", "\ud800", "the \ud800 is"]
    for found in (model, train(english())):
        assert len(found.guesses(texts)) == len(texts)
    assert model.guesses([]) == []


def test_the_same_examples_make_the_same_model(model):
    again = train(german())
    text = ["Der Aufzug ist teuer", "Das Personal war heute nett"]
    assert again.guesses(text) == model.guesses(text)


def test_english_themes_one_each():
    found = train(english())
    assert found.one_each
    rows = found.guesses(["somebody stole my card", "how do I add money with the app", "which rate do you use for dollars"])
    assert [row[0].theme for row in rows] == ["card_lost", "top_up", "exchange_rate"]
    assert [guess.polarity for row in rows for guess in row] == [""] * 9


def test_without_the_package_of_vectors_words_alone_do(monkeypatch):
    monkeypatch.setattr(vectors, "_tables", lambda: None)
    found = train(english())
    assert (found.sense, found.features.width) == (None, 0)
    assert found.guesses(["cancel my account today"])[0][0].theme == "close_account"


def test_a_saved_model_tells_the_same(model, tmp_path):
    save_model(model, tmp_path / "themes.model")
    text = ["Der Aufzug ist kaputt", "Danke, nettes Personal", "Es regnet"]
    assert load_model(tmp_path / "themes.model").guesses(text) == model.guesses(text)
    assert [path.name for path in tmp_path.iterdir()] == ["themes.model"]
    english_model = train(english())
    save_model(english_model, tmp_path / "themes.model")
    assert load_model(tmp_path / "themes.model").guesses(["lost card"]) == english_model.guesses(["lost card"])


def _flipped(raw: bytes) -> bytes:
    return raw[:-100] + bytes([raw[-100] ^ 1]) + raw[-99:]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [(_flipped, "model_damaged"), (lambda raw: raw[: len(raw) // 2], "model_damaged"), (lambda raw: b"", "model_version"),
     (lambda raw: raw.replace(MARK, b"suggestbox theme model 0\n"), "model_version"), (lambda raw: MARK, "model_damaged"),
     (lambda raw: b"\x80\x04\x95", "model_version")],
    ids=["one bit", "half", "empty", "older", "only the mark", "a pickle"],
)
def test_a_damaged_file_is_refused(model, tmp_path, damage, reason):
    path = tmp_path / "themes.model"
    save_model(model, path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DamagedModel) as refused:
        load_model(path)
    assert refused.value.reason == reason


def test_a_model_made_with_other_vectors_is_learned_anew(tmp_path, monkeypatch):
    assert vectors.width() > 0
    save_model(train(english()), tmp_path / "themes.model")
    monkeypatch.setattr(vectors, "_tables", lambda: None)
    with pytest.raises(DamagedModel):
        load_model(tmp_path / "themes.model")


@pytest.mark.parametrize("examples", [[], [Example("a"), Example("b")], [Example("a", frozenset(["x"]))] * 3])
def test_nothing_can_be_learned_from_nothing(examples):
    with pytest.raises(Invalid) as refused:
        train(examples)
    assert refused.value.reason == "nothing_to_learn"


@pytest.mark.parametrize("examples", [
    [Example("lift", frozenset(["a"])), Example("price", frozenset(["b"]))],
    [Example("lift", frozenset(["a"])), Example("rain")],
    [Example("lift broken", frozenset(["a"]), (("a", "x"),)), Example("price", frozenset(["b"]), (("b", "y"),))],
    [Example("-", frozenset(["a", "b"])), Example("!", frozenset(["b"])), Example("", frozenset())],
])
def test_a_handful_of_examples_is_enough_to_begin(examples):
    assert len(train(examples).guesses(["the lift", ""])) == 2


def test_where_all_have_one_polarity_it_is_told(tmp_path):
    some = [Example(e.text, e.themes, tuple((theme, "bad") for theme in e.themes)) for e in german()]
    found = train(some)
    save_model(found, tmp_path / "themes.model")
    for one in (found, load_model(tmp_path / "themes.model")):
        assert told(one, "Am Freitag war der Lift kaputt") == [[("Aufzug: Betrieb", "bad")]]


def test_names_of_themes_are_words():
    assert [name_as_text(name) for name in ("Aufzug#Betrieb", "card_payment", "Post: late parcel", "LateParcel")] == [
        "Aufzug Betrieb", "card payment", "Post late parcel", "Late Parcel"]


def test_languages_and_opinions():
    assert [is_english(text, False) for text in ("the lift is broken", "der Lift ist kaputt", "lift")] == [True, False, False]
    assert is_english("lift", True)
    assert opinions_in("der aufzug ist nicht gut aber das personal war freundlich".split()) == ["denied praise", "praise"]


def test_thresholds():
    themes = np.array([[1, 0], [0, 1], [1, 1], [0, 0]])
    chances = np.array([[0.9, 0.1], [0.2, 0.6], [0.8, 0.55], [0.3, 0.4]])
    assert 0.40 < best_threshold(chances, themes, always_one=False) <= 0.55
    one_each = np.array([[1, 0]] * 99 + [[0, 0]])
    sure = np.column_stack([np.linspace(0.5, 0.99, 100), np.zeros(100)])
    assert 0.5 <= declining_below(sure, one_each) < 0.55


DATA = os.environ.get("SUGGESTBOX_DATA", "")


@pytest.mark.slow
@pytest.mark.skipif(not DATA, reason="SUGGESTBOX_DATA names no folder with real data")
def test_real_feedback_is_told_better_than_by_the_plain_method(tmp_path):
    """Three quarters of the posts that have a theme teach, the others ask."""
    import csv

    from suggestbox.feedback.evaluation import evaluate

    with (Path(DATA) / "feedback_de_mobasa_dev.csv").open(encoding="utf-8", newline="") as file:
        posts = [post for post in csv.DictReader(file) if post["themes_de"]]
    for name, some in (("learn", [p for n, p in enumerate(posts) if n % 4]), ("ask", posts[::4])):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("text", "themes", "polarities"))
            writer.writerows((p["text"], p["themes_de"], p["theme_polarity"]) for p in some)
    found = evaluate(tmp_path / "learn.csv", tmp_path / "ask.csv", with_baseline=True)
    apart = found["difference"]
    assert [name for name in apart if apart[name]["worse"]] == []
    assert [name for name in apart if apart[name]["better"]] == [
        "themes.micro_f1", "themes.macro_f1", "themes_with_polarity.micro_f1", "themes_with_polarity.macro_f1",
        "in_scope_accuracy"], json.dumps(apart)


def test_texts_that_stand_there_many_times_are_learned_from_like_others():
    dice = np.random.default_rng(4)
    distinct = dice.normal(size=(300, 64)).astype(np.float32)
    distinct /= np.linalg.norm(distinct, axis=1, keepdims=True)
    which = dice.integers(0, 300, size=6000)
    themes = np.eye(5)[which % 5]
    sense = learn_sense(distinct[which], themes)
    scores, nearest = sense.scores(distinct)
    assert (scores.argmax(axis=1) == np.arange(300) % 5).all()
    assert np.allclose(nearest, 1.0, atol=1e-5)
