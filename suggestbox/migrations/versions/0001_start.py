"""The first shape of the database."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Search: SQLite reads its index from the table idea_words, kept in step by triggers; PostgreSQL has generated columns.
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE idea_search USING fts5(stems, grams, content='idea_words', content_rowid='idea_id', "
    "tokenize='ascii', detail='column')",
    "CREATE TRIGGER idea_search_added AFTER INSERT ON idea_words BEGIN INSERT INTO idea_search(rowid, stems, "
    "grams) VALUES (new.idea_id, new.stems, new.grams); END",
    "CREATE TRIGGER idea_search_removed AFTER DELETE ON idea_words BEGIN INSERT INTO idea_search(idea_search, "
    "rowid, stems, grams) VALUES ('delete', old.idea_id, old.stems, old.grams); END",
    "CREATE TRIGGER idea_search_changed AFTER UPDATE ON idea_words BEGIN INSERT INTO idea_search(idea_search, "
    "rowid, stems, grams) VALUES ('delete', old.idea_id, old.stems, old.grams); INSERT INTO idea_search(rowid, "
    "stems, grams) VALUES (new.idea_id, new.stems, new.grams); END",
)
SQLITE_FORGETS = "INSERT INTO idea_search(idea_search, rank) VALUES ('secure-delete', 1)"  # from SQLite 3.42 on
POSTGRES_SEARCH = (
    "ALTER TABLE idea_words ADD COLUMN idea_search_stems tsvector GENERATED ALWAYS AS "
    "(array_to_tsvector(string_to_array(stems, ' '))) STORED",
    "ALTER TABLE idea_words ADD COLUMN idea_search_grams tsvector GENERATED ALWAYS AS "
    "(array_to_tsvector(string_to_array(grams, ' '))) STORED",
    "CREATE INDEX ix_idea_search_stems ON idea_words USING gin (idea_search_stems)",
    "CREATE INDEX ix_idea_search_grams ON idea_words USING gin (idea_search_grams)",
)


def create_search() -> None:
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    for statement in SQLITE_SEARCH if sqlite else POSTGRES_SEARCH:
        connection.exec_driver_sql(statement)
    if sqlite:
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
        if tuple(int(part) for part in version.split(".")) >= (3, 42):
            connection.exec_driver_sql(SQLITE_FORGETS)


def drop_search() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for name in ("added", "removed", "changed"):
            connection.exec_driver_sql(f"DROP TRIGGER idea_search_{name}")
        connection.exec_driver_sql("DROP TABLE idea_search")
    else:
        for name in ("stems", "grams"):
            connection.exec_driver_sql(f"ALTER TABLE idea_words DROP COLUMN idea_search_{name}")


def upgrade() -> None:
    op.create_table(
        "body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint("key", name=op.f("uq_body_key")),
    )
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("name_de", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("help_de", sa.Text(), nullable=False),
        sa.Column("help_en", sa.Text(), nullable=False),
        sa.Column("anchors", sa.JSON(), nullable=False),
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name=op.f("ck_criterion_weight")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("set_version", "key", name=op.f("uq_criterion_set_version_key")),
    )
    op.create_index(op.f("ix_criterion_set_version"), "criterion", ["set_version"], unique=False)
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.CheckConstraint("outcome IN ('running', 'done', 'failed')", name=op.f("ck_job_run_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "slot", name=op.f("uq_job_run_job_slot")),
    )
    op.create_index(op.f("ix_job_run_started_at"), "job_run", ["started_at"], unique=False)
    op.create_table(
        "journal_seal",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_journal_seal")),
    )
    op.create_table(
        "people_stamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_stamp")),
    )
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("subdivision", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("working_weekdays", sa.String(length=7), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("key", name=op.f("uq_site_key")),
    )
    op.create_table(
        "year_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_year_counter")),
    )
    op.create_table(
        "body_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_body_meeting_body_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_meeting")),
        sa.UniqueConstraint("body_id", "meets_on", name=op.f("uq_body_meeting_body_id_meets_on")),
    )
    op.create_index(op.f("ix_body_meeting_body_id"), "body_meeting", ["body_id"], unique=False)
    op.create_table(
        "closing_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_closing_day_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_day")),
        sa.UniqueConstraint("site_id", "closed_on", name=op.f("uq_closing_day_site_id_closed_on")),
    )
    op.create_index(op.f("ix_closing_day_site_id"), "closing_day", ["site_id"], unique=False)
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_department_body_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["department.id"], name=op.f("fk_department_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("key", name=op.f("uq_department_key")),
    )
    op.create_index(op.f("ix_department_body_id"), "department", ["body_id"], unique=False)
    op.create_index(op.f("ix_department_parent_id"), "department", ["parent_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("personnel_no", sa.String(length=40), nullable=True),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("salutation", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("theme", sa.String(length=5), nullable=False),
        sa.Column("shortcut_keys", sa.Boolean(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("superior_id", sa.Integer(), nullable=True),
        sa.Column("employment_group", sa.String(length=20), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("has_desk", sa.Boolean(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("entitled", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("private_contact", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("open_reviews_at_most", sa.Integer(), nullable=True),
        sa.CheckConstraint("email IS NOT NULL OR personnel_no IS NOT NULL", name=op.f("ck_person_reachable")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_person_site_id")),
        sa.ForeignKeyConstraint(["superior_id"], ["person.id"], name=op.f("fk_person_superior_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("personnel_no", name=op.f("uq_person_personnel_no")),
    )
    op.create_index("ix_person_family_name", "person", ["family_name", "given_name", "id"], unique=False)
    op.create_index(op.f("ix_person_site_id"), "person", ["site_id"], unique=False)
    op.create_index(op.f("ix_person_superior_id"), "person", ["superior_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_absence_order")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_days", "absence", ["from_on", "until_on"], unique=False)
    op.create_index(op.f("ix_absence_person_id"), "absence", ["person_id"], unique=False)
    op.create_table(
        "body_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("seat IN ('chair', 'member', 'works_council')", name=op.f("ck_body_member_seat")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_body_member_body_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_body_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_member")),
        sa.UniqueConstraint("body_id", "person_id", name=op.f("uq_body_member_body_id_person_id")),
    )
    op.create_index(op.f("ix_body_member_body_id"), "body_member", ["body_id"], unique=False)
    op.create_index(op.f("ix_body_member_person_id"), "body_member", ["person_id"], unique=False)
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_id <> deputy_id", name=op.f("ck_deputy_somebody_else")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_deputy_deputy_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
        sa.UniqueConstraint("person_id", "deputy_id", name=op.f("uq_deputy_person_id_deputy_id")),
    )
    op.create_index(op.f("ix_deputy_deputy_id"), "deputy", ["deputy_id"], unique=False)
    op.create_index(op.f("ix_deputy_person_id"), "deputy", ["person_id"], unique=False)
    op.create_table(
        "house_rule",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_house_rule_changed_by_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_house_rule")),
    )
    op.create_table(
        "idea",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=True),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("visibility", sa.String(length=10), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("on_behalf_by_id", sa.Integer(), nullable=True),
        sa.Column("excluded_reviewer_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("submit_key", sa.String(length=60), nullable=True),
        sa.Column("source_id", sa.String(length=200), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("two_departments", sa.Boolean(), nullable=False),
        sa.Column("routings", sa.Integer(), nullable=False),
        sa.Column("short_until", sa.Date(), nullable=True),
        sa.Column("waiting_from", sa.String(length=12), nullable=True),
        sa.Column("discuss_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("ending", sa.String(length=12), nullable=True),
        sa.Column("return_on", sa.Date(), nullable=True),
        sa.Column("second_idea_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("handover_kind", sa.String(length=20), nullable=False),
        sa.Column("support_count", sa.Integer(), nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("next_step_id", sa.Integer(), nullable=True),
        sa.Column("next_kind", sa.String(length=24), nullable=False),
        sa.Column("next_owner_id", sa.Integer(), nullable=True),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_idea_closed")),
        sa.CheckConstraint("(stage = 'closed') = (ending IS NOT NULL)", name=op.f("ck_idea_ending")),
        sa.CheckConstraint("(stage = 'draft') = (submitted_at IS NULL)", name=op.f("ck_idea_handed_in")),
        sa.CheckConstraint("(stage = 'waiting') = (waiting_from IS NOT NULL)", name=op.f("ck_idea_waiting_from")),
        sa.CheckConstraint("(stage = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_idea_withdrawn")),
        sa.CheckConstraint("outcome <> 'duplicate' OR second_idea_id IS NOT NULL", name=op.f("ck_idea_duplicate_of")),
        sa.CheckConstraint("outcome <> 'handed_over' OR office_id IS NOT NULL", name=op.f("ck_idea_handed_to")),
        sa.CheckConstraint(
            "outcome IN ('adopted', 'adopted_in_part', 'trial', 'declined', 'parked', 'already_planned', 'duplicate', 'handed_over', 'passed_on')",
            name=op.f("ck_idea_outcome"),
        ),
        sa.CheckConstraint(
            "stage IN ('draft', 'submitted', 'in_review', 'waiting', 'deciding', 'conversation', 'confirming', 'closed', 'withdrawn')",
            name=op.f("ck_idea_stage"),
        ),
        sa.CheckConstraint(
            "stage NOT IN ('confirming', 'closed') OR released_at IS NOT NULL", name=op.f("ck_idea_released")
        ),
        sa.CheckConstraint(
            "stage NOT IN ('conversation', 'confirming', 'closed') OR outcome IS NOT NULL",
            name=op.f("ck_idea_talk_about_something"),
        ),
        sa.CheckConstraint("visibility IN ('open', 'handlers')", name=op.f("ck_idea_visibility")),
        sa.CheckConstraint("way IN ('ordinary', 'short')", name=op.f("ck_idea_way")),
        sa.CheckConstraint("(number IS NULL) = (submitted_at IS NULL)", name=op.f("ck_idea_numbered")),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_idea_decided")),
        sa.CheckConstraint("second_idea_id IS NULL OR second_idea_id <> id", name=op.f("ck_idea_not_itself")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_idea_department_id")),
        sa.ForeignKeyConstraint(["excluded_reviewer_id"], ["person.id"], name=op.f("fk_idea_excluded_reviewer_id")),
        sa.ForeignKeyConstraint(["office_id"], ["person.id"], name=op.f("fk_idea_office_id")),
        sa.ForeignKeyConstraint(["on_behalf_by_id"], ["person.id"], name=op.f("fk_idea_on_behalf_by_id")),
        sa.ForeignKeyConstraint(["second_idea_id"], ["idea.id"], name=op.f("fk_idea_second_idea_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea")),
        sa.UniqueConstraint("number", name=op.f("uq_idea_number")),
        sa.UniqueConstraint("source_id", name=op.f("uq_idea_source_id")),
        sa.UniqueConstraint("submit_key", name=op.f("uq_idea_submit_key")),
    )
    op.create_index("ix_idea_area", "idea", ["area", "submitted_at", "id"], unique=False)
    op.create_index("ix_idea_closed", "idea", ["stage", "closed_at", "id"], unique=False)
    op.create_index("ix_idea_department", "idea", ["department_id", "submitted_at", "id"], unique=False)
    op.create_index("ix_idea_list", "idea", ["submitted_at", "id"], unique=False)
    op.create_index("ix_idea_moved", "idea", ["changed_at", "id"], unique=False)
    op.create_index("ix_idea_outcome", "idea", ["outcome", "submitted_at", "id"], unique=False)
    op.create_index("ix_idea_return", "idea", ["return_on"], unique=False)
    op.create_index("ix_idea_stage", "idea", ["stage", "submitted_at", "id"], unique=False)
    op.create_index("ix_idea_support", "idea", ["support_count", "id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_membership_order")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_membership_department_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_department_id"), "membership", ["department_id"], unique=False)
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "role IN ('coordinator', 'decision_maker', 'head', 'team_lead', 'expert', 'idea_manager', 'cx_manager', 'hr_analyst', 'leadership', 'works_council', 'admin')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.CheckConstraint(
            "until_on IS NULL OR from_on IS NULL OR until_on >= from_on", name=op.f("ck_role_grant_order")
        ),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_role_grant_department_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_department_id"), "role_grant", ["department_id"], unique=False)
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_index(op.f("ix_role_grant_role"), "role_grant", ["role"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.String(length=12), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed_to_id", sa.Integer(), nullable=True),
        sa.Column("criteria_set", sa.Integer(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("total_points", sa.Double(), nullable=True),
        sa.Column("first_total_points", sa.Double(), nullable=True),
        sa.Column("recommendation", sa.String(length=16), nullable=True),
        sa.Column("for_submitter", sa.Text(), nullable=False),
        sa.Column("for_colleagues", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("later", sa.Boolean(), nullable=False),
        sa.Column("conflict_open", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconsidered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("capacity IN ('expert', 'department')", name=op.f("ck_assignment_capacity")),
        sa.CheckConstraint(
            "state <> 'answered' OR (answered_at IS NOT NULL AND recommendation IS NOT NULL)",
            name=op.f("ck_assignment_answered"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'abstained', 'conflict', 'passed_on', 'left', 'thanked')",
            name=op.f("ck_assignment_state"),
        ),
        sa.CheckConstraint("total_points IS NULL OR total_points BETWEEN 1 AND 5", name=op.f("ck_assignment_points")),
        sa.ForeignKeyConstraint(["assigned_by_id"], ["person.id"], name=op.f("fk_assignment_assigned_by_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_assignment_department_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_assignment_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["passed_to_id"], ["assignment.id"], name=op.f("fk_assignment_passed_to_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("idea_id", "round", "person_id", name=op.f("uq_assignment_idea_id_round_person_id")),
    )
    op.create_index(
        "ix_assignment_load",
        "assignment",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_assignment_person", "assignment", ["person_id", "idea_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("stored_name", sa.String(length=80), nullable=False),
        sa.Column("shown_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("is_image", sa.Boolean(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_attachment_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_attachment_stored_name")),
    )
    op.create_index(op.f("ix_attachment_idea_id"), "attachment", ["idea_id"], unique=False)
    op.create_table(
        "concern",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_concern_department_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_concern_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("idea_id", "department_id", name=op.f("pk_concern")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("change_for_yes", sa.Text(), nullable=False),
        sa.Column("hypothesis", sa.Text(), nullable=False),
        sa.Column("return_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("proof_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_for_id", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("mean_points", sa.Double(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'already_planned' OR (length(proof) > 0 AND proof_on IS NOT NULL)",
            name=op.f("ck_decision_proof"),
        ),
        sa.CheckConstraint(
            "outcome <> 'declined' OR length(change_for_yes) > 0", name=op.f("ck_decision_change_for_yes")
        ),
        sa.CheckConstraint(
            "outcome NOT IN ('trial', 'parked') OR return_on IS NOT NULL", name=op.f("ck_decision_return_on")
        ),
        sa.CheckConstraint("length(reasons) > 0", name=op.f("ck_decision_reasons")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_decision_body_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_decision_decided_by_id")),
        sa.ForeignKeyConstraint(["decided_for_id"], ["person.id"], name=op.f("fk_decision_decided_for_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_decision_department_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_decision_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_idea_id"), "decision", ["idea_id"], unique=False)
    op.create_index(
        "uq_decision_standing",
        "decision",
        ["idea_id", "round"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "duplicate_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answered_by_id <> proposed_by_id", name=op.f("ck_duplicate_proposal_second_person")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_duplicate_proposal_answered_by_id")),
        sa.ForeignKeyConstraint(["first_id"], ["idea.id"], name=op.f("fk_duplicate_proposal_first_id")),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_duplicate_proposal_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_duplicate_proposal_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_proposal")),
    )
    op.create_index(op.f("ix_duplicate_proposal_first_id"), "duplicate_proposal", ["first_id"], unique=False)
    op.create_index(op.f("ix_duplicate_proposal_idea_id"), "duplicate_proposal", ["idea_id"], unique=False)
    op.create_index(
        "uq_duplicate_open",
        "duplicate_proposal",
        ["idea_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('invention', 'safety', 'complaint', 'reporting')", name=op.f("ck_flag_kind")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_flag_by_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_flag_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_idea_id"), "flag", ["idea_id"], unique=False)
    op.create_table(
        "idea_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_idea_version_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_version")),
        sa.UniqueConstraint("idea_id", "text_version", name=op.f("uq_idea_version_idea_id_text_version")),
    )
    op.create_index(op.f("ix_idea_version_idea_id"), "idea_version", ["idea_id"], unique=False)
    op.create_table(
        "idea_words",
        sa.Column("idea_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title_stems", sa.Text(), nullable=False),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column("grams", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_idea_words_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("idea_id", name=op.f("pk_idea_words")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("audience IN ('all', 'submitters', 'handlers')", name=op.f("ck_journal_entry_audience")),
        sa.CheckConstraint("role IN ('person', 'submitter', 'house', 'admin')", name=op.f("ck_journal_entry_role")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_journal_entry_actor_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_journal_entry_idea_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )
    op.create_index(op.f("ix_journal_entry_at"), "journal_entry", ["at"], unique=False)
    op.create_index("ix_journal_entry_story", "journal_entry", ["idea_id", "id"], unique=False)
    op.create_table(
        "panelist",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_panelist_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_panelist_person_id")),
        sa.PrimaryKeyConstraint("idea_id", "round", "person_id", name=op.f("pk_panelist")),
    )
    op.create_table(
        "step_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_step_override_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_step_override_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_override")),
        sa.UniqueConstraint("idea_id", "round", "kind", name=op.f("uq_step_override_idea_id_round_kind")),
    )
    op.create_table(
        "submitter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("share_points", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('invited', 'accepted', 'declined', 'left')", name=op.f("ck_submitter_state")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_submitter_department_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_submitter_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_submitter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submitter")),
        sa.UniqueConstraint("idea_id", "person_id", name=op.f("uq_submitter_idea_id_person_id")),
    )
    op.create_index(op.f("ix_submitter_idea_id"), "submitter", ["idea_id"], unique=False)
    op.create_index(op.f("ix_submitter_person_id"), "submitter", ["person_id"], unique=False)
    op.create_table(
        "support",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_support_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_support_person_id")),
        sa.PrimaryKeyConstraint("idea_id", "person_id", name=op.f("pk_support")),
    )
    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_vote_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_vote_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("idea_id", "round", "person_id", name=op.f("uq_vote_idea_id_round_person_id")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_submitter_id", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by_id", sa.Integer(), nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("audience IN ('everyone', 'handlers')", name=op.f("ck_comment_audience")),
        sa.CheckConstraint("(hidden_at IS NULL) = (hidden_by_id IS NULL)", name=op.f("ck_comment_hidden_by")),
        sa.CheckConstraint("by_id IS NOT NULL OR by_submitter_id IS NOT NULL", name=op.f("ck_comment_author")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_comment_by_id")),
        sa.ForeignKeyConstraint(["by_submitter_id"], ["submitter.id"], name=op.f("fk_comment_by_submitter_id")),
        sa.ForeignKeyConstraint(["hidden_by_id"], ["person.id"], name=op.f("fk_comment_hidden_by_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_comment_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_thread", "comment", ["idea_id", "id"], unique=False)
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("add_person_id", sa.Integer(), nullable=True),
        sa.Column("remove_submitter_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.CheckConstraint("kind IN ('department', 'submitters', 'closing')", name=op.f("ck_correction_kind")),
        sa.CheckConstraint("answered_by_id <> proposed_by_id", name=op.f("ck_correction_second_person")),
        sa.ForeignKeyConstraint(["add_person_id"], ["person.id"], name=op.f("fk_correction_add_person_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_correction_answered_by_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_correction_department_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_correction_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_correction_proposed_by_id")),
        sa.ForeignKeyConstraint(
            ["remove_submitter_id"], ["submitter.id"], name=op.f("fk_correction_remove_submitter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_idea_id"), "correction", ["idea_id"], unique=False)
    op.create_index(
        "uq_correction_open",
        "correction",
        ["idea_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("submitter_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_objection_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["submitter_id"], ["submitter.id"], name=op.f("fk_objection_submitter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("idea_id", name=op.f("uq_objection_idea_id")),
    )
    op.create_table(
        "party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("submitter_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wants_writing", sa.Boolean(), nullable=False),
        sa.Column("companion", sa.String(length=200), nullable=False),
        sa.Column("other_host_asked", sa.Boolean(), nullable=False),
        sa.Column("second_host_used", sa.Boolean(), nullable=False),
        sa.Column("missed_by_submitter", sa.Integer(), nullable=False),
        sa.Column("missed_by_host", sa.Integer(), nullable=False),
        sa.Column("unanswered_offers", sa.Integer(), nullable=False),
        sa.Column("written_text", sa.Text(), nullable=False),
        sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state IN ('owed', 'offered')) = (settled_at IS NULL)", name=op.f("ck_party_settled")),
        sa.CheckConstraint("state <> 'missed' OR missed_by_submitter >= 2", name=op.f("ck_party_missed_twice")),
        sa.CheckConstraint("state <> 'unanswered' OR unanswered_offers >= 2", name=op.f("ck_party_unanswered_twice")),
        sa.CheckConstraint(
            "state IN ('owed', 'offered', 'held', 'declined', 'unanswered', 'missed', 'written', 'unreachable')",
            name=op.f("ck_party_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('written', 'missed', 'unanswered') OR length(written_text) > 0",
            name=op.f("ck_party_written"),
        ),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_party_host_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_party_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["submitter_id"], ["submitter.id"], name=op.f("fk_party_submitter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("idea_id", "submitter_id", "round", name=op.f("uq_party_idea_id_submitter_id_round")),
    )
    op.create_index("ix_party_host", "party", ["host_id", "idea_id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_step_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["submitter.id"], name=op.f("fk_question_answered_by_id")),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_question_asker_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_question_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_idea_id"), "question", ["idea_id"], unique=False)
    op.create_index(
        "uq_question_open",
        "question",
        ["idea_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("first_points", sa.Integer(), nullable=True),
        sa.CheckConstraint("points BETWEEN 1 AND 5", name=op.f("ck_score_points")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_score_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_score_criterion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint("assignment_id", "criterion_id", name=op.f("uq_score_assignment_id_criterion_id")),
    )
    op.create_index(op.f("ix_score_assignment_id"), "score", ["assignment_id"], unique=False)
    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("submitter_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_moves", sa.Integer(), nullable=False),
        sa.Column("due_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (outcome = '')", name=op.f("ck_step_outcome")),
        sa.CheckConstraint(
            "kind IN ('triage', 'team_answer', 'review', 'reconsider', 'find_reviewers', 'end_review', 'short_check', 'confirm_duplicate', 'look_at_flag', 'answer', 'decide', 'vote', 'name_panel', 'offer_talk', 'pick_time', 'hold_talk', 'find_host', 'write_closing', 'confirm', 'ask_once_more', 'promise', 'return', 'resolve_conflict', 'confirm_correction')",
            name=op.f("ck_step_kind"),
        ),
        sa.CheckConstraint("(owner_id IS NULL) <> (submitter_id IS NULL)", name=op.f("ck_step_one_owner")),
        sa.CheckConstraint("due_moves BETWEEN 0 AND 2", name=op.f("ck_step_due_moves")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_step_body_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_step_department_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("fk_step_done_by_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_step_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_step_owner_id")),
        sa.ForeignKeyConstraint(
            ["submitter_id"], ["submitter.id"], name=op.f("fk_step_submitter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
    )
    op.create_index("ix_step_idea", "step", ["idea_id", "done_at"], unique=False)
    op.create_index(
        "ix_step_mine",
        "step",
        ["owner_id", "due_on", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "ix_step_submitter",
        "step",
        ["submitter_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "uq_step_open",
        "step",
        [
            "idea_id",
            "kind",
            "subject_id",
            sa.literal_column("coalesce(owner_id, 0)"),
            sa.literal_column("coalesce(submitter_id, 0)"),
        ],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "submitter_identity",
        sa.Column("submitter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_submitter_identity_person_id")),
        sa.ForeignKeyConstraint(
            ["submitter_id"], ["submitter.id"], name=op.f("fk_submitter_identity_submitter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submitter_id", name=op.f("pk_submitter_identity")),
    )
    op.create_index(op.f("ix_submitter_identity_person_id"), "submitter_identity", ["person_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("disputed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('set', 'held', 'missed_by_submitter', 'missed_by_host', 'cancelled')",
            name=op.f("ck_appointment_state"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_appointment_party_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_party_id"), "appointment", ["party_id"], unique=False)
    op.create_index(
        "uq_appointment_set",
        "appointment",
        ["party_id"],
        unique=True,
        sqlite_where=sa.text("state = 'set'"),
        postgresql_where=sa.text("state = 'set'"),
    )
    op.create_table(
        "comment_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_comment_report_by_id")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_report_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_report")),
        sa.UniqueConstraint("comment_id", "by_id", name=op.f("uq_comment_report_comment_id_by_id")),
    )
    op.create_index(op.f("ix_comment_report_comment_id"), "comment_report", ["comment_id"], unique=False)
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("took_place", sa.Boolean(), nullable=False),
        sa.Column("follows", sa.String(length=6), nullable=True),
        sa.Column("appreciated", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("follows IN ('yes', 'partly', 'no')", name=op.f("ck_confirmation_follows")),
        sa.CheckConstraint("appreciated BETWEEN 1 AND 5", name=op.f("ck_confirmation_appreciated")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_confirmation_party_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint("party_id", "attempt", name=op.f("uq_confirmation_party_id_attempt")),
    )
    op.create_index(op.f("ix_confirmation_party_id"), "confirmation", ["party_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=12), nullable=False),
        sa.Column("words_back", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_offer_by_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_offer_party_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(op.f("ix_offer_party_id"), "offer", ["party_id"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("took_part", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("denied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_record_host_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_record_party_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_index(op.f("ix_record_party_id"), "record", ["party_id"], unique=False)
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_promise_idea_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_promise_owner_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_promise_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_index(op.f("ix_promise_idea_id"), "promise", ["idea_id"], unique=False)
    op.create_index(op.f("ix_promise_record_id"), "promise", ["record_id"], unique=False)
    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.CheckConstraint("form IN ('phone', 'video', 'in_person')", name=op.f("ck_slot_form")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_slot_offer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
    )
    op.create_index(op.f("ix_slot_offer_id"), "slot", ["offer_id"], unique=False)
    create_search()


def downgrade() -> None:
    drop_search()
    op.drop_index(op.f("ix_slot_offer_id"), table_name="slot")
    op.drop_table("slot")
    op.drop_index(op.f("ix_promise_record_id"), table_name="promise")
    op.drop_index(op.f("ix_promise_idea_id"), table_name="promise")
    op.drop_table("promise")
    op.drop_index(op.f("ix_record_party_id"), table_name="record")
    op.drop_table("record")
    op.drop_index(op.f("ix_offer_party_id"), table_name="offer")
    op.drop_table("offer")
    op.drop_index(op.f("ix_confirmation_party_id"), table_name="confirmation")
    op.drop_table("confirmation")
    op.drop_index(op.f("ix_comment_report_comment_id"), table_name="comment_report")
    op.drop_table("comment_report")
    op.drop_index(
        "uq_appointment_set",
        table_name="appointment",
        sqlite_where=sa.text("state = 'set'"),
        postgresql_where=sa.text("state = 'set'"),
    )
    op.drop_index(op.f("ix_appointment_party_id"), table_name="appointment")
    op.drop_table("appointment")
    op.drop_index(op.f("ix_submitter_identity_person_id"), table_name="submitter_identity")
    op.drop_table("submitter_identity")
    op.drop_index(
        "uq_step_open",
        table_name="step",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index(
        "ix_step_submitter",
        table_name="step",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index(
        "ix_step_mine",
        table_name="step",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index("ix_step_idea", table_name="step")
    op.drop_table("step")
    op.drop_index(op.f("ix_score_assignment_id"), table_name="score")
    op.drop_table("score")
    op.drop_index(
        "uq_question_open",
        table_name="question",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_question_idea_id"), table_name="question")
    op.drop_table("question")
    op.drop_index("ix_party_host", table_name="party")
    op.drop_table("party")
    op.drop_table("objection")
    op.drop_index(
        "uq_correction_open",
        table_name="correction",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.drop_index(op.f("ix_correction_idea_id"), table_name="correction")
    op.drop_table("correction")
    op.drop_index("ix_comment_thread", table_name="comment")
    op.drop_table("comment")
    op.drop_table("vote")
    op.drop_table("support")
    op.drop_index(op.f("ix_submitter_person_id"), table_name="submitter")
    op.drop_index(op.f("ix_submitter_idea_id"), table_name="submitter")
    op.drop_table("submitter")
    op.drop_table("step_override")
    op.drop_table("panelist")
    op.drop_index("ix_journal_entry_story", table_name="journal_entry")
    op.drop_index(op.f("ix_journal_entry_at"), table_name="journal_entry")
    op.drop_table("journal_entry")
    op.drop_table("idea_words")
    op.drop_index(op.f("ix_idea_version_idea_id"), table_name="idea_version")
    op.drop_table("idea_version")
    op.drop_index(op.f("ix_flag_idea_id"), table_name="flag")
    op.drop_table("flag")
    op.drop_index(
        "uq_duplicate_open",
        table_name="duplicate_proposal",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.drop_index(op.f("ix_duplicate_proposal_idea_id"), table_name="duplicate_proposal")
    op.drop_index(op.f("ix_duplicate_proposal_first_id"), table_name="duplicate_proposal")
    op.drop_table("duplicate_proposal")
    op.drop_index(
        "uq_decision_standing",
        table_name="decision",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_index(op.f("ix_decision_idea_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_table("concern")
    op.drop_index(op.f("ix_attachment_idea_id"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index("ix_assignment_person", table_name="assignment")
    op.drop_index(
        "ix_assignment_load",
        table_name="assignment",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_table("assignment")
    op.drop_index(op.f("ix_sign_in_person_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_role_grant_role"), table_name="role_grant")
    op.drop_index(op.f("ix_role_grant_person_id"), table_name="role_grant")
    op.drop_index(op.f("ix_role_grant_department_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index(op.f("ix_membership_person_id"), table_name="membership")
    op.drop_index(op.f("ix_membership_department_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index("ix_idea_support", table_name="idea")
    op.drop_index("ix_idea_stage", table_name="idea")
    op.drop_index("ix_idea_return", table_name="idea")
    op.drop_index("ix_idea_outcome", table_name="idea")
    op.drop_index("ix_idea_moved", table_name="idea")
    op.drop_index("ix_idea_list", table_name="idea")
    op.drop_index("ix_idea_department", table_name="idea")
    op.drop_index("ix_idea_closed", table_name="idea")
    op.drop_index("ix_idea_area", table_name="idea")
    op.drop_table("idea")
    op.drop_table("house_rule")
    op.drop_index(op.f("ix_deputy_person_id"), table_name="deputy")
    op.drop_index(op.f("ix_deputy_deputy_id"), table_name="deputy")
    op.drop_table("deputy")
    op.drop_index(op.f("ix_body_member_person_id"), table_name="body_member")
    op.drop_index(op.f("ix_body_member_body_id"), table_name="body_member")
    op.drop_table("body_member")
    op.drop_index(op.f("ix_absence_person_id"), table_name="absence")
    op.drop_index("ix_absence_days", table_name="absence")
    op.drop_table("absence")
    op.drop_index(op.f("ix_person_superior_id"), table_name="person")
    op.drop_index(op.f("ix_person_site_id"), table_name="person")
    op.drop_index("ix_person_family_name", table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_department_parent_id"), table_name="department")
    op.drop_index(op.f("ix_department_body_id"), table_name="department")
    op.drop_table("department")
    op.drop_index(op.f("ix_closing_day_site_id"), table_name="closing_day")
    op.drop_table("closing_day")
    op.drop_index(op.f("ix_body_meeting_body_id"), table_name="body_meeting")
    op.drop_table("body_meeting")
    op.drop_table("year_counter")
    op.drop_table("site")
    op.drop_table("rate_limit")
    op.drop_table("people_stamp")
    op.drop_table("journal_seal")
    op.drop_index(op.f("ix_job_run_started_at"), table_name="job_run")
    op.drop_table("job_run")
    op.drop_index(op.f("ix_criterion_set_version"), table_name="criterion")
    op.drop_table("criterion")
    op.drop_table("body")
