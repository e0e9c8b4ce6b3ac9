"""The least a page can take: an empty Flask page, and a list of 30 rows with Flask and SQLAlchemy and nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core import sqlite

LIST = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Ideas</title></head>
<body>
<h1>Ideas</h1>
<ul>
{% for idea, name in rows %}
<li><a href="/ideas/{{ idea.id }}">{{ idea.title }}</a> {{ name }}</li>
{% endfor %}
</ul>
</body>
</html>
"""


def bare_app(folder: Path, ideas: int) -> Flask:
    """Give an application with `/` and `/list`, on a database of its own with so many ideas."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"list.html": LIST})
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder / 'bare.db'}"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"module": sqlite.driver}
    db = SQLAlchemy(app)

    class Person(db.Model):  # type: ignore[name-defined, misc]
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]

    class Idea(db.Model):  # type: ignore[name-defined, misc]
        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str]
        submitted_at: Mapped[datetime] = mapped_column(index=True)
        person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    with app.app_context():
        db.create_all()
        people = [{"id": n, "name": f"Given Family {n}"} for n in range(1, 1001)]
        start = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
        rows = [
            {"title": f"A title of an idea as long as they mostly are, {n}", "person_id": n % 1000 + 1,
             "submitted_at": start + timedelta(minutes=n)}
            for n in range(ideas)
        ]
        db.session.execute(sa.insert(Person), people)
        db.session.execute(sa.insert(Idea), rows)
        db.session.commit()

    @app.get("/")
    def page() -> str:
        return "<!doctype html><title>Hello</title><p>Hello."

    @app.get("/list")
    def thirty() -> str:
        query = sa.select(Idea, Person.name).join(Person).order_by(Idea.submitted_at.desc()).limit(30)
        return render_template("list.html", rows=db.session.execute(query).all())

    return app
