"""Modules: off means no page, no menu, no setting, no job; on means all of it."""

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.modules import MODULES, settings_in_use
from suggestbox.core.settings import set_rule
from suggestbox.feedback import jobs, learning_jobs
from suggestbox.feedback.tree import create_theme
from suggestbox.handbook.queries import told_at_once
from tests.cast import grant

PAGES = {
    "feedback": ("/feedback", "/feedback/map", "/feedback/heard", "/feedback/unanswered"), "calls": ("/calls", "/calls/new"),
    "reports": ("/reports", "/reports/participation", "/reports/flow", "/reports/exports", "/how-are-we-doing"),
    "awards": ("/awards", "/awards/rules"), "stories": ("/stories", "/stories/candidates"),
}


def switch(module: str, on: bool) -> None:
    with work():
        set_rule(f"modules.{module}", on, now=utc_now())


@pytest.mark.parametrize("module", MODULES)
def test_pages_are_there_only_while_the_module_is_on(module, cast, client_as):
    with work():
        grant(cast.ida, "cx_manager")
    browser = client_as(cast.ida)
    assert [browser.get(path).status_code for path in PAGES[module]] == [200] * len(PAGES[module])
    switch(module, False)
    assert [browser.get(path).status_code for path in PAGES[module]] == [404] * len(PAGES[module])


def test_no_page_of_the_house_leads_to_a_module_that_is_off(cast, client_as):
    browser = client_as(cast.ida)
    pages = ("/", "/ideas", "/ideas/new", "/handbook", "/measures")
    assert any("/feedback" in browser.get(path).text for path in pages)
    assert any("/calls" in browser.get(path).text for path in pages)
    assert any("/stories" in browser.get(path).text for path in pages)
    for module in MODULES:
        switch(module, False)
    for path in pages:
        text = browser.get(path).text
        assert ("/feedback" in text, "/calls" in text, "/stories" in text) == (False, False, False), path


def test_settings_and_letters_of_a_module_are_named_only_while_it_is_on(cast):
    names = [setting.name for setting in settings_in_use()]
    told = told_at_once()
    assert any(name.startswith("feedback.") for name in names)
    for module in MODULES:
        switch(module, False)
    left = [setting.name for setting in settings_in_use()]
    assert [name for name in names if name not in left] == [n for n in names if n.startswith(tuple(f"{m}." for m in MODULES))]
    assert set(told_at_once()) <= set(told)


@pytest.mark.parametrize("on", [True, False])
def test_what_is_due_is_learned_only_while_the_module_is_on(on, cast, monkeypatch):
    started: list[str] = []
    monkeypatch.setattr(learning_jobs, "_run", started.append)
    with work():
        create_theme(now=utc_now(), by_id=None, name_de="Lieferung", name_en="Delivery")
    switch("feedback", on)
    for _name, _when, job in (*jobs.JOBS, *jobs.TICKS):
        job()
    assert started == (["retrain"] if on else [])
