"""`create_app()`: puts the rooms together into one Flask application."""

from typing import Any

from flask import Flask, g, redirect, render_template, request, url_for
from flask_bootstrap import Bootstrap5
from flask_compress import Compress
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.exceptions import HTTPException, Unauthorized
from werkzeug.routing import IntegerConverter, Map

from suggestbox.admin import checks as house_checks
from suggestbox.admin import routes as admin_routes
from suggestbox.admin.policy import looks_after_the_house
from suggestbox.awards import policy as award_policy
from suggestbox.awards import routes as award_routes
from suggestbox.calls import letters as call_letters
from suggestbox.calls import routes as call_routes
from suggestbox.conversations import routes as conversation_routes
from suggestbox.core import checks, database, headers, health, language, places
from suggestbox.core.clock import utc_now
from suggestbox.core.config import Deployment, read_deployment
from suggestbox.core.errors import HouseError
from suggestbox.core.forms import LARGEST
from suggestbox.core.guard import refuse_undressed_views
from suggestbox.core.limits import limiter
from suggestbox.core.modules import is_on
from suggestbox.core.pages import init_pages
from suggestbox.demo import routes as demo_routes
from suggestbox.evidence import letters as evidence_letters
from suggestbox.evidence import routes as evidence_routes
from suggestbox.feedback import letters as feedback_letters
from suggestbox.feedback import routes as feedback_routes
from suggestbox.feedback.policy import has_menu as has_feedback_menu
from suggestbox.handbook import routes as handbook_routes
from suggestbox.ideas import routes as idea_routes
from suggestbox.mail import first_pin, hook_words, house_letters
from suggestbox.mail import routes as mail_routes
from suggestbox.mail.inbox import MOST_COUNTED, count_unread
from suggestbox.mail.printing import prints_letters
from suggestbox.measures import routes as measure_routes
from suggestbox.people import routes as people_routes
from suggestbox.people import sign_in
from suggestbox.people.directory import Directory, directory
from suggestbox.people.queries import today_for
from suggestbox.people.same_site import path_on
from suggestbox.priority import letters as priority_letters
from suggestbox.priority import policy as priority_policy
from suggestbox.priority import routes as priority_routes
from suggestbox.reminders import check as reminder_check
from suggestbox.reminders import letters as reminder_letters
from suggestbox.reminders import routes as reminder_routes
from suggestbox.reports import checks as report_checks
from suggestbox.reports import letters as report_letters
from suggestbox.reports import routes as report_routes
from suggestbox.reports.policy import kinds_for as reads_reports
from suggestbox.reviews import routes as review_routes
from suggestbox.rules import routes as rules_routes
from suggestbox.rules.operations import keep_changes
from suggestbox.steps import routes as step_routes
from suggestbox.steps.queries import has_work
from suggestbox.stories import letters as story_letters
from suggestbox.stories import routes as story_routes
from suggestbox.workflow import call_check, group_check
from suggestbox.workflow import letters as workflow_letters
from suggestbox.workflow import routes as workflow_routes
from suggestbox.workflow.operations import settle_touched

BLUEPRINTS = (
    people_routes.bp,
    idea_routes.bp,
    step_routes.bp,
    review_routes.bp,
    conversation_routes.bp,
    workflow_routes.bp,
    handbook_routes.bp,
    admin_routes.bp,
    reminder_routes.bp,
    mail_routes.bp,
    feedback_routes.bp,
    measure_routes.bp,
    call_routes.bp,
    evidence_routes.bp,
    report_routes.bp,
    award_routes.bp,
    rules_routes.bp,
    priority_routes.bp,
    story_routes.bp,
)


class NumberInAddress(IntegerConverter):
    """A number in an address; one that no database could hold leads nowhere."""

    def __init__(self, url_map: Map):
        super().__init__(url_map, max=LARGEST)


csrf = CSRFProtect()
migrate = Migrate()
logins = LoginManager()


