"""Who reads a letter, and speaking their language while it is written."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, has_request_context, request
from werkzeug.test import create_environ

from suggestbox.core.clock import local_date
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.core.language import CODES, force_locale, forget_form_of_address
from suggestbox.ideas.models import Submitter
from suggestbox.ideas.parts import person_behind
from suggestbox.people.directory import Directory

from .letters import Reader
from .models import Letter, Notice


def reader_of(book: Directory, person_id: int, now: datetime) -> Reader | None:
    """Give the reader a person is, or None when there is nobody with this id."""
    brief = book.person(person_id)
    if brief is None:
        return None
    language = brief.language if brief.language in CODES else book.site_languages.get(brief.site_id, "de")
    zone = book.zone_of(person_id)
    return Reader(person_id, brief.given_name, brief.family_name, brief.salutation, brief.email, language, zone,
                  local_date(now, zone))


def person_told(row: Letter | Notice) -> int | None:
    """Give the id of the person a notice or letter is for, also of a confidential submitter. Never show it."""
    if row.submitter_id is None:
        return row.person_id
    submitter = db.session.get(Submitter, row.submitter_id)
    return person_behind(submitter) if submitter else None


@lru_cache(maxsize=8)
def _site_at(base_url: str) -> dict[str, Any]:
    """What a request to the site looks like, put together once: letters are many."""
    return create_environ(base_url=base_url)


@contextmanager
def on_the_site() -> Iterator[None]:
    """Have the addresses of the site at hand (`url_for` works), outside of a request too."""
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    inside = nullcontext() if has_request_context() else current_app.request_context(
        {**_site_at(deployment.base_url or "http://localhost/")})
    with inside:
        yield


@contextmanager
def speaking_to(reader: Reader) -> Iterator[None]:
    """Speak the reader's language on the reader's clock; addresses are those of the site (`url_for` works)."""
    before = g.get("zone")
    with on_the_site(), force_locale(reader.language):
        g.zone = reader.zone
        forget_form_of_address()
        try:
            yield
        finally:
            g.zone = before


def outside(path: str) -> str:
    """Give the full address of a path on the site, as it stands in letters: from the configured address.

    Without one no letter leaves, but a coordinator may print some: then it is the address they print from.

    Takes   path: as `url_for` gives it, or from the site's own root
    """
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    site = urlsplit(deployment.base_url or (request.host_url if has_request_context() else ""))
    below = site.path.rstrip("/")
    inside = path if not below or path == below or path.startswith(f"{below}/") else below + path
    return f"{site.scheme}://{site.netloc}{inside}"
