-- Deploys: who brought which commit and release to a project, what was expected, and how it ended.

create table deploys (
  id            uuid primary key,
  project_id    text not null,
  operation_id  uuid not null unique,
  kind          text not null constraint deploys_kind_check check (kind in ('deploy', 'rollback')),
  from_version  jsonb not null,
  to_version    jsonb not null,
  commit_info   jsonb not null,
  actor         text not null,
  requested_at  timestamptz not null default now(),
  backup_id     uuid,
  preflight     jsonb not null,
  rehearsal     jsonb,
  state         text not null default 'running' constraint deploys_state_check
                  check (state in ('running', 'succeeded', 'failed', 'cancelled')),
  problem       jsonb,
  changed_at    timestamptz,
  ended_at      timestamptz,
  constraint deploys_ended check ((state = 'running') = (ended_at is null))
);
comment on table deploys is 'Deploys of projects; they outlive the project and its operations';
comment on column deploys.project_id is 'the project; without a reference, because it may be deleted';
comment on column deploys.operation_id is 'the job; without a reference, because operations are pruned';
comment on column deploys.from_version is 'schema_ref and release before';
comment on column deploys.to_version is 'schema_ref and release that it brings';
comment on column deploys.commit_info is 'id, message, author and time of the commit';
comment on column deploys.backup_id is 'the backup that was taken before the change; null: none was';
comment on column deploys.preflight is 'what the change was expected to do';
comment on column deploys.rehearsal is 'what it did to a copy; null: it was not rehearsed';
comment on column deploys.changed_at is 'when the row of the project named the new version';
create index deploys_of_project on deploys (project_id, id desc);

-- A deploy is over in the transaction in which its job is, however that ends.
create function end_deploy() returns trigger language plpgsql as $$
begin
  update deploys
  set state = case when new.status in ('succeeded', 'cancelled') then new.status else 'failed' end,
      problem = new.problem, ended_at = now()
  where operation_id = new.id and state = 'running';
  return null;
end $$;
create trigger deploy_ends after update of status on operations for each row
  when (new.kind = 'schema_update' and old.status in ('waiting', 'running') and new.status not in ('waiting', 'running'))
  execute function end_deploy();

create trigger deploy_notify after insert or update or delete on deploys for each row execute function notify_backup();

alter table backups drop constraint backups_kind_check;
alter table backups add constraint backups_kind_check
  check (kind in ('manual', 'scheduled', 'pre_restore', 'pre_deploy', 'pre_delete', 'uploaded', 'point_in_time'));
