"""The works council's page: the rules in force and how they changed, who exported what, and process figures."""

from typing import Any

from flask import render_template
from flask_login import current_user

from suggestbox.core.guard import door
from suggestbox.core.settings import rule
from suggestbox.people.queries import here
from suggestbox.rules.page import changes_of
from suggestbox.rules.queries import latest_versions

from . import policy, words
from .blueprint import bp
from .exports import exports_seen
from .letters import what_it_is

SHOWN_VERSIONS, SHOWN_EXPORTS = 5, 10


@bp.get("/reports/council", endpoint="council")
@door("reports.council", allow=policy.may_see_exports)
def show_council() -> Any:
    """Give what a works council asks for, on one page, without names of submitters."""
    me = current_user._get_current_object()
    found = latest_versions(SHOWN_VERSIONS)
    return render_template(
        "reports/council.html", versions=[(one, changes_of(one)) for one in found], book=here(),
        agreement=rule("rules.agreement_name") if rule("rules.agreement") else "",
        exports=exports_seen(size=SHOWN_EXPORTS).rows, what_it_is=what_it_is, kinds=policy.kinds_for(me),
        kind_names=words.KIND_NAMES, questions=words.QUESTIONS,
    )
