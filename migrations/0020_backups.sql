-- Backups of projects and the proof of each, and databases that were set aside.

create table backups (
  id             uuid primary key,
  project_id     text not null,
  kind           text not null check (kind in ('manual', 'scheduled', 'pre_restore', 'pre_delete', 'uploaded')),
  actor          text not null,
  state          text not null check (state in ('running', 'complete', 'failed', 'removed')),
  operation_id   uuid not null,
  place          text not null,
  started_at     timestamptz not null default now(),
  completed_at   timestamptz,
  taken_at       timestamptz,
  stored_bytes   bigint,
  database_bytes bigint,
  media_bytes    bigint,
  tables         bigint,
  rows           bigint,
  manifest       jsonb,
  seal           text,
  problem        jsonb,
  verification   text not null default 'unverified' check (verification in ('unverified', 'verified', 'failed')),
  verified_at    timestamptz,
  restore_ms     bigint,
  verify_ms      bigint,
  compared       text[] not null default '{}',
  differences    text[] not null default '{}',
  constraint backups_complete check (state <> 'complete' or (completed_at is not null and manifest is not null and seal is not null))
);
comment on table backups is 'Backups of projects. A row outlives its project, and its archive';
comment on column backups.project_id is 'whose; without a reference, because the project may be deleted';
comment on column backups.kind is 'why it was taken';
comment on column backups.actor is 'who asked for it';
comment on column backups.state is 'running: nothing is visible in the store. complete: the archive is there and sealed. removed: its archive was removed';
comment on column backups.operation_id is 'the operation that took it; it may be pruned earlier';
comment on column backups.place is 'the store of the archive, for people';
comment on column backups.taken_at is 'the moment of its snapshot';
comment on column backups.stored_bytes is 'the size of the archive';
comment on column backups.database_bytes is 'the size of the database on disk';
comment on column backups.media_bytes is 'the size of the uploads';
comment on column backups.tables is 'the number of tables that were counted';
comment on column backups.rows is 'the number of their rows';
comment on column backups.manifest is 'the manifest of the archive';
comment on column backups.seal is 'SHA-256 of the part SHA256SUMS, so that an archive that was exchanged as a whole is found';
comment on column backups.problem is 'why it failed';
comment on column backups.verification is 'the result of the last restore into a scratch database';
comment on column backups.verified_at is 'when that ended';
comment on column backups.restore_ms is 'how long its restore took';
comment on column backups.verify_ms is 'how long restore and comparison took';
comment on column backups.compared is 'what was compared, as phrases';
comment on column backups.differences is 'what was different, as sentences';
create index backups_project on backups (project_id, id);
create index backups_operation on backups (operation_id);

create table set_aside_databases (
  oid             bigint not null,
  database_server text not null,
  project_id      text not null,
  reason          text not null check (reason in ('restored', 'deleted')),
  name            text not null,
  bytes           bigint,
  operation_id    uuid not null,
  set_aside_at    timestamptz not null default now(),
  drop_after      timestamptz not null,
  project         jsonb not null,
  primary key (database_server, oid)
);
comment on table set_aside_databases is 'Databases that a restore replaced or a delete took away, until they are dropped';
comment on column set_aside_databases.oid is 'its identity on the server; the name may have changed';
comment on column set_aside_databases.project_id is 'whose it was';
comment on column set_aside_databases.reason is 'restored: another one took its place. deleted: the project was deleted';
comment on column set_aside_databases.name is 'its name since then';
comment on column set_aside_databases.bytes is 'its size when it was set aside';
comment on column set_aside_databases.operation_id is 'the operation that set it aside';
comment on column set_aside_databases.drop_after is 'it is dropped after this time, and not before';
comment on column set_aside_databases.project is 'the row of the project at that time';
create index set_aside_databases_project on set_aside_databases (project_id);

create function notify_backup() returns trigger language plpgsql as $$
begin
  perform pg_notify('fleet', json_build_object(
    'topic', 'project', 'project_id', coalesce(new.project_id, old.project_id), 'generation', 0, 'wake', false)::text);
  return null;
end $$;
create trigger backup_notify after insert or update or delete on backups for each row execute function notify_backup();
create trigger set_aside_database_notify after insert or update or delete on set_aside_databases
  for each row execute function notify_backup();

-- A job past its point of no return is not cancelled any more; what it remembers for its next attempt is in its input.
alter table operations add column committed boolean not null default false;
comment on column operations.committed is 'the job is past its point of no return: it is not cancelled, only completed';

alter table projects add column backup_policy jsonb;
comment on column projects.backup_policy is '{schedule, retention, verify, digests}; null: the policy of the fleet';

create or replace function project_engine_columns() returns text[] language sql immutable as $$
  select array[
    -- identity and place: fixed at create, or moved by the engine
    'id', 'database_url', 'driver', 'database_server', 'port_base', 'slot', 'upstream', 'created_at',
    -- lifecycle, and what the engine reports
    'status', 'last_health', 'updated_at', 'generation', 'edited_generation', 'observed_generation', 'problem',
    'schema_version', 'former_hostnames', 'release_before', 'database_oid', 'database_must_exist',
    'exclusive_job', 'maintenance', 'wanted_revision', 'running_revision',
    -- set by commands, which raise the generation themselves
    'secrets', 'restarts', 'admin_email', 'admin_shown_at', 'delete_requested_at',
    -- no part of what runs
    'backup_policy'
  ]
$$;
