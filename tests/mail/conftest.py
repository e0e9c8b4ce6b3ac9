"""For tests of letters: mail that is set up, in an instance folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from suggestbox.core.config import Deployment
from suggestbox.mail import steady
from tests.mail import outbox


@pytest.fixture
def mail_on(app: Flask, tmp_path: Path) -> Iterator[Deployment]:
    """Mail is set up and the kinds of letters of the tests are known; nothing listens at the address."""
    outbox.register_kinds()
    deployment = app.config["DEPLOYMENT"].model_copy(update={
        "instance": tmp_path, "smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_security": "none",
        "mail_from": "ideas@example.com", "base_url": "https://ideas.example.com",
    })
    app.config["DEPLOYMENT"] = deployment
    app.extensions.pop("mail_rests", None)
    steady.forget()
    yield deployment
    outbox.GONE.clear()
    outbox.POISON.clear()
