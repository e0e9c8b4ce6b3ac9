"""Second looks and credits; success stories; calls with own dates, criteria and reviewers; talks of several; dates of the law."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


KINDS = (
    'triage', 'team_answer', 'review', 'reconsider', 'find_reviewers', 'end_review', 'short_check', 'confirm_duplicate',
    'look_at_flag', 'answer', 'decide', 'vote', 'name_panel', 'offer_talk', 'pick_time', 'hold_talk', 'find_host',
    'write_closing', 'confirm', 'ask_once_more', 'promise', 'measure', 'confirm_benefit', 'prove_benefit', 'propose_award',
    'grant_award', 'return', 'resolve_conflict', 'confirm_correction',
)
NEW_KINDS = ('agree_story', 'write_story', 'second_look', 'compare_earlier', 'law_date', 'agree_group')
REPORTS = ('participation', 'flow', 'closings', 'benefit', 'awards')
OPEN = sa.text('done_at IS NULL')


def _kinds_of_steps(kinds: tuple[str, ...]) -> None:
    """Change which kinds of steps there may be. SQLite can only make the table anew; its indexes are made anew as well."""
    check = 'kind IN ({})'.format(', '.join(f"'{kind}'" for kind in kinds))
    if op.get_bind().dialect.name != 'sqlite':
        op.drop_constraint(op.f('ck_step_kind'), 'step', type_='check')
        op.create_check_constraint(op.f('ck_step_kind'), 'step', check)
        return
    for name in ('uq_step_open', 'ix_step_mine', 'ix_step_submitter', 'ix_step_idea'):
        op.drop_index(name, table_name='step')
    with op.batch_alter_table('step', copy_from=_step(check), recreate='always'):
        pass
    op.create_index('ix_step_idea', 'step', ['idea_id', 'done_at'])
    op.create_index('ix_step_mine', 'step', ['owner_id', 'due_on', 'id'], sqlite_where=OPEN)
    op.create_index('ix_step_submitter', 'step', ['submitter_id'], sqlite_where=OPEN)
    op.create_index('uq_step_open', 'step', [
        'idea_id', 'kind', 'subject_id', sa.text('coalesce(owner_id, 0)'), sa.text('coalesce(submitter_id, 0)'),
    ], unique=True, sqlite_where=OPEN)


def _step(check: str) -> sa.Table:
    return sa.Table(
        'step', sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('idea_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=24), nullable=False),
        sa.Column('owner_id', sa.Integer(), nullable=True),
        sa.Column('submitter_id', sa.Integer(), nullable=True),
        sa.Column('role', sa.String(length=20), nullable=False),
        sa.Column('department_id', sa.Integer(), nullable=True),
        sa.Column('body_id', sa.Integer(), nullable=True),
        sa.Column('round', sa.Integer(), nullable=False),
        sa.Column('subject_id', sa.Integer(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('first_due_on', sa.Date(), nullable=False),
        sa.Column('due_moves', sa.Integer(), nullable=False),
        sa.Column('due_reason', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('skipped_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('done_by_id', sa.Integer(), nullable=True),
        sa.Column('outcome', sa.String(length=12), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (outcome = '')", name='ck_step_outcome'),
        sa.CheckConstraint(check, name='ck_step_kind'),
        sa.CheckConstraint('(owner_id IS NULL) <> (submitter_id IS NULL)', name='ck_step_one_owner'),
        sa.CheckConstraint('due_moves BETWEEN 0 AND 2', name='ck_step_due_moves'),
        sa.ForeignKeyConstraint(['body_id'], ['body.id'], name='fk_step_body_id'),
        sa.ForeignKeyConstraint(['department_id'], ['department.id'], name='fk_step_department_id'),
        sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name='fk_step_done_by_id'),
        sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name='fk_step_idea_id', ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name='fk_step_owner_id'),
        sa.ForeignKeyConstraint(['submitter_id'], ['submitter.id'], name='fk_step_submitter_id', ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name='pk_step'),
    )


def _kinds_of_reports(kinds: tuple[str, ...]) -> None:
    """Change which kinds of reports there may be. SQLite can only make the table anew; what hangs on it stays."""
    check = 'kind IN ({})'.format(', '.join(f"'{kind}'" for kind in kinds))
    if op.get_bind().dialect.name != 'sqlite':
        for table in ('report', 'export_run', 'report_subscription'):
            op.drop_constraint(op.f(f'ck_{table}_kind'), table, type_='check')
            op.create_check_constraint(op.f(f'ck_{table}_kind'), table, check)
        return
    op.drop_index('ix_report_since', table_name='report')
    with op.batch_alter_table('report', copy_from=_report(check), recreate='always'):
        pass
    op.create_index('ix_report_since', 'report', ['kind', 'since'])
    op.drop_index('ix_export_run_by_id', table_name='export_run')
    op.drop_index('ix_export_run_open', table_name='export_run')
    with op.batch_alter_table('export_run', copy_from=_export_run(check), recreate='always'):
        pass
    op.create_index('ix_export_run_by_id', 'export_run', ['by_id'])
    op.create_index('ix_export_run_open', 'export_run', ['state', 'id'], sqlite_where=sa.text("state IN ('waiting', 'running')"))
    with op.batch_alter_table('report_subscription', copy_from=_subscription(check), recreate='always'):
        pass


def _report(check: str) -> sa.Table:
    return sa.Table(
        'report', sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('period', sa.String(length=10), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('since', sa.Date(), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('made_by_id', sa.Integer(), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('rules', sa.JSON(), nullable=False),
        sa.Column('rows', sa.JSON(), nullable=False),
        sa.Column('protection', sa.JSON(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.CheckConstraint(check, name='ck_report_kind'),
        sa.CheckConstraint('until >= since', name='ck_report_order'),
        sa.CheckConstraint('version < 2 OR length(reason) > 0', name='ck_report_why'),
        sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name='fk_report_made_by_id'),
        sa.PrimaryKeyConstraint('id', name='pk_report'),
        sa.UniqueConstraint('kind', 'period', 'version', name='uq_report_kind_period_version'),
    )


def _export_run(check: str) -> sa.Table:
    return sa.Table(
        'export_run', sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('period', sa.String(length=10), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('format', sa.String(length=4), nullable=False),
        sa.Column('language', sa.String(length=5), nullable=False),
        sa.Column('options', sa.JSON(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=True),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('done_rows', sa.Integer(), nullable=False),
        sa.Column('all_rows', sa.Integer(), nullable=False),
        sa.Column('file_name', sa.String(length=120), nullable=False),
        sa.Column('stored_name', sa.String(length=80), nullable=False),
        sa.Column('size_bytes', sa.BigInteger(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('lease_token', sa.String(length=32), nullable=False),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("format IN ('xlsx', 'csv', 'pdf')", name='ck_export_run_format'),
        sa.CheckConstraint(check, name='ck_export_run_kind'),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'gone')", name='ck_export_run_state'),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name='fk_export_run_by_id'),
        sa.PrimaryKeyConstraint('id', name='pk_export_run'),
    )


def _subscription(check: str) -> sa.Table:
    return sa.Table(
        'report_subscription', sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('rhythm', sa.String(length=8), nullable=False),
        sa.Column('format', sa.String(length=4), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("format IN ('xlsx', 'csv', 'pdf')", name='ck_report_subscription_format'),
        sa.CheckConstraint(check, name='ck_report_subscription_kind'),
        sa.CheckConstraint("rhythm IN ('month', 'quarter', 'year')", name='ck_report_subscription_rhythm'),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_report_subscription_person_id', ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name='pk_report_subscription'),
        sa.UniqueConstraint('person_id', 'kind', 'rhythm', name='uq_report_subscription_person_id_kind_rhythm'),
    )


def upgrade() -> None:
    op.create_table('call_reviewer',
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.String(length=12), nullable=False),
    sa.CheckConstraint("capacity IN ('expert', 'department')", name=op.f('ck_call_reviewer_capacity')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_call_reviewer_call_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_call_reviewer_person_id')),
    sa.PrimaryKeyConstraint('call_id', 'person_id', name=op.f('pk_call_reviewer'))
    )
    op.create_table('talk_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=10), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_by', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_words', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("form IN ('phone', 'video', 'in_person')", name=op.f('ck_talk_group_form')),
    sa.CheckConstraint("state IN ('asked', 'set', 'held', 'called_off')", name=op.f('ck_talk_group_state')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_talk_group_call_id')),
    sa.ForeignKeyConstraint(['host_id'], ['person.id'], name=op.f('fk_talk_group_host_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_talk_group'))
    )
    op.create_index(op.f('ix_talk_group_call_id'), 'talk_group', ['call_id'], unique=False)
    op.create_index(op.f('ix_talk_group_host_id'), 'talk_group', ['host_id'], unique=False)
    op.create_table('clock_kept',
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('clock', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_clock_kept_by_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_clock_kept_idea_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('idea_id', 'clock', name=op.f('pk_clock_kept'))
    )
    op.create_table('credit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('later_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.CheckConstraint('later_id IS NOT NULL OR length(words) > 0', name=op.f('ck_credit_what')),
    sa.CheckConstraint('percent BETWEEN 1 AND 100', name=op.f('ck_credit_percent')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_credit_by_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_credit_idea_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['later_id'], ['idea.id'], name=op.f('fk_credit_later_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit')),
    sa.UniqueConstraint('idea_id', 'later_id', name=op.f('uq_credit_idea_id_later_id'))
    )
    op.create_index(op.f('ix_credit_idea_id'), 'credit', ['idea_id'], unique=False)
    op.create_index(op.f('ix_credit_later_id'), 'credit', ['later_id'], unique=False)
    op.create_table('likeness',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('earlier_id', sa.Integer(), nullable=False),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('found_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(length=8), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name=op.f('ck_likeness_answered')),
    sa.CheckConstraint('percent BETWEEN 1 AND 100', name=op.f('ck_likeness_percent')),
    sa.CheckConstraint("answer IN ('', 'same', 'partly', 'other')", name=op.f('ck_likeness_answer')),
    sa.CheckConstraint('idea_id <> earlier_id', name=op.f('ck_likeness_two')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_likeness_answered_by_id')),
    sa.ForeignKeyConstraint(['earlier_id'], ['idea.id'], name=op.f('fk_likeness_earlier_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['found_by_id'], ['person.id'], name=op.f('fk_likeness_found_by_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_likeness_idea_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_likeness')),
    sa.UniqueConstraint('idea_id', 'earlier_id', name=op.f('uq_likeness_idea_id_earlier_id'))
    )
    op.create_index(op.f('ix_likeness_earlier_id'), 'likeness', ['earlier_id'], unique=False)
    op.create_table('protection',
    sa.Column('idea_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('look_on', sa.Date(), nullable=True),
    sa.Column('look_reason', sa.String(length=20), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('until >= since', name=op.f('ck_protection_order')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_protection_idea_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('idea_id', name=op.f('pk_protection'))
    )
    op.create_index('ix_protection_until', 'protection', ['until'], unique=False)
    op.create_table('second_look',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=8), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.CheckConstraint("answer IN ('stands', 'again')", name=op.f('ck_second_look_answer')),
    sa.CheckConstraint('length(words) > 0', name=op.f('ck_second_look_words')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_second_look_by_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_second_look_idea_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_look'))
    )
    op.create_index(op.f('ix_second_look_idea_id'), 'second_look', ['idea_id'], unique=False)
    op.create_table('story',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('measure_id', sa.Integer(), nullable=True),
    sa.Column('theme_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('text_version', sa.Integer(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('picture_id', sa.Integer(), nullable=True),
    sa.Column('picture_words_de', sa.String(length=300), nullable=False),
    sa.Column('picture_words_en', sa.String(length=300), nullable=False),
    sa.Column('shows_money', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer_by', sa.Date(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f('ck_story_withdrawn')),
    sa.CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name=op.f('ck_story_published')),
    sa.CheckConstraint("state IN ('draft', 'asked', 'published', 'withdrawn', 'discarded')", name=op.f('ck_story_state')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_story_created_by_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_story_idea_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_story_measure_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['picture_id'], ['attachment.id'], name=op.f('fk_story_picture_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['published_by_id'], ['person.id'], name=op.f('fk_story_published_by_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_story_theme_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['person.id'], name=op.f('fk_story_withdrawn_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story'))
    )
    op.create_index(op.f('ix_story_idea_id'), 'story', ['idea_id'], unique=False)
    op.create_index(op.f('ix_story_measure_id'), 'story', ['measure_id'], unique=False)
    op.create_index('ix_story_published', 'story', ['state', 'published_at', 'id'], unique=False)
    op.create_index('uq_story_idea', 'story', ['idea_id'], unique=True, sqlite_where=sa.text("state <> 'discarded'"), postgresql_where=sa.text("state <> 'discarded'"))
    op.create_table('talk_group_member',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=6), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name=op.f('ck_talk_group_member_answered')),
    sa.CheckConstraint("answer IN ('', 'yes', 'alone')", name=op.f('ck_talk_group_member_answer')),
    sa.ForeignKeyConstraint(['group_id'], ['talk_group.id'], name=op.f('fk_talk_group_member_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_talk_group_member_party_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', 'party_id', name=op.f('pk_talk_group_member'))
    )
    op.create_index('ix_talk_group_member_party', 'talk_group_member', ['party_id'], unique=False)
    op.create_table('story_person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('submitter_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(length=8), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('text_version', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name=op.f('ck_story_person_answered')),
    sa.CheckConstraint("answer IN ('', 'named', 'unnamed', 'no')", name=op.f('ck_story_person_answer')),
    sa.CheckConstraint('(submitter_id IS NULL) <> (person_id IS NULL)', name=op.f('ck_story_person_one')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_story_person_person_id')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_person_story_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['submitter_id'], ['submitter.id'], name=op.f('fk_story_person_submitter_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_person')),
    sa.UniqueConstraint('story_id', 'person_id', name=op.f('uq_story_person_story_id_person_id')),
    sa.UniqueConstraint('story_id', 'submitter_id', name=op.f('uq_story_person_story_id_submitter_id'))
    )
    op.create_index(op.f('ix_story_person_person_id'), 'story_person', ['person_id'], unique=False)
    op.create_index(op.f('ix_story_person_submitter_id'), 'story_person', ['submitter_id'], unique=False)
    op.create_table('story_reaction',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('well_done', 'could_use')", name=op.f('ck_story_reaction_kind')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_story_reaction_person_id')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_reaction_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('story_id', 'person_id', 'kind', name=op.f('pk_story_reaction'))
    )
    op.create_table('story_text',
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('lead', sa.Text(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('idea', sa.Text(), nullable=False),
    sa.Column('done', sa.Text(), nullable=False),
    sa.Column('since', sa.Text(), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.CheckConstraint("language IN ('de', 'en')", name=op.f('ck_story_text_language')),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_text_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('story_id', 'language', name=op.f('pk_story_text'))
    )
    for table, column in (
        ('appointment', 'group_id INTEGER CONSTRAINT fk_appointment_group_id REFERENCES talk_group (id)'),
        ('feedback_item', 'call_id INTEGER CONSTRAINT fk_feedback_item_call_id REFERENCES call (id)'),
        ('call', 'results_due_on DATE'),
        ('call', 'triage_on DATE'),
        ('call', 'review_on DATE CONSTRAINT ck_call_review_after '
                 'CHECK (triage_on IS NULL OR review_on IS NULL OR review_on >= triage_on)'),
        ('call', 'decide_on DATE CONSTRAINT ck_call_decide_after '
                 'CHECK (review_on IS NULL OR decide_on IS NULL OR decide_on >= review_on)'),
        ('call', 'criteria_set INTEGER'),
    ):
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column}')
    op.add_column('call', sa.Column('asks_stories', sa.Boolean(), nullable=False, server_default=sa.false()))
    if op.get_bind().dialect.name != 'sqlite':
        op.alter_column('call', 'asks_stories', server_default=None)
    op.create_index(op.f('ix_appointment_group_id'), 'appointment', ['group_id'], unique=False)
    op.create_index(op.f('ix_feedback_item_call_id'), 'feedback_item', ['call_id'], unique=False)
    _kinds_of_reports((*REPORTS, 'customers'))
    _kinds_of_steps((*KINDS, *NEW_KINDS))


def downgrade() -> None:
    new = 'kind IN ({})'.format(', '.join(f"'{kind}'" for kind in NEW_KINDS))
    op.execute(f'DELETE FROM notice WHERE step_id IN (SELECT id FROM step WHERE {new})')  # foreign keys are off on SQLite
    op.execute(f'DELETE FROM step WHERE {new}')
    _kinds_of_steps(KINDS)
    op.execute("DELETE FROM report_cell WHERE report_id IN (SELECT id FROM report WHERE kind = 'customers')")
    op.execute("DELETE FROM report WHERE kind = 'customers'")
    op.execute("DELETE FROM export_run WHERE kind = 'customers'")
    op.execute("DELETE FROM report_subscription WHERE kind = 'customers'")
    _kinds_of_reports(REPORTS)
    op.drop_index(op.f('ix_feedback_item_call_id'), table_name='feedback_item')
    op.drop_column('feedback_item', 'call_id')
    op.drop_column('call', 'asks_stories')
    op.drop_column('call', 'criteria_set')
    op.drop_column('call', 'decide_on')
    op.drop_column('call', 'review_on')
    op.drop_column('call', 'triage_on')
    op.drop_column('call', 'results_due_on')
    op.drop_index(op.f('ix_appointment_group_id'), table_name='appointment')
    op.drop_column('appointment', 'group_id')
    op.drop_table('story_text')
    op.drop_table('story_reaction')
    op.drop_index(op.f('ix_story_person_submitter_id'), table_name='story_person')
    op.drop_index(op.f('ix_story_person_person_id'), table_name='story_person')
    op.drop_table('story_person')
    op.drop_index('ix_talk_group_member_party', table_name='talk_group_member')
    op.drop_table('talk_group_member')
    op.drop_index('uq_story_idea', table_name='story', sqlite_where=sa.text("state <> 'discarded'"), postgresql_where=sa.text("state <> 'discarded'"))
    op.drop_index('ix_story_published', table_name='story')
    op.drop_index(op.f('ix_story_measure_id'), table_name='story')
    op.drop_index(op.f('ix_story_idea_id'), table_name='story')
    op.drop_table('story')
    op.drop_index(op.f('ix_second_look_idea_id'), table_name='second_look')
    op.drop_table('second_look')
    op.drop_index('ix_protection_until', table_name='protection')
    op.drop_table('protection')
    op.drop_index(op.f('ix_likeness_earlier_id'), table_name='likeness')
    op.drop_table('likeness')
    op.drop_index(op.f('ix_credit_later_id'), table_name='credit')
    op.drop_index(op.f('ix_credit_idea_id'), table_name='credit')
    op.drop_table('credit')
    op.drop_table('clock_kept')
    op.drop_index(op.f('ix_talk_group_host_id'), table_name='talk_group')
    op.drop_index(op.f('ix_talk_group_call_id'), table_name='talk_group')
    op.drop_table('talk_group')
    op.drop_table('call_reviewer')
