"""The first page of customer feedback."""

from flask import render_template

from suggestbox.core.guard import door

from .blueprint import bp


@bp.get("/feedback", endpoint="overview")
@door("feedback.overview")
def overview() -> str:
    """What customers say."""
    return render_template("feedback/overview.html")
