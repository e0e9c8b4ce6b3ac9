"""Customer feedback, themes and journeys; measures and calls for ideas; which themes an idea answers."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


KINDS = (
    'triage', 'team_answer', 'review', 'reconsider', 'find_reviewers', 'end_review', 'short_check', 'confirm_duplicate',
    'look_at_flag', 'answer', 'decide', 'vote', 'name_panel', 'offer_talk', 'pick_time', 'hold_talk', 'find_host',
    'write_closing', 'confirm', 'ask_once_more', 'promise', 'return', 'resolve_conflict', 'confirm_correction',
)
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


def upgrade() -> None:
    op.create_table('feedback_source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_source')),
    sa.UniqueConstraint('key', name=op.f('uq_feedback_source_key'))
    )
    op.create_table('journey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name_de', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('description_de', sa.Text(), nullable=False),
    sa.Column('description_en', sa.Text(), nullable=False),
    sa.Column('audience', sa.String(length=10), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("audience IN ('customers', 'employees')", name=op.f('ck_journey_audience')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journey')),
    sa.UniqueConstraint('key', name=op.f('uq_journey_key'))
    )
    op.create_table('theme_learning',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.String(length=10), nullable=False),
    sa.Column('item_count', sa.Integer(), nullable=False),
    sa.Column('held_back_count', sa.Integer(), nullable=False),
    sa.Column('theme_count', sa.Integer(), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('trouble', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_learning'))
    )
    op.create_table('feedback_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('stored_name', sa.String(length=80), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('done_count', sa.Integer(), nullable=False),
    sa.Column('created_count', sa.Integer(), nullable=False),
    sa.Column('known_count', sa.Integer(), nullable=False),
    sa.Column('differing_count', sa.Integer(), nullable=False),
    sa.Column('errors', sa.JSON(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name=op.f('ck_feedback_import_undone')),
    sa.CheckConstraint("state IN ('uploaded', 'queued', 'running', 'visible', 'failed', 'undone')", name=op.f('ck_feedback_import_state')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_feedback_import_by_id')),
    sa.ForeignKeyConstraint(['source_id'], ['feedback_source.id'], name=op.f('fk_feedback_import_source_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['person.id'], name=op.f('fk_feedback_import_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_import'))
    )
    op.create_index(op.f('ix_feedback_import_source_id'), 'feedback_import', ['source_id'], unique=False)
    op.create_index('ix_feedback_import_state', 'feedback_import', ['state', 'id'], unique=False)
    op.create_table('theme',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('name_de', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('description_de', sa.Text(), nullable=False),
    sa.Column('description_en', sa.Text(), nullable=False),
    sa.Column('examples_de', sa.JSON(), nullable=False),
    sa.Column('examples_en', sa.JSON(), nullable=False),
    sa.Column('audience', sa.String(length=10), nullable=False),
    sa.Column('need', sa.String(length=8), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("audience IN ('customers', 'employees')", name=op.f('ck_theme_audience')),
    sa.CheckConstraint("need IN ('', 'basic', 'delight')", name=op.f('ck_theme_need')),
    sa.CheckConstraint('merged_into_id IS NULL OR archived_at IS NOT NULL', name=op.f('ck_theme_merged')),
    sa.CheckConstraint('parent_id IS NULL OR parent_id <> id', name=op.f('ck_theme_not_its_own_parent')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['theme.id'], name=op.f('fk_theme_merged_into_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_theme_owner_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['theme.id'], name=op.f('fk_theme_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme')),
    sa.UniqueConstraint('key', name=op.f('uq_theme_key'))
    )
    op.create_index(op.f('ix_theme_parent_id'), 'theme', ['parent_id'], unique=False)
    op.create_table('touchpoint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name_de', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('process', sa.Text(), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_touchpoint_department_id')),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_touchpoint_journey_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_touchpoint_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_touchpoint')),
    sa.UniqueConstraint('key', name=op.f('uq_touchpoint_key'))
    )
    op.create_index(op.f('ix_touchpoint_journey_id'), 'touchpoint', ['journey_id'], unique=False)
    op.create_table('call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=200), nullable=False),
    sa.Column('background', sa.Text(), nullable=False),
    sa.Column('sponsor_id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dates_reason', sa.Text(), nullable=False),
    sa.Column('results', sa.Text(), nullable=False),
    sa.Column('results_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('results_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(results_at IS NULL) = (results_by_id IS NULL)', name=op.f('ck_call_results')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_call_order')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_call_created_by_id')),
    sa.ForeignKeyConstraint(['results_by_id'], ['person.id'], name=op.f('fk_call_results_by_id')),
    sa.ForeignKeyConstraint(['sponsor_id'], ['person.id'], name=op.f('fk_call_sponsor_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_call_theme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call'))
    )
    op.create_index('ix_call_dates', 'call', ['ends_on', 'id'], unique=False)
    op.create_index(op.f('ix_call_theme_id'), 'call', ['theme_id'], unique=False)
    op.create_table('feedback_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=True),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('source_key', sa.String(length=200), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('said_on', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=12), nullable=False),
    sa.Column('audience', sa.String(length=10), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=True),
    sa.Column('rating', sa.Double(), nullable=True),
    sa.Column('nps', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('segment', sa.String(length=60), nullable=False),
    sa.Column('customer_hash', sa.String(length=64), nullable=True),
    sa.Column('masked', sa.Boolean(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('meant', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('judged_by', sa.Integer(), nullable=True),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hidden_by_id', sa.Integer(), nullable=True),
    sa.Column('hidden_reason', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name=op.f('ck_feedback_item_settled')),
    sa.CheckConstraint("audience IN ('customers', 'employees')", name=op.f('ck_feedback_item_audience')),
    sa.CheckConstraint("channel IN ('survey', 'call_note', 'email', 'complaint', 'social', 'review', 'employee')", name=op.f('ck_feedback_item_channel')),
    sa.CheckConstraint("state IN ('new', 'told', 'unsure', 'settled')", name=op.f('ck_feedback_item_state')),
    sa.CheckConstraint('(hidden_at IS NULL) = (hidden_by_id IS NULL)', name=op.f('ck_feedback_item_hidden_by')),
    sa.CheckConstraint("meant IN ('', 'positive', 'negative', 'neutral')", name=op.f('ck_feedback_item_meant')),
    sa.CheckConstraint('nps BETWEEN 0 AND 10', name=op.f('ck_feedback_item_nps')),
    sa.CheckConstraint('rating BETWEEN 1 AND 5', name=op.f('ck_feedback_item_rating')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_feedback_item_by_id')),
    sa.ForeignKeyConstraint(['hidden_by_id'], ['person.id'], name=op.f('fk_feedback_item_hidden_by_id')),
    sa.ForeignKeyConstraint(['import_id'], ['feedback_import.id'], name=op.f('fk_feedback_item_import_id')),
    sa.ForeignKeyConstraint(['judged_by'], ['theme_learning.id'], name=op.f('fk_feedback_item_judged_by')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_feedback_item_settled_by_id')),
    sa.ForeignKeyConstraint(['source_id'], ['feedback_source.id'], name=op.f('fk_feedback_item_source_id')),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_feedback_item_touchpoint_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_item')),
    sa.UniqueConstraint('source_id', 'source_key', name=op.f('uq_feedback_item_source_id_source_key'))
    )
    op.create_index(op.f('ix_feedback_item_import_id'), 'feedback_item', ['import_id'], unique=False)
    op.create_index('ix_feedback_item_said', 'feedback_item', ['said_on', 'id'], unique=False)
    op.create_index('ix_feedback_item_state', 'feedback_item', ['state', 'id'], unique=False)
    op.create_index(op.f('ix_feedback_item_touchpoint_id'), 'feedback_item', ['touchpoint_id'], unique=False)
    op.create_table('theme_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_theme_change_by_id')),
    sa.ForeignKeyConstraint(['other_id'], ['theme.id'], name=op.f('fk_theme_change_other_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_change_theme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_change'))
    )
    op.create_index(op.f('ix_theme_change_theme_id'), 'theme_change', ['theme_id'], unique=False)
    op.create_table('theme_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('item_ids', sa.JSON(), nullable=False),
    sa.Column('item_count', sa.Integer(), nullable=False),
    sa.Column('customer_count', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('open', 'taken', 'dismissed')", name=op.f('ck_theme_proposal_state')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_theme_proposal_by_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_proposal_theme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_proposal'))
    )
    op.create_table('theme_rise',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('polarity', sa.String(length=8), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('customer_count', sa.Integer(), nullable=False),
    sa.Column('usual', sa.Double(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("polarity IN ('positive', 'negative', 'neutral')", name=op.f('ck_theme_rise_polarity')),
    sa.ForeignKeyConstraint(['seen_by_id'], ['person.id'], name=op.f('fk_theme_rise_seen_by_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_rise_theme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_rise')),
    sa.UniqueConstraint('theme_id', 'polarity', 'on', name=op.f('uq_theme_rise_theme_id_polarity_on'))
    )
    op.create_table('theme_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('but_not', sa.Text(), nullable=False),
    sa.Column('polarity', sa.String(length=8), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("polarity IN ('positive', 'negative', 'neutral')", name=op.f('ck_theme_rule_polarity')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_theme_rule_by_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_rule_theme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_rule'))
    )
    op.create_index(op.f('ix_theme_rule_theme_id'), 'theme_rule', ['theme_id'], unique=False)
    op.create_table('theme_touchpoint',
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_touchpoint_theme_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_theme_touchpoint_touchpoint_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('theme_id', 'touchpoint_id', name=op.f('pk_theme_touchpoint'))
    )
    op.create_table('theme_word',
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('stem', sa.String(length=40), nullable=False),
    sa.Column('weight', sa.Double(), nullable=False),
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_word_theme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('theme_id', 'stem', name=op.f('pk_theme_word'))
    )
    op.create_index('ix_theme_word_stem', 'theme_word', ['stem'], unique=False)
    op.create_table('call_department',
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_call_department_call_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_call_department_department_id')),
    sa.PrimaryKeyConstraint('call_id', 'department_id', name=op.f('pk_call_department'))
    )
    op.create_table('praise',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_praise_by_id')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_praise_department_id')),
    sa.ForeignKeyConstraint(['item_id'], ['feedback_item.id'], name=op.f('fk_praise_item_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_praise')),
    sa.UniqueConstraint('item_id', 'department_id', name=op.f('uq_praise_item_id_department_id'))
    )
    op.create_table('theme_assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('polarity', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('origin', sa.String(length=8), nullable=False),
    sa.Column('confidence', sa.Double(), nullable=True),
    sa.Column('polarity_confidence', sa.Double(), nullable=True),
    sa.Column('learning_id', sa.Integer(), nullable=True),
    sa.Column('rule_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("origin IN ('person', 'source', 'rule', 'model')", name=op.f('ck_theme_assignment_origin')),
    sa.CheckConstraint("polarity IN ('positive', 'negative', 'neutral')", name=op.f('ck_theme_assignment_polarity')),
    sa.CheckConstraint("state IN ('assigned', 'guess', 'rejected')", name=op.f('ck_theme_assignment_state')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_theme_assignment_by_id')),
    sa.ForeignKeyConstraint(['item_id'], ['feedback_item.id'], name=op.f('fk_theme_assignment_item_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['learning_id'], ['theme_learning.id'], name=op.f('fk_theme_assignment_learning_id')),
    sa.ForeignKeyConstraint(['rule_id'], ['theme_rule.id'], name=op.f('fk_theme_assignment_rule_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_assignment_theme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_assignment')),
    sa.UniqueConstraint('item_id', 'theme_id', name=op.f('uq_theme_assignment_item_id_theme_id'))
    )
    op.create_index('ix_theme_assignment_theme', 'theme_assignment', ['theme_id', 'state', 'polarity', 'item_id'], unique=False)
    op.create_table('theme_quote',
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('polarity', sa.String(length=8), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['feedback_item.id'], name=op.f('fk_theme_quote_item_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_quote_theme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('theme_id', 'item_id', name=op.f('pk_theme_quote'))
    )
    op.create_table('idea_theme',
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('linked_as', sa.String(length=12), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("linked_as <> 'submitter' OR by_id IS NULL", name=op.f('ck_idea_theme_no_name')),
    sa.CheckConstraint("linked_as IN ('submitter', 'coordinator', 'cx_manager')", name=op.f('ck_idea_theme_linked_as')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_idea_theme_by_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_idea_theme_idea_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_idea_theme_theme_id')),
    sa.PrimaryKeyConstraint('idea_id', 'theme_id', name=op.f('pk_idea_theme'))
    )
    op.create_index(op.f('ix_idea_theme_theme_id'), 'idea_theme', ['theme_id'], unique=False)
    op.create_table('measure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('touchpoint_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('first_due_on', sa.Date(), nullable=False),
    sa.Column('due_moves', sa.Integer(), nullable=False),
    sa.Column('due_reason', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('done_by_id', sa.Integer(), nullable=True),
    sa.Column('done_words', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f('ck_measure_done')),
    sa.CheckConstraint("state IN ('planned', 'running', 'done')", name=op.f('ck_measure_state')),
    sa.CheckConstraint('(done_at IS NULL) = (done_on IS NULL)', name=op.f('ck_measure_done_on')),
    sa.CheckConstraint('due_moves BETWEEN 0 AND 2', name=op.f('ck_measure_due_moves')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_measure_created_by_id')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_measure_department_id')),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_measure_done_by_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_measure_idea_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_measure_owner_id')),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_measure_touchpoint_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure'))
    )
    op.create_index(op.f('ix_measure_idea_id'), 'measure', ['idea_id'], unique=False)
    op.create_index(op.f('ix_measure_owner_id'), 'measure', ['owner_id'], unique=False)
    op.create_index(op.f('ix_measure_touchpoint_id'), 'measure', ['touchpoint_id'], unique=False)
    # Inline, as SQLite takes it too: changing the table by moving its rows would cost more than it brings.
    op.execute('ALTER TABLE idea ADD COLUMN call_id INTEGER CONSTRAINT fk_idea_call_id REFERENCES call (id)')
    op.create_index(op.f('ix_idea_call_id'), 'idea', ['call_id'], unique=False)
    _kinds_of_steps((*KINDS, 'measure'))
    uncarried = sa.text('letter_id IS NULL AND read_at IS NULL')
    op.create_index('ix_notice_uncarried', 'notice', ['person_id', 'id'], sqlite_where=uncarried, postgresql_where=uncarried)


def downgrade() -> None:
    op.drop_index('ix_notice_uncarried', table_name='notice')
    op.execute("DELETE FROM step WHERE kind = 'measure'")
    _kinds_of_steps(KINDS)
    op.drop_index(op.f('ix_idea_call_id'), table_name='idea')
    op.drop_column('idea', 'call_id')
    op.drop_index(op.f('ix_measure_touchpoint_id'), table_name='measure')
    op.drop_index(op.f('ix_measure_owner_id'), table_name='measure')
    op.drop_index(op.f('ix_measure_idea_id'), table_name='measure')
    op.drop_table('measure')
    op.drop_index(op.f('ix_idea_theme_theme_id'), table_name='idea_theme')
    op.drop_table('idea_theme')
    op.drop_table('theme_quote')
    op.drop_index('ix_theme_assignment_theme', table_name='theme_assignment')
    op.drop_table('theme_assignment')
    op.drop_table('praise')
    op.drop_table('call_department')
    op.drop_index('ix_theme_word_stem', table_name='theme_word')
    op.drop_table('theme_word')
    op.drop_table('theme_touchpoint')
    op.drop_index(op.f('ix_theme_rule_theme_id'), table_name='theme_rule')
    op.drop_table('theme_rule')
    op.drop_table('theme_rise')
    op.drop_table('theme_proposal')
    op.drop_index(op.f('ix_theme_change_theme_id'), table_name='theme_change')
    op.drop_table('theme_change')
    op.drop_index(op.f('ix_feedback_item_touchpoint_id'), table_name='feedback_item')
    op.drop_index('ix_feedback_item_state', table_name='feedback_item')
    op.drop_index('ix_feedback_item_said', table_name='feedback_item')
    op.drop_index(op.f('ix_feedback_item_import_id'), table_name='feedback_item')
    op.drop_table('feedback_item')
    op.drop_index(op.f('ix_call_theme_id'), table_name='call')
    op.drop_index('ix_call_dates', table_name='call')
    op.drop_table('call')
    op.drop_index(op.f('ix_touchpoint_journey_id'), table_name='touchpoint')
    op.drop_table('touchpoint')
    op.drop_index(op.f('ix_theme_parent_id'), table_name='theme')
    op.drop_table('theme')
    op.drop_index('ix_feedback_import_state', table_name='feedback_import')
    op.drop_index(op.f('ix_feedback_import_source_id'), table_name='feedback_import')
    op.drop_table('feedback_import')
    op.drop_table('theme_learning')
    op.drop_table('journey')
    op.drop_table('feedback_source')
