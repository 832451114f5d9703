-- Rollouts: one version brought to many projects, one canary first.

create table rollouts (
  id          uuid primary key,
  target      jsonb not null,
  options     jsonb not null,
  reason      text not null,
  actor       text not null,
  operator_id uuid,
  begun_at    timestamptz not null default now(),
  state       text not null default 'running' constraint rollouts_state_check
                check (state in ('running', 'paused', 'succeeded', 'cancelled')),
  problem     jsonb,
  changed_at  timestamptz not null default now(),
  ended_at    timestamptz,
  constraint rollouts_ended check ((state in ('succeeded', 'cancelled')) = (ended_at is not null)),
  constraint rollouts_paused check ((state = 'paused') = (problem is not null))
);
comment on table rollouts is 'Rollouts of one version to many projects; they outlive the projects';
comment on column rollouts.target is '{kind: schema, schema_ref} or {kind: release, release}';
comment on column rollouts.options is '{at_once, bake_s, backup_first, pause, rehearse}';
comment on column rollouts.reason is 'why it was begun, in the words of the operator';
comment on column rollouts.actor is 'on whose account members are deployed: who began it, or resumed it last';
comment on column rollouts.operator_id is 'the operator of actor, whose grants are read before each member; null: the host';
comment on column rollouts.state is 'running: members begin. paused: none begins until an operator resumes it. The rest is final';
comment on column rollouts.problem is 'why it is paused';
comment on column rollouts.changed_at is 'when the state changed';
create index rollouts_open on rollouts (id) where state in ('running', 'paused');

create table rollout_members (
  rollout_id   uuid not null references rollouts (id) on delete cascade,
  position     integer not null check (position > 0),
  project_id   text not null,
  state        text not null default 'waiting' constraint rollout_members_state_check
                 check (state in ('waiting', 'running', 'succeeded', 'failed', 'skipped')),
  operation_id uuid,
  problem      jsonb,
  note         text,
  began_at     timestamptz,
  baking_since timestamptz,
  ended_at     timestamptz,
  primary key (rollout_id, position),
  unique (rollout_id, project_id),
  constraint rollout_members_failed check (state <> 'failed' or problem is not null),
  constraint rollout_members_began check (state <> 'running' or operation_id is not null),
  constraint rollout_members_ended check ((state in ('succeeded', 'failed', 'skipped')) = (ended_at is not null))
);
comment on table rollout_members is 'The projects of a rollout, in their order';
comment on column rollout_members.position is 'from 1; members begin in this order';
comment on column rollout_members.project_id is 'the project; without a reference, because it may be deleted';
comment on column rollout_members.operation_id is 'the job that deploys; without a reference, because operations are pruned';
comment on column rollout_members.problem is 'why it failed';
comment on column rollout_members.note is 'why it was skipped, or what it waits for';
comment on column rollout_members.baking_since is 'when the deploy of the canary had succeeded; null: it did not, or no bake is wanted';
create index rollout_members_running on rollout_members (rollout_id) where state = 'running';

create trigger rollout_member_notify after insert or update or delete on rollout_members
  for each row execute function notify_backup();
