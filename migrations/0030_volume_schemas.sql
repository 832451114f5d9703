-- Development: projects that follow a file of the machine of the control plane.

comment on column projects.schema_ref is
  '{type: git, repo, path, ref: full commit id} or {type: volume, path: absolute, ref: first 40 hex digits of the SHA-256 of the content}';

alter table projects add constraint projects_volume_not_in_production
  check (class <> 'production' or schema_ref ->> 'type' is distinct from 'volume');
comment on constraint projects_volume_not_in_production on projects is
  'a file has no history, so a project of the class production has its schema from a commit';

create table schema_volumes (
  project_id  text primary key references projects (id) on delete cascade,
  content     text not null constraint schema_volumes_content_check check (content ~ '^[0-9a-f]{40}$'),
  taken_at    timestamptz not null default now()
);
comment on table schema_volumes is
  'the content that was taken last from the file that a project follows. No row: that of schema_ref. It differs from schema_ref after a restore, until the file changes';
comment on column schema_volumes.project_id is 'the project';
comment on column schema_volumes.content is 'first 40 hex digits of the SHA-256 of the content';
comment on column schema_volumes.taken_at is 'when it was taken';

-- The mirror of schema files ------------------------------------------------------------------------------------------

create table schema_digests (
  repo          text not null,
  path          text not null,
  commit_sha    text not null constraint schema_digests_commit_check check (commit_sha ~ '^[0-9a-f]{40}$'),
  sha256        text not null constraint schema_digests_sha256_check check (sha256 ~ '^[0-9a-f]{64}$'),
  summary       text not null,
  author        text not null,
  committed_at  timestamptz not null,
  recorded_at   timestamptz not null default now(),
  mirrored_at   timestamptz,
  primary key (repo, path, commit_sha)
);
comment on table schema_digests is
  'schema files as they were read from their repositories: what a copy from the mirror is checked against';
comment on column schema_digests.repo is 'address of the repository';
comment on column schema_digests.path is 'the file in it';
comment on column schema_digests.commit_sha is 'full commit id';
comment on column schema_digests.sha256 is 'SHA-256 of the file, in hex';
comment on column schema_digests.summary is 'first line of the message of the commit';
comment on column schema_digests.author is 'author of the commit';
comment on column schema_digests.committed_at is 'when it was committed';
comment on column schema_digests.recorded_at is 'when the file was read for the first time';
comment on column schema_digests.mirrored_at is 'when the file was written to the mirror; null: it was not';
