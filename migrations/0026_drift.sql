-- Drift: what a project is compared with, and on which levels it differs.

-- This migration is not an edit of any project: the triggers must not raise generations.
do $$ begin perform set_config('fleet.change', 'yes', true); end $$;

create table baselines (
  project_id      text not null references projects (id) on delete cascade,
  database_oid    bigint not null,
  commit_sha      text not null,
  release         text not null,
  version         text not null,
  reported_commit text,
  catalog_digest  text not null,
  catalog_lines   text not null,
  models_digest   text not null,
  models_lines    text not null,
  recorded_at     timestamptz not null default now(),
  operation_id    uuid,
  primary key (project_id, database_oid, commit_sha, release)
);
comment on table baselines is 'What a project is compared with: recorded at the first look after an operation, when it runs and was verified';
comment on column baselines.database_oid is 'the identity of the database on its server';
comment on column baselines.commit_sha is 'the commit that was deployed';
comment on column baselines.release is 'the release that was running: an image or a program';
comment on column baselines.version is 'what the instance reported on /version';
comment on column baselines.reported_commit is 'the commit of the server on /version; null: none';
comment on column baselines.catalog_digest is 'SHA-256 of catalog_lines, in hex';
comment on column baselines.catalog_lines is 'the catalog as sorted lines "kind name: definition", separated by line feeds';
comment on column baselines.models_digest is 'SHA-256 of the canonical models of /meta/schema, in hex';
comment on column baselines.models_lines is 'the models as sorted lines "kind name: definition", separated by line feeds';
comment on column baselines.recorded_at is 'when it was recorded, or when an operator last accepted a difference';
comment on column baselines.operation_id is 'the operation after which it was recorded; null: no operation is known. It may be pruned earlier';

create table drift_findings (
  id            uuid primary key,
  project_id    text not null references projects (id) on delete cascade,
  level         text not null check (level in ('commit', 'schema_file', 'catalog', 'models', 'columns', 'version', 'configuration', 'route')),
  severity      text not null check (severity in ('attention', 'notice')),
  key           text not null,
  diff          jsonb not null,
  first_seen    timestamptz not null,
  changed_at    timestamptz not null,
  last_seen     timestamptz not null,
  unknown_since timestamptz,
  resolved_at   timestamptz,
  decision      text check (decision in ('accept', 'snooze')),
  reason        text,
  decided_by    text,
  decided_at    timestamptz,
  until         timestamptz,
  constraint drift_findings_decided check (
    (decision is null) = (reason is null) and (decision is null) = (decided_by is null) and (decision is null) = (decided_at is null)),
  constraint drift_findings_until check ((until is not null) = (decision is not distinct from 'snooze'))
);
comment on table drift_findings is 'Levels of projects that differ from what was declared, or differed';
comment on column drift_findings.severity is 'attention: it waits for a decision. notice: the engine closes it by itself';
comment on column drift_findings.key is 'SHA-256 of the difference: another key is another difference';
comment on column drift_findings.diff is 'an array of lines that begin with + (not declared), - (missing) or ~ (different)';
comment on column drift_findings.changed_at is 'when the present difference was first seen';
comment on column drift_findings.unknown_since is 'since when the level cannot be observed; null: it can be';
comment on column drift_findings.resolved_at is 'when the level matched again; null: it differs';
comment on column drift_findings.decision is 'accept: what was observed is declared. snooze: no alert until a time. Removed when the difference changes';
comment on column drift_findings.until is 'when a snooze ends';
create unique index drift_findings_unresolved on drift_findings (project_id, level) where resolved_at is null;
comment on index drift_findings_unresolved is 'a level of a project has one finding that is not resolved';
create index drift_findings_resolved on drift_findings (project_id, resolved_at desc) where resolved_at is not null;
comment on index drift_findings_resolved is 'the history of a project, and what is past its retention';
