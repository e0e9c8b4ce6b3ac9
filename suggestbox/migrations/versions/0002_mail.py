"""Notices, letters, webhooks; shifts, PINs and calendar feeds of people."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail_state',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('counter', sa.BigInteger(), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_reason', sa.String(length=20), nullable=False),
    sa.Column('restored_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_state'))
    )
    op.create_table('hook',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_answer', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('teams', 'slack')", name=op.f('ck_hook_kind')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_hook_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hook'))
    )
    op.create_index(op.f('ix_hook_person_id'), 'hook', ['person_id'], unique=False)
    op.create_table('letter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=180), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('submitter_id', sa.Integer(), nullable=True),
    sa.Column('hook_id', sa.Integer(), nullable=True),
    sa.Column('idea_id', sa.Integer(), nullable=True),
    sa.Column('local_date', sa.Date(), nullable=True),
    sa.Column('bulk', sa.Boolean(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('message', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('stage', sa.String(length=4), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_token', sa.String(length=32), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('maybe', sa.Boolean(), nullable=False),
    sa.Column('last_answer', sa.Text(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name=op.f('ck_letter_lease')),
    sa.CheckConstraint("(state IN ('sent', 'failed', 'cancelled')) = (done_at IS NOT NULL)", name=op.f('ck_letter_done')),
    sa.CheckConstraint("channel IN ('mail', 'print', 'teams', 'slack')", name=op.f('ck_letter_channel')),
    sa.CheckConstraint("stage IN ('', 'dial', 'data')", name=op.f('ck_letter_stage')),
    sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'uncertain', 'failed', 'cancelled', 'review', 'to_print')", name=op.f('ck_letter_state')),
    sa.CheckConstraint('person_id IS NULL OR submitter_id IS NULL', name=op.f('ck_letter_one_reader')),
    sa.ForeignKeyConstraint(['hook_id'], ['hook.id'], name=op.f('fk_letter_hook_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_letter_idea_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_letter_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['submitter_id'], ['submitter.id'], name=op.f('fk_letter_submitter_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('key', name=op.f('uq_letter_key')),
    sa.UniqueConstraint('message_id', name=op.f('uq_letter_message_id'))
    )
    op.create_index('ix_letter_day', 'letter', ['local_date', 'person_id'], unique=False)
    op.create_index(op.f('ix_letter_hook_id'), 'letter', ['hook_id'], unique=False)
    op.create_index(op.f('ix_letter_idea_id'), 'letter', ['idea_id'], unique=False)
    op.create_index('ix_letter_list', 'letter', ['created_at', 'id'], unique=False)
    op.create_index('ix_letter_open', 'letter', ['state', 'not_before', 'id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
    op.create_index(op.f('ix_letter_person_id'), 'letter', ['person_id'], unique=False)
    op.create_index(op.f('ix_letter_submitter_id'), 'letter', ['submitter_id'], unique=False)
    op.create_table('letter_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.String(length=10), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_letter_attempt_letter_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_attempt')),
    sa.UniqueConstraint('letter_id', 'n', name=op.f('uq_letter_attempt_letter_id_n'))
    )
    op.create_index(op.f('ix_letter_attempt_letter_id'), 'letter_attempt', ['letter_id'], unique=False)
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('submitter_id', sa.Integer(), nullable=True),
    sa.Column('idea_id', sa.Integer(), nullable=True),
    sa.Column('step_id', sa.Integer(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('waits', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('letter_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(person_id IS NULL) <> (submitter_id IS NULL)', name=op.f('ck_notice_one_reader')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_notice_idea_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_notice_letter_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['step_id'], ['step.id'], name=op.f('fk_notice_step_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['submitter_id'], ['submitter.id'], name=op.f('fk_notice_submitter_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('key', name=op.f('uq_notice_key'))
    )
    op.create_index(op.f('ix_notice_idea_id'), 'notice', ['idea_id'], unique=False)
    op.create_index(op.f('ix_notice_letter_id'), 'notice', ['letter_id'], unique=False)
    op.create_index('ix_notice_person', 'notice', ['person_id', 'id'], unique=False)
    op.create_index(op.f('ix_notice_step_id'), 'notice', ['step_id'], unique=False)
    op.create_index('ix_notice_submitter', 'notice', ['submitter_id', 'id'], unique=False)
    op.create_index('ix_notice_waiting', 'notice', ['id'], unique=False, sqlite_where=sa.text('waits AND letter_id IS NULL AND read_at IS NULL'), postgresql_where=sa.text('waits AND letter_id IS NULL AND read_at IS NULL'))
    op.add_column('party', sa.Column('calendar_sequence', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('person', sa.Column('pin_hash', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('person', sa.Column('pin_is_first', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('person', sa.Column('working_weekdays', sa.String(length=7), nullable=False, server_default=''))
    op.add_column('person', sa.Column('works_from', sa.String(length=5), nullable=False, server_default=''))
    op.add_column('person', sa.Column('works_until', sa.String(length=5), nullable=False, server_default=''))
    op.add_column('person', sa.Column('mail_news', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column('person', sa.Column('calendar_key_hash', sa.String(length=64), nullable=True))
    op.create_index('uq_person_calendar_key_hash', 'person', ['calendar_key_hash'], unique=True)
    op.add_column('site', sa.Column('works_from', sa.String(length=5), nullable=False, server_default='08:00'))
    op.add_column('site', sa.Column('works_until', sa.String(length=5), nullable=False, server_default='17:00'))


def downgrade() -> None:
    op.drop_column('site', 'works_until')
    op.drop_column('site', 'works_from')
    op.drop_index('uq_person_calendar_key_hash', table_name='person')
    op.drop_column('person', 'calendar_key_hash')
    op.drop_column('person', 'mail_news')
    op.drop_column('person', 'works_until')
    op.drop_column('person', 'works_from')
    op.drop_column('person', 'working_weekdays')
    op.drop_column('person', 'pin_is_first')
    op.drop_column('person', 'pin_hash')
    op.drop_column('party', 'calendar_sequence')
    op.drop_index('ix_notice_waiting', table_name='notice', sqlite_where=sa.text('waits AND letter_id IS NULL AND read_at IS NULL'), postgresql_where=sa.text('waits AND letter_id IS NULL AND read_at IS NULL'))
    op.drop_index('ix_notice_submitter', table_name='notice')
    op.drop_index(op.f('ix_notice_step_id'), table_name='notice')
    op.drop_index('ix_notice_person', table_name='notice')
    op.drop_index(op.f('ix_notice_letter_id'), table_name='notice')
    op.drop_index(op.f('ix_notice_idea_id'), table_name='notice')
    op.drop_table('notice')
    op.drop_index(op.f('ix_letter_attempt_letter_id'), table_name='letter_attempt')
    op.drop_table('letter_attempt')
    op.drop_index(op.f('ix_letter_submitter_id'), table_name='letter')
    op.drop_index(op.f('ix_letter_person_id'), table_name='letter')
    op.drop_index('ix_letter_open', table_name='letter', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
    op.drop_index('ix_letter_list', table_name='letter')
    op.drop_index(op.f('ix_letter_idea_id'), table_name='letter')
    op.drop_index(op.f('ix_letter_hook_id'), table_name='letter')
    op.drop_index('ix_letter_day', table_name='letter')
    op.drop_table('letter')
    op.drop_index(op.f('ix_hook_person_id'), table_name='hook')
    op.drop_table('hook')
    op.drop_table('mail_state')
