"""What the browser tests share: one Chromium and one server per process, a fresh database for each test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.server import House, at_noon, open_house
from tests.browser.visitor import Visitor
from tests.chromium import launch_options


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def one_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The server, started once."""
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def house(one_house: House) -> Iterator[House]:
    """The server on a fresh database, at noon of a working Wednesday. An error in its log fails the test."""
    with at_noon(one_house) as house:
        yield house


@pytest.fixture
def visit(chromium: Any, house: House) -> Iterator[Callable[..., Visitor]]:
    """Give a function that lets one of the cast sit down at a browser of their own: visit("ann", language="de")."""
    sitting: list[Visitor] = []

    def sit_down(name: str, **settings: Any) -> Visitor:
        sitting.append(Visitor(chromium, house, name, **settings))
        return sitting[-1]

    yield sit_down
    for visitor in sitting:
        visitor.leave()
    for visitor in sitting:
        assert visitor.complaints == [], visitor.name