def create_app(deployment: Deployment | None = None, **overrides: Any) -> Flask:
    """Give the application, ready to serve.

    Takes   deployment: how it runs; read from the environment when not given
            overrides: further Flask configuration, for tests
    Raises  RuntimeError when a view has no door; BadSettings for a wrong environment variable
    """
    deployment = deployment or read_deployment()
    app = Flask(
        "suggestbox",
        template_folder=str(places.templates()),
        static_folder=str(places.static()),
        instance_path=str(deployment.instance.resolve()),
    )
    app.config.update(
        SECRET_KEY=deployment.secret_key,
        DEPLOYMENT=deployment,
        DEMO=deployment.demo,
        HEADQUARTERS_ZONE=deployment.headquarters_zone,
        SQLALCHEMY_DATABASE_URI=deployment.url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(deployment.url),
        MAX_CONTENT_LENGTH=deployment.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=deployment.base_url.startswith("https://"),
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,  # bound to the session; an old tab still works
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        # Only style sheets, scripts and pictures: compressed pages would let their secrets be guessed by length.
        COMPRESS_MIMETYPES=["text/css", "text/javascript", "application/javascript", "image/svg+xml"],
        COMPRESS_ALGORITHM_STREAMING=["br", "deflate"],
        COMPRESS_STREAMING_ENDPOINT_CONDITIONAL=["static", "bootstrap.static"],
    )
    if deployment.trusted_hosts or deployment.base_url:
        app.config["TRUSTED_HOSTS"] = deployment.all_trusted_hosts
    app.config.update(overrides)
    app.url_map.converters["int"] = NumberInAddress
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}

    database.init_database(app)
    database.before_commit(_settle_now)
    database.before_commit(keep_changes)
    migrate.init_app(app, database.db, directory=str(places.migrations()))
    language.init_language(app, deployment.headquarters_zone)
    headers.init_headers(app)
    Bootstrap5(app)
    Compress(app)
    _init_reader(app)  # before the check of the form's mark: the page about an expired one is in the reader's language
    csrf.init_app(app)
    csrf.exempt("suggestbox.mail.inbox_routes.stop_now")  # mail programs press it, without a session (RFC 8058)
    limiter.init_app(app)
    logins.init_app(app)
    logins.user_loader(sign_in.person_of_token)
    init_pages(app)
    people_routes.init_shared_devices(app)
    feedback_letters.register_letters()
    evidence_letters.register_letters()
    first_pin.register_letters()
    house_letters.register_letters()
    hook_words.register_letters()
    reminder_letters.register_letters()
    reminder_check.register_check()
    call_check.register_check()
    group_check.register_check()
    workflow_letters.register_letters()
    call_letters.register_letters()
    priority_letters.register_letters()
    story_letters.register_letters()
    report_letters.register_letters()
    checks.register_checks()
    house_checks.register_checks()
    report_checks.register_checks()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if app.config["DEMO"]:
        app.register_blueprint(demo_routes.bp)
    _init_errors(app)
    _init_context(app)
    refuse_undressed_views(app)
    return app


def _settle_now() -> None:
    """Bring what a `work()` touched to rest before it is committed."""
    settle_touched(utc_now())


def _init_reader(app: Flask) -> None:
    """Before each request: the reader's language and the clock of their site."""

    @app.before_request
    def _reader() -> Any:
        if request.endpoint in ("static", "bootstrap.static") or not current_user.is_authenticated:
            return None
        g.language = current_user.language
        g.zone = directory(today_for()).zone_of(current_user.id)
        if sign_in.is_shared(current_user.get_id()):
            g.shared_token = current_user.get_id()
            return people_routes.first_pin_detour()
        return None


def wants_json() -> bool:
    """Say whether the caller is a script rather than a person at a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def _init_errors(app: Flask) -> None:
    from suggestbox.core import wording

    def answer(status: int, code: str, text: str, what_now: str, reason: str, details: dict[str, Any]):
        database.db.session.rollback()
        if wants_json():
            return {"error": {"code": code, "reason": reason, "text": text, "details": details}}, status
        kept = typed_text()
        page = render_template(
            "shared/error.html", status=status, title=wording.title(status), text=text, what_now=what_now,
            kept_text=kept, back_url=path_on(request.host, request.referrer) or url_for("ideas.home"),
        )
        return page, status

    @app.errorhandler(HouseError)
    def _house(error: HouseError):
        text = str(error.text) if error.text else wording.sentence(error.reason, error.status)
        return answer(error.status, error.code, text, wording.what_now(error.status), error.reason, error.details)

    @app.errorhandler(Unauthorized)
    def _signed_out(_error: Unauthorized):
        if wants_json():
            return {"error": {"code": "signed_out", "reason": "signed_out", "text": wording.sentence("", 401)}}, 401
        if request.method == "POST":
            return people_routes.keep_and_sign_in(), 401
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))

    @app.errorhandler(CSRFError)
    def _expired(_error: CSRFError):
        if wants_json():
            return {"error": {"code": "expired", "reason": "expired", "text": wording.sentence("expired", 400)}}, 400
        return people_routes.send_again_page(), 400

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException):
        status = error.code or 500
        if status < 400:
            return error
        return answer(status, f"http_{status}", wording.sentence("", status), wording.what_now(status), "", {})

    @app.errorhandler(Exception)
    def _fault(error: Exception):
        if app.config.get("PROPAGATE_EXCEPTIONS") or app.testing:
            raise error
        app.logger.exception("unexpected fault")
        return answer(500, "fault", wording.sentence("", 500), wording.what_now(500), "fault", {})


def typed_text() -> str:
    """Give what the person typed into the form that failed, so that nothing is lost."""
    if request.method != "POST":
        return ""
    try:
        fields = request.form.items(multi=True)
        own = ("csrf_token", "next", "kept", "kept_path", "submit_key")
        words = (v.strip() for k, v in fields if k not in own and "password" not in k)
        return "\n\n".join(text for text in words if len(text) > 20)
    except HTTPException:  # the request was too large to be read at all
        return ""


HANDLING = ("coordinator", "decision_maker", "team_lead", "idea_manager", "head", "leadership")
"""Roles whose holders find the queue in their menu even while nothing waits for them."""


def _init_context(app: Flask) -> None:
    """What the frame around every page shows: the reader, the menu, language and theme."""
    app.jinja_env.globals["csrf_token"] = generate_csrf

    @app.context_processor
    def _frame() -> dict[str, Any]:
        signed_in = current_user.is_authenticated and g.get("language") is not None
        me = current_user._get_current_object() if signed_in else None
        book = directory(today_for()) if me else None
        return {"me": me, "nav": _menu(me, book) if me and book else [], "ui": _frame_facts(app, me, book)}


def _entry(endpoint: str, label: str, *also: str) -> dict[str, Any]:
    here = request.endpoint or ""
    return {"endpoint": endpoint, "url": url_for(endpoint), "label": label, "active": here in (endpoint, *also)}


def _menu(me: Any, book: Directory) -> list[dict[str, Any]]:
    """An employee's menu is Start and Ideas; whoever handles ideas has the queue, whoever runs the house the people."""
    at_work = request.endpoint == "reviews.queue"  # whoever has just done the last thing still stands in the queue
    held = {role for role, _department in book.roles_of.get(me.id, [])}
    entries = [
        _entry("ideas.home", language.gettext("Start")),
        _entry("ideas.list", language.gettext("Ideas"), "ideas.show"),
    ]
    if held.intersection(HANDLING) or me.id in book.experts() or has_work(me.id) or at_work:
        entries.append(_entry("reviews.queue", language.gettext("To do")))
    if is_on("feedback") and has_feedback_menu(held):
        entries.append(_entry("feedback.overview", language.gettext("Customer feedback")))
        entries[-1]["active"] = request.blueprint in ("feedback", "evidence")
    if is_on("reports") and reads_reports(me, book=book):
        entries.append(_entry("reports.overview", language.gettext("Reports")))
        entries[-1]["active"] = request.blueprint == "reports" and request.endpoint != "reports.promises"
    if held.intersection(("admin", "idea_manager")):
        entries.append(_entry("people.list", language.gettext("People"), "people.show", "people.departments"))
        entries.append(_entry("admin.health", language.gettext("System"), "admin.outbox", "admin.letter", "admin.test"))
    return entries


