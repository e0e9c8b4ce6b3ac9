"""Kept reports and exports; what measures cost and bring, and that they can be abandoned; awards; versions of the rules."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


KINDS = (
    'triage', 'team_answer', 'review', 'reconsider', 'find_reviewers', 'end_review', 'short_check', 'confirm_duplicate',
    'look_at_flag', 'answer', 'decide', 'vote', 'name_panel', 'offer_talk', 'pick_time', 'hold_talk', 'find_host',
    'write_closing', 'confirm', 'ask_once_more', 'promise', 'measure', 'return', 'resolve_conflict', 'confirm_correction',
)
NEW_KINDS = ('confirm_benefit', 'prove_benefit', 'propose_award', 'grant_award')
STATES = ('planned', 'running', 'done')
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


def _measures(states: tuple[str, ...], *, abandoning: bool) -> None:
    """Change which states a measure may have. SQLite can only make the table anew, after new columns were added."""
    check = 'state IN ({})'.format(', '.join(f"'{state}'" for state in states))
    checks = {'state': check}
    if abandoning:
        checks['abandoned'] = "(state = 'abandoned') = (abandoned_at IS NOT NULL)"
        checks['abandoned_reasons'] = "state <> 'abandoned' OR length(abandoned_reasons) > 0"
    if op.get_bind().dialect.name != 'sqlite':
        op.drop_constraint(op.f('ck_measure_state'), 'measure', type_='check')
        for name, text in checks.items():
            op.create_check_constraint(op.f(f'ck_measure_{name}'), 'measure', text)
        return
    names = ('idea_id', 'owner_id', 'touchpoint_id')
    for name in names:
        op.drop_index(op.f(f'ix_measure_{name}'), table_name='measure')
    with op.batch_alter_table('measure', copy_from=_measure(checks, abandoning), recreate='always'):
        pass
    for name in names:
        op.create_index(op.f(f'ix_measure_{name}'), 'measure', [name], unique=False)


def _measure(checks: dict[str, str], abandoning: bool) -> sa.Table:
    later: list[sa.schema.SchemaItem] = [
        sa.Column('picture_id', sa.Integer(), nullable=True),
        sa.Column('abandoned_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('abandoned_by_id', sa.Integer(), nullable=True),
        sa.Column('abandoned_reasons', sa.Text(), nullable=False),
        sa.Column('project_url', sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(['abandoned_by_id'], ['person.id'], name='fk_measure_abandoned_by_id'),
        sa.ForeignKeyConstraint(['picture_id'], ['attachment.id'], name='fk_measure_picture_id', ondelete='SET NULL'),
    ]
    return sa.Table(
        'measure', sa.MetaData(),
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
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name='ck_measure_done'),
        sa.CheckConstraint('(done_at IS NULL) = (done_on IS NULL)', name='ck_measure_done_on'),
        sa.CheckConstraint('due_moves BETWEEN 0 AND 2', name='ck_measure_due_moves'),
        sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name='fk_measure_created_by_id'),
        sa.ForeignKeyConstraint(['department_id'], ['department.id'], name='fk_measure_department_id'),
        sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name='fk_measure_done_by_id'),
        sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name='fk_measure_idea_id', ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name='fk_measure_owner_id'),
        sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name='fk_measure_touchpoint_id'),
        sa.PrimaryKeyConstraint('id', name='pk_measure'),
        *(later if abandoning else []),
        *(sa.CheckConstraint(text, name=f'ck_measure_{name}') for name, text in checks.items()),
    )


def upgrade() -> None:
    op.create_table('award_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name_de', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_award_rules_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_rules')),
    sa.UniqueConstraint('from_on', name=op.f('uq_award_rules_from_on')),
    sa.UniqueConstraint('number', name=op.f('uq_award_rules_number'))
    )
    op.create_table('export_run',
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
    sa.CheckConstraint("format IN ('xlsx', 'csv', 'pdf')", name=op.f('ck_export_run_format')),
    sa.CheckConstraint("kind IN ('participation', 'flow', 'closings', 'benefit', 'awards')", name=op.f('ck_export_run_kind')),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'gone')", name=op.f('ck_export_run_state')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_export_run_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_run'))
    )
    op.create_index(op.f('ix_export_run_by_id'), 'export_run', ['by_id'], unique=False)
    op.create_index('ix_export_run_open', 'export_run', ['state', 'id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'running')"), postgresql_where=sa.text("state IN ('waiting', 'running')"))
    op.create_table('payment_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_payment_list_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_list')),
    sa.UniqueConstraint('number', name=op.f('uq_payment_list_number'))
    )
    op.create_table('programme_cost',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('cents', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('administration', 'promotion')", name=op.f('ck_programme_cost_kind')),
    sa.CheckConstraint('cents >= 0', name=op.f('ck_programme_cost_cents')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_programme_cost_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_cost'))
    )
    op.create_index('ix_programme_cost_year', 'programme_cost', ['year', 'kind', 'id'], unique=False)
    op.create_table('report',
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
    sa.CheckConstraint("kind IN ('participation', 'flow', 'closings', 'benefit', 'awards')", name=op.f('ck_report_kind')),
    sa.CheckConstraint('until >= since', name=op.f('ck_report_order')),
    sa.CheckConstraint('version < 2 OR length(reason) > 0', name=op.f('ck_report_why')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_report_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('kind', 'period', 'version', name=op.f('uq_report_kind_period_version'))
    )
    op.create_index('ix_report_since', 'report', ['kind', 'since'], unique=False)
    op.create_table('report_subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('rhythm', sa.String(length=8), nullable=False),
    sa.Column('format', sa.String(length=4), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("format IN ('xlsx', 'csv', 'pdf')", name=op.f('ck_report_subscription_format')),
    sa.CheckConstraint("kind IN ('participation', 'flow', 'closings', 'benefit', 'awards')", name=op.f('ck_report_subscription_kind')),
    sa.CheckConstraint("rhythm IN ('month', 'quarter', 'year')", name=op.f('ck_report_subscription_rhythm')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_report_subscription_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_subscription')),
    sa.UniqueConstraint('person_id', 'kind', 'rhythm', name=op.f('uq_report_subscription_person_id_kind_rhythm'))
    )
    op.create_table('rules_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('from_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=True),
    sa.Column('agreed_words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_rules_version_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rules_version')),
    sa.UniqueConstraint('number', name=op.f('uq_rules_version_number'))
    )
    op.create_index('ix_rules_version_from', 'rules_version', ['from_at'], unique=False)
    op.create_table('target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('figure', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_target_set_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target'))
    )
    op.create_index(op.f('ix_target_figure'), 'target', ['figure'], unique=False)
    op.create_table('report_cell',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('figure', sa.String(length=40), nullable=False),
    sa.Column('dimension', sa.String(length=16), nullable=False),
    sa.Column('row', sa.String(length=60), nullable=False),
    sa.Column('numerator', sa.BigInteger(), nullable=True),
    sa.Column('denominator', sa.BigInteger(), nullable=True),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('more', sa.JSON(), nullable=False),
    sa.Column('hidden', sa.String(length=12), nullable=False),
    sa.CheckConstraint("hidden = '' OR (numerator IS NULL AND denominator IS NULL AND value IS NULL)", name=op.f('ck_report_cell_not_kept')),
    sa.CheckConstraint("hidden IN ('', 'small', 'complement', 'owners', 'change')", name=op.f('ck_report_cell_hidden')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_cell_report_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('report_id', 'figure', 'dimension', 'row', name=op.f('pk_report_cell'))
    )
    op.create_index('ix_report_cell_trend', 'report_cell', ['figure', 'dimension', 'row'], unique=False)
    op.create_table('award',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('rules_id', sa.Integer(), nullable=False),
    sa.Column('basis', sa.String(length=12), nullable=False),
    sa.Column('benefit_cents', sa.BigInteger(), nullable=True),
    sa.Column('inputs', sa.JSON(), nullable=False),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('cents', sa.BigInteger(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('granted_by_id', sa.Integer(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("basis IN ('benefit', 'points', 'recognition')", name=op.f('ck_award_basis')),
    sa.CheckConstraint("state <> 'granted' OR granted_at IS NOT NULL", name=op.f('ck_award_granted')),
    sa.CheckConstraint("state IN ('proposed', 'granted', 'replaced', 'dropped')", name=op.f('ck_award_state')),
    sa.CheckConstraint('cents >= 0', name=op.f('ck_award_cents')),
    sa.CheckConstraint('granted_by_id IS NULL OR granted_by_id <> proposed_by_id', name=op.f('ck_award_four_eyes')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['person.id'], name=op.f('fk_award_granted_by_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_award_idea_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_award_proposed_by_id')),
    sa.ForeignKeyConstraint(['rules_id'], ['award_rules.id'], name=op.f('fk_award_rules_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award')),
    sa.UniqueConstraint('idea_id', 'version', name=op.f('uq_award_idea_id_version'))
    )
    op.create_index('uq_award_granted', 'award', ['idea_id'], unique=True, sqlite_where=sa.text("state = 'granted'"), postgresql_where=sa.text("state = 'granted'"))
    op.create_index('uq_award_proposed', 'award', ['idea_id'], unique=True, sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))
    op.create_table('award_eligibility',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submitter_id', sa.Integer(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('percent = 100 OR length(reason) > 0', name=op.f('ck_award_eligibility_reason')),
    sa.CheckConstraint('percent BETWEEN 0 AND 100', name=op.f('ck_award_eligibility_percent')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_award_eligibility_by_id')),
    sa.ForeignKeyConstraint(['submitter_id'], ['submitter.id'], name=op.f('fk_award_eligibility_submitter_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_eligibility'))
    )
    op.create_index(op.f('ix_award_eligibility_submitter_id'), 'award_eligibility', ['submitter_id'], unique=False)
    op.create_index('uq_award_eligibility_standing', 'award_eligibility', ['submitter_id'], unique=True, sqlite_where=sa.text('replaced_at IS NULL'), postgresql_where=sa.text('replaced_at IS NULL'))
    op.create_table('award_part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('submitter_id', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('share_cents', sa.BigInteger(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('cents', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('cents BETWEEN 0 AND share_cents', name=op.f('ck_award_part_cents')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_award_part_award_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['submitter_id'], ['submitter.id'], name=op.f('fk_award_part_submitter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_part')),
    sa.UniqueConstraint('award_id', 'submitter_id', name=op.f('uq_award_part_award_id_submitter_id'))
    )
    op.create_index(op.f('ix_award_part_award_id'), 'award_part', ['award_id'], unique=False)
    op.create_index(op.f('ix_award_part_submitter_id'), 'award_part', ['submitter_id'], unique=False)
    op.create_table('award_share_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('by_submitter_id', sa.Integer(), nullable=False),
    sa.Column('points', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_submitter_id'], ['submitter.id'], name=op.f('fk_award_share_proposal_by_submitter_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_award_share_proposal_idea_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_share_proposal'))
    )
    op.create_index(op.f('ix_award_share_proposal_idea_id'), 'award_share_proposal', ['idea_id'], unique=False)
    op.create_table('award_share_consent',
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('submitter_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['proposal_id'], ['award_share_proposal.id'], name=op.f('fk_award_share_consent_proposal_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['submitter_id'], ['submitter.id'], name=op.f('fk_award_share_consent_submitter_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('proposal_id', 'submitter_id', name=op.f('pk_award_share_consent'))
    )
    op.create_table('measure_figure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('measure_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('savings_cents', sa.BigInteger(), nullable=False),
    sa.Column('revenue_cents', sa.BigInteger(), nullable=False),
    sa.Column('running_cost_cents', sa.BigInteger(), nullable=False),
    sa.Column('one_off_cost_cents', sa.BigInteger(), nullable=False),
    sa.Column('use_years', sa.Integer(), nullable=False),
    sa.Column('one_off_first_year_cents', sa.BigInteger(), nullable=False),
    sa.Column('net_cents', sa.BigInteger(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('assumptions', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('needs_second', sa.Boolean(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('doubted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('second_words', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('expected', 'agreed', 'measured')", name=op.f('ck_measure_figure_kind')),
    sa.CheckConstraint('confirmed_at IS NULL OR doubted_at IS NULL', name=op.f('ck_measure_figure_one_answer')),
    sa.CheckConstraint('confirmed_by_id IS NULL OR confirmed_by_id <> by_id', name=op.f('ck_measure_figure_four_eyes')),
    sa.CheckConstraint('net_cents = savings_cents + revenue_cents - running_cost_cents - one_off_first_year_cents', name=op.f('ck_measure_figure_net')),
    sa.CheckConstraint('use_years BETWEEN 1 AND 30', name=op.f('ck_measure_figure_use_years')),
    sa.CheckConstraint('version = 1 OR length(reason) > 0', name=op.f('ck_measure_figure_why')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_measure_figure_by_id')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_measure_figure_confirmed_by_id')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_measure_figure_measure_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_figure')),
    sa.UniqueConstraint('measure_id', 'kind', 'version', name=op.f('uq_measure_figure_measure_id_kind_version'))
    )
    op.create_table('measure_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('measure_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_measure_task_done_by_id')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_measure_task_measure_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_task'))
    )
    op.create_index(op.f('ix_measure_task_measure_id'), 'measure_task', ['measure_id'], unique=False)
    op.create_table('payment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.Column('cents', sa.BigInteger(), nullable=False),
    sa.Column('owed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('list_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('cents > 0', name=op.f('ck_payment_cents')),
    sa.ForeignKeyConstraint(['list_id'], ['payment_list.id'], name=op.f('fk_payment_list_id')),
    sa.ForeignKeyConstraint(['part_id'], ['award_part.id'], name=op.f('fk_payment_part_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
    sa.UniqueConstraint('part_id', name=op.f('uq_payment_part_id'))
    )
    op.create_index(op.f('ix_payment_list_id'), 'payment', ['list_id'], unique=False)
    op.create_table('soft_benefit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('measure_id', sa.Integer(), nullable=False),
    sa.Column('aspect', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("aspect IN ('safety', 'customers', 'environment', 'quality', 'joy')", name=op.f('ck_soft_benefit_aspect')),
    sa.CheckConstraint('points BETWEEN 0 AND 4', name=op.f('ck_soft_benefit_points')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_soft_benefit_by_id')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_soft_benefit_measure_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_soft_benefit')),
    sa.UniqueConstraint('measure_id', 'aspect', 'version', name=op.f('uq_soft_benefit_measure_id_aspect_version'))
    )
    for column in (
        'picture_id INTEGER CONSTRAINT fk_measure_picture_id REFERENCES attachment (id) ON DELETE SET NULL',
        'abandoned_by_id INTEGER CONSTRAINT fk_measure_abandoned_by_id REFERENCES person (id)',
    ):
        op.execute(f'ALTER TABLE measure ADD COLUMN {column}')
    op.add_column('measure', sa.Column('abandoned_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('measure', sa.Column('abandoned_reasons', sa.Text(), nullable=False, server_default=''))
    op.add_column('measure', sa.Column('project_url', sa.String(length=500), nullable=False, server_default=''))
    _measures((*STATES, 'abandoned'), abandoning=True)
    if op.get_bind().dialect.name != 'sqlite':
        op.alter_column('measure', 'abandoned_reasons', server_default=None)
        op.alter_column('measure', 'project_url', server_default=None)
    op.create_index('ix_measure_done', 'measure', ['done_on'], unique=False)
    _kinds_of_steps((*KINDS, *NEW_KINDS))


def downgrade() -> None:
    op.execute("DELETE FROM step WHERE kind IN ({})".format(', '.join(f"'{kind}'" for kind in NEW_KINDS)))
    _kinds_of_steps(KINDS)
    op.drop_index('ix_measure_done', table_name='measure')
    op.execute("DELETE FROM step WHERE kind = 'measure' AND subject_id IN (SELECT id FROM measure WHERE state = 'abandoned')")
    op.execute("DELETE FROM measure WHERE state = 'abandoned'")
    if op.get_bind().dialect.name != 'sqlite':
        op.drop_constraint(op.f('ck_measure_abandoned'), 'measure', type_='check')
        op.drop_constraint(op.f('ck_measure_abandoned_reasons'), 'measure', type_='check')
    _measures(STATES, abandoning=False)
    if op.get_bind().dialect.name != 'sqlite':
        for column in ('project_url', 'abandoned_reasons', 'abandoned_at', 'abandoned_by_id', 'picture_id'):
            op.drop_column('measure', column)
    op.drop_table('soft_benefit')
    op.drop_index(op.f('ix_payment_list_id'), table_name='payment')
    op.drop_table('payment')
    op.drop_index(op.f('ix_measure_task_measure_id'), table_name='measure_task')
    op.drop_table('measure_task')
    op.drop_table('measure_figure')
    op.drop_table('award_share_consent')
    op.drop_index(op.f('ix_award_share_proposal_idea_id'), table_name='award_share_proposal')
    op.drop_table('award_share_proposal')
    op.drop_index(op.f('ix_award_part_submitter_id'), table_name='award_part')
    op.drop_index(op.f('ix_award_part_award_id'), table_name='award_part')
    op.drop_table('award_part')
    op.drop_index('uq_award_eligibility_standing', table_name='award_eligibility', sqlite_where=sa.text('replaced_at IS NULL'), postgresql_where=sa.text('replaced_at IS NULL'))
    op.drop_index(op.f('ix_award_eligibility_submitter_id'), table_name='award_eligibility')
    op.drop_table('award_eligibility')
    op.drop_index('uq_award_proposed', table_name='award', sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))
    op.drop_index('uq_award_granted', table_name='award', sqlite_where=sa.text("state = 'granted'"), postgresql_where=sa.text("state = 'granted'"))
    op.drop_table('award')
    op.drop_index('ix_report_cell_trend', table_name='report_cell')
    op.drop_table('report_cell')
    op.drop_index(op.f('ix_target_figure'), table_name='target')
    op.drop_table('target')
    op.drop_index('ix_rules_version_from', table_name='rules_version')
    op.drop_table('rules_version')
    op.drop_table('report_subscription')
    op.drop_index('ix_report_since', table_name='report')
    op.drop_table('report')
    op.drop_index('ix_programme_cost_year', table_name='programme_cost')
    op.drop_table('programme_cost')
    op.drop_table('payment_list')
    op.drop_index('ix_export_run_open', table_name='export_run', sqlite_where=sa.text("state IN ('waiting', 'running')"), postgresql_where=sa.text("state IN ('waiting', 'running')"))
    op.drop_index(op.f('ix_export_run_by_id'), table_name='export_run')
    op.drop_table('export_run')
    op.drop_table('award_rules')
