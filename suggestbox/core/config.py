"""Deployment settings: read once from the environment (`SUGGESTBOX_...`, or `..._FILE` for secrets)."""

import os
import re
import secrets
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "SUGGESTBOX_"
_PLAIN_ADDRESS = re.compile(r"[^\s<>@,;:\"]+@[^\s<>@,;:\"]+")


class Deployment(BaseSettings):
    """How this installation runs. The rules of the house are elsewhere: in the database."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    instance: Path = Field(Path("instance"), description="Folder of the database, the files and the secret key.")
    database_url: str = Field("", description="PostgreSQL address; empty means SQLite in the instance folder.")
    secret_key: str = Field("", description="Signs cookies. Empty: one is made and kept in the instance folder.")
    customer_key: str = Field("", description="Keys the hashes of customers. Empty: one is made and kept beside secret_key.")
    base_url: str = Field("", description="Public address, e.g. https://ideas.example.com; used in every link sent out.")
    trusted_hosts: str = Field("", description="Further host names this server answers to, separated by commas.")
    trusted_proxy: str = Field("", description="Address of the reverse proxy whose X-Forwarded-* headers are believed.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, description="Port to listen on.", ge=1, le=65535)
    threads: int = Field(8, description="Threads of the web server.", ge=1, le=64)
    headquarters_zone: str = Field("Europe/Berlin", description="Time zone that years and periods are counted in.")
    max_upload_mb: int = Field(25, description="Largest request, in megabytes.", ge=1, le=500)
    smtp_host: str = Field("", description="Mail server. Empty: nothing is sent, everything stays in the inbox on the site.")
    smtp_port: int = Field(587, description="Its port: 587 for STARTTLS, 465 for TLS, 25 for a relay.", ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="starttls, tls or none.")
    smtp_user: str = Field("", description="Who signs in there. Empty: a relay that asks nobody.")
    smtp_password: str = Field("", description="Password of that user, unless OAuth 2 is used.")
    smtp_oauth_token_url: str = Field("", description="OAuth 2: where an access token is had; Microsoft 365 demands it.")
    smtp_oauth_client_id: str = Field("", description="OAuth 2: id of the application.")
    smtp_oauth_client_secret: str = Field("", description="OAuth 2: its secret.")
    smtp_oauth_scope: str = Field("https://outlook.office365.com/.default", description="OAuth 2: what the token is for.")
    smtp_ca_file: str = Field("", description="Certificates to believe, where the mail server's is the company's own.")
    smtp_timeout: int = Field(30, description="Seconds to wait for each answer of the mail server.", ge=1, le=110)
    mail_from: str = Field("", description="Address letters come from, such as ideas@example.com.")
    mail_from_name: str = Field("suggestbox", description="Name beside that address.")
    ping_url: str = Field("", description="Called every five minutes while all is well, for a watchman outside.")
    demo: bool = Field(False, description="Demo company with one-click sign-in. Refused on a database that is not one.")

    @field_validator("mail_from")
    @classmethod
    def _is_an_address(cls, text: str) -> str:
        if text and not _PLAIN_ADDRESS.fullmatch(text):
            raise ValueError("an address alone, such as ideas@example.com; the name goes into SUGGESTBOX_MAIL_FROM_NAME")
        return text

    @property
    def url(self) -> str:
        """The address of the database as SQLAlchemy takes it."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{self.instance.resolve() / 'suggestbox.db'}"

    @property
    def mail_is_on(self) -> bool:
        """Whether letters can be sent: a server, a sender and an address for the links are known."""
        return bool(self.smtp_host and self.mail_from and self.base_url)

    @property
    def files(self) -> Path:
        """The folder of uploaded files."""
        return self.instance.resolve() / "files"

    @property
    def all_trusted_hosts(self) -> list[str]:
        """Host names this server answers to: that of the public address, the named ones, and this machine."""
        named = [name.strip() for name in self.trusted_hosts.split(",") if name.strip()]
        public = urlsplit(self.base_url).hostname
        return [*named, *([public] if public else []), "localhost", "127.0.0.1"]


class BadSettings(Exception):
    """A deployment setting cannot be used; the text says which and why."""


def read_deployment(**given: Any) -> Deployment:
    """Give the deployment settings; `given` ones win over the environment.

    Raises  BadSettings with one line per wrong variable
    """
    for name, path in list(os.environ.items()):
        if name.startswith(PREFIX) and name.endswith("_FILE"):
            key = name.removeprefix(PREFIX).removesuffix("_FILE").lower()
            if key in Deployment.model_fields and key not in given:
                try:
                    given[key] = Path(path).read_text(encoding="utf-8").strip()
                except OSError as problem:
                    raise BadSettings(f"{name}: {problem.strerror}: {path}") from None
    try:
        deployment = Deployment(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as wrong:
        lines = [f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in wrong.errors()]
        raise BadSettings("\n".join(lines)) from None
    deployment.instance.mkdir(parents=True, exist_ok=True)
    if not deployment.secret_key:
        deployment.secret_key = kept_secret(deployment.instance / "secret_key")
    return deployment


def kept_secret(path: Path) -> str:
    """Give the secret in a file of the instance folder; it is made the first time, for its owner's eyes only."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    secret = secrets.token_urlsafe(48)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secret)
    except FileExistsError:  # another process was quicker
        return path.read_text(encoding="ascii").strip()
    return secret