def _award_links(me: Any) -> list[dict[str, Any]]:
    """Who works awards out finds them behind the own name, and HR what payroll pays."""
    found = []
    if award_policy.may_list(me):
        found.append({"url": url_for("awards.list"), "label": language.gettext("Awards"), "icon": "award"})
    if award_policy.may_pay(me):
        found.append({"url": url_for("awards.payments"), "label": language.gettext("Payments"), "icon": "cash-coin"})
    return found


def _priority_links(me: Any) -> list[dict[str, Any]]:
    """Whoever is in charge of ideas finds the declined ones behind the own name."""
    if not priority_policy.may_list(me):
        return []
    return [{"url": url_for("priority.list"), "label": language.gettext("Declined ideas"), "icon": "shield-check"}]


def _frame_facts(app: Flask, me: Any, book: Directory | None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "lang": language.current_language(), "theme": me.theme if me else request.cookies.get("theme", "auto"),
        "languages": language.LANGUAGES, "site_name": "suggestbox", "demo": app.config["DEMO"],
        "home_url": url_for("ideas.home"), "kiosk": bool(me) and "shared_token" in g,
    }
    if me:
        facts["alarms"] = health.alarms(utc_now()) if looks_after_the_house(me, book=book) else []
        facts["search_url"] = url_for("ideas.list", _anchor="q")
        facts["unread"] = "99+" if (unread := count_unread(me.id)) >= MOST_COUNTED else unread
        facts["links"] = [
            {"url": url_for("mail.inbox"), "label": language.gettext("Inbox"), "icon": "inbox", "count": facts["unread"]},
            {"url": url_for("steps.mine"), "label": language.gettext("My next steps"), "icon": "check2-square"},
            {"url": url_for("ideas.drafts"), "label": language.gettext("My drafts"), "icon": "pencil"},
            {"url": url_for("people.profile"), "label": language.gettext("My page"), "icon": "person"},
        ]
        facts["links"] += _award_links(me) if is_on("awards") else []
        facts["links"] += _priority_links(me)
        if book and prints_letters(me.id, book):
            facts["links"].insert(-1, {"url": url_for("mail.print_queue"), "icon": "printer",
                                       "label": language.gettext("Letters to print")})
        facts["footer_links"] = [{"url": url_for("handbook.show"), "label": language.gettext("Handbook")},
                                 {"url": url_for("rules.show"), "label": language.gettext("Rules")}]
        if is_on("reports"):
            facts["footer_links"].append(
                {"url": url_for("reports.promises"), "label": language.gettext("How are we doing?")}
            )
    elif request.endpoint not in ("people.sign_in", "people.pin_sign_in"):
        facts["sign_in_url"] = url_for("people.sign_in")
    return facts
