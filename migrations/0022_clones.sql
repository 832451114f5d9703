-- New projects that get their data from a backup or from another project, and databases for single tables of a backup.

create table project_origins (
  project_id text primary key references projects (id) on delete cascade,
  source     text not null,
  backup     uuid,
  expires_at timestamptz,
  fill_job   uuid,
  left_out   jsonb not null default '[]',
  constraint project_origins_expiry check (expires_at is null or backup is null)
);
comment on table project_origins is 'Projects that got their first data from a backup or from another project';
comment on column project_origins.project_id is 'the new project';
comment on column project_origins.source is 'the project whose data it is; without a reference, because it may be deleted';
comment on column project_origins.backup is 'the backup that was restored; null: the project is a clone';
comment on column project_origins.expires_at is 'the clone is removed with its database after this time';
comment on column project_origins.fill_job is 'the job that fills the database; null: it is filled. Until then the instance is not started';
comment on column project_origins.left_out is 'variables of the source whose values are secrets, which were not copied';
create index project_origins_expiry_index on project_origins (expires_at) where expires_at is not null;
create index project_origins_fill on project_origins (fill_job) where fill_job is not null;
create trigger project_origin_notify after insert or update or delete on project_origins
  for each row execute function notify_backup();

alter table set_aside_databases drop constraint set_aside_databases_reason_check;
alter table set_aside_databases add constraint set_aside_databases_reason_check
  check (reason in ('restored', 'deleted', 'tables'));
comment on column set_aside_databases.reason is
  'restored: another one took its place. deleted: the project was deleted. tables: made beside it for single tables of a backup';
