-- What instances were started from: the engine returns to it when a change fails.

create table revisions (
  project_id text not null references projects (id) on delete cascade,
  number     integer not null check (number > 0),
  content    jsonb not null,
  created_at timestamptz not null default now(),
  primary key (project_id, number)
);
comment on table revisions is 'What the instances of a project were started from, numbered per project; the last ones are kept';
comment on column revisions.content is
  '{schema_ref, server, env, pool_size, restarts, admin_email, secrets: name -> version}; values of secrets never';
comment on column revisions.created_at is 'when an instance was first about to be started from it';

alter table projects add column wanted_revision integer;
alter table projects add column running_revision integer;
comment on column projects.wanted_revision is 'the revision that the last instance was started from; null before the first';
comment on column projects.running_revision is 'the last revision that was proved to run: ready, and reached through the gateway';
