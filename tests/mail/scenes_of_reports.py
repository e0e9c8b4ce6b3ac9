"""What people hear of files with figures: a name, and what gives the notices and the moment they are read."""

from datetime import datetime, timedelta

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.mail.models import Notice
from suggestbox.reports import export_run, exports
from suggestbox.reports.making import Order
from tests.cast import Cast
from tests.mail.telling import notices
from tests.reports.by_hand import participation


def _made(order: Order, by_id: int, **options: int) -> datetime:
    with work():
        participation("2026")
        run_id = exports.ask(order, by_id=by_id, language="de", now=utc_now(), **options).id
    export_run.make(run_id, clock=utc_now)
    return utc_now() + timedelta(hours=1)


def subscribed(cast: Cast) -> tuple[Notice, datetime]:
    read = _made(Order("participation", "2026", "csv"), cast.wes.id, subscription=1)
    return notices("reports.subscribed")[0], read


def ready(cast: Cast) -> tuple[list[Notice], datetime]:
    read = _made(Order("flow", "2026", "csv", None, True), cast.ida.id)
    return notices("reports.file_ready"), read


REPORT_SCENES = {"reports.subscribed": subscribed, "reports.file_ready": ready}
