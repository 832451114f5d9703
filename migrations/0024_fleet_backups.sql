-- Backups of the control plane itself, and the recovery key that its secrets are sealed to.

create table fleet_backups (
  id             uuid primary key,
  kind           text not null check (kind in ('manual', 'scheduled')),
  actor          text not null,
  state          text not null check (state in ('running', 'complete', 'failed', 'removed')),
  operation_id   uuid not null,
  place          text not null,
  started_at     timestamptz not null default now(),
  completed_at   timestamptz,
  taken_at       timestamptz,
  stored_bytes   bigint,
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
  constraint fleet_backups_complete check (state <> 'complete' or (completed_at is not null and manifest is not null and seal is not null))
);
comment on table fleet_backups is 'Backups of this database and, sealed to the recovery key, of the secret store';
comment on column fleet_backups.kind is 'why it was taken';
comment on column fleet_backups.actor is 'who asked for it';
comment on column fleet_backups.state is 'running: nothing is visible in the store. complete: the archive is there and sealed. removed: its archive was removed';
comment on column fleet_backups.operation_id is 'the operation that took it; it may be pruned earlier';
comment on column fleet_backups.place is 'the store of the archive, for people';
comment on column fleet_backups.taken_at is 'the moment of its snapshot';
comment on column fleet_backups.stored_bytes is 'the size of the archive';
comment on column fleet_backups.rows is 'the number of rows of all tables';
comment on column fleet_backups.manifest is 'the manifest of the archive; it names the recovery key';
comment on column fleet_backups.seal is 'SHA-256 of the part SHA256SUMS';
comment on column fleet_backups.problem is 'why it failed';
comment on column fleet_backups.verification is 'the result of its restore into a scratch database';
comment on column fleet_backups.verified_at is 'when that ended';
comment on column fleet_backups.restore_ms is 'how long its restore took';
comment on column fleet_backups.verify_ms is 'how long restore and comparison took';
comment on column fleet_backups.compared is 'what was compared, as phrases';
comment on column fleet_backups.differences is 'what was different, as sentences';
create index fleet_backups_operation on fleet_backups (operation_id);

create table recovery_keys (
  fingerprint text primary key,
  recipient   text not null,
  actor       text not null,
  created_at  timestamptz not null default now()
);
comment on table recovery_keys is 'Public parts of recovery keys; the newest one is in use. The private part is never stored';
comment on column recovery_keys.fingerprint is 'identifies the key, for people';
comment on column recovery_keys.recipient is 'the age recipient that secrets are sealed to';
comment on column recovery_keys.actor is 'who made it';
