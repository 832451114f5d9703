-- Requests to delete a project with its database, deletion protection, and the way back from the trash.

-- This migration is not an edit of any project: the triggers must not raise generations.
do $$ begin perform set_config('fleet.change', 'yes', true); end $$;

create table delete_requests (
  id             uuid primary key,
  project_id     text not null,
  actor          text not null,
  operator_id    uuid,
  requested_at   timestamptz not null default now(),
  expires_at     timestamptz not null,
  shown          jsonb not null,
  needs_approval boolean not null,
  backup_id      uuid not null,
  last_backup_id uuid,
  operation_id   uuid,
  state          text not null check (state in ('pending', 'approved', 'refused', 'withdrawn', 'expired', 'executing', 'executed', 'failed')),
  decided_by     text,
  decided_at     timestamptz,
  reason         text,
  problem        jsonb,
  ended_at       timestamptz,
  constraint delete_requests_ended check ((ended_at is not null) = (state in ('refused', 'withdrawn', 'expired', 'executed', 'failed')))
);
comment on table delete_requests is 'Requests to delete a project with its database. A row outlives its project';
comment on column delete_requests.project_id is 'whose; without a reference, because the project is deleted';
comment on column delete_requests.actor is 'who filed it';
comment on column delete_requests.operator_id is 'the operator who filed it, in person or by a token; the same operator never approves it. Null: the platform';
comment on column delete_requests.expires_at is 'a pending request ends as expired after this time';
comment on column delete_requests.shown is 'what the requester was shown: rows, bytes, backups, media, secrets, hostnames, who works on it';
comment on column delete_requests.needs_approval is 'whether another operator has to approve it';
comment on column delete_requests.backup_id is 'the backup that proves that the data can be restored; retained while the request is open';
comment on column delete_requests.last_backup_id is 'the backup that is taken after the instance was stopped; retained while the request is open';
comment on column delete_requests.operation_id is 'the job that executes it; it may be pruned earlier';
comment on column delete_requests.state is 'pending: waits for an approval. approved: begins when the backup is verified. executing: its job runs. The rest is final';
comment on column delete_requests.decided_by is 'who approved, refused or withdrew it; null where no approval was needed';
comment on column delete_requests.reason is 'why it was refused or withdrawn, in the words of that operator';
comment on column delete_requests.problem is 'why it failed';
create unique index delete_requests_open on delete_requests (project_id) where state in ('pending', 'approved', 'executing');
comment on index delete_requests_open is 'a project has one open request at a time';

create trigger delete_request_notify after insert or update or delete on delete_requests
  for each row execute function notify_backup();

alter table projects add column delete_protection boolean not null default false;
comment on column projects.delete_protection is 'neither kind of delete is accepted';

comment on column set_aside_databases.project is
  'the row of the project at that time; its database_url is a reference into the secret store';

-- A row that was set aside may be of an earlier version of this schema: columns that it lacks get their defaults, and those that
-- are gone are left out.
create function insert_project(project jsonb) returns boolean language plpgsql as $$
declare
  names text;
begin
  select string_agg(quote_ident(attname), ', ' order by attnum) into names from pg_attribute
  where attrelid = 'projects'::regclass and attnum > 0 and not attisdropped and attgenerated = '' and project ? attname::text;
  execute format('insert into projects (%1$s) select %1$s from jsonb_populate_record(null::projects, $1)', names) using project;
  return true;
end $$;
comment on function insert_project(jsonb) is 'inserts the row of a project from its JSON, also from one of an earlier version; always true';
