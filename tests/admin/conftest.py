"""What every test of this room may ask for."""

import pytest

from suggestbox.mail import postman
from tests.admin.scene import MAIL, Taking


@pytest.fixture
def mail(app, clock, monkeypatch) -> Taking:
    """Mail is set up, on a working Wednesday, and a server takes what comes."""
    app.config["DEPLOYMENT"] = app.config["DEPLOYMENT"].model_copy(update=MAIL)
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    server = Taking()
    monkeypatch.setattr(postman, "carriers_for", lambda _deployment: {"mail": server})
    return server
