"""Getting off optional news: the signed address in a letter, good for one person and for years."""

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from suggestbox.core.config import Deployment
from suggestbox.core.forms import LARGEST

from .readers import outside


def _signer() -> URLSafeSerializer:
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    return URLSafeSerializer(deployment.secret_key, salt="mail.stop")


def stop_token(person_id: int) -> str:
    """Give the token that names the person; nobody can make it for somebody else."""
    return str(_signer().dumps(person_id))


def person_of_token(token: str) -> int | None:
    """Give whom the token names, or None when it is not one of ours."""
    try:
        named = _signer().loads(token)
    except BadSignature:
        return None
    return named if isinstance(named, int) and not isinstance(named, bool) and 0 < named <= LARGEST else None


def stop_address(person_id: int) -> str:
    """Give the full address of the page on which the person gets off optional news. Inside `speaking_to`."""
    return outside(url_for("mail.stop", token=stop_token(person_id)))
