-- Alerts: what needs or needed a person, since when, and how it ended.

create table alerts (
  id           uuid primary key,
  kind         text not null constraint alerts_kind_check check (kind in ('backup', 'drift')),
  severity     text not null constraint alerts_severity_check check (severity in ('notice', 'warning', 'critical')),
  project_id   text not null references projects (id) on delete cascade,
  subject      text not null,
  sentence     text not null,
  opened_at    timestamptz not null,
  worsened_at  timestamptz,
  resolved_at  timestamptz,
  closed_by    text,
  finding_id   uuid,
  operation_id uuid,
  constraint alerts_closed check (closed_by is null or resolved_at is not null)
);
comment on table alerts is 'What needs or needed a person: written when it begins, gets worse and is over, and not while nothing changes';
comment on column alerts.subject is 'what of the project: backups, or a level of drift';
comment on column alerts.sentence is 'what happened, as a phrase';
comment on column alerts.worsened_at is 'when its severity last rose; null: it never did';
comment on column alerts.resolved_at is 'when it was over; null: it is open';
comment on column alerts.closed_by is 'who ended it by accepting or snoozing; null: the condition itself ended';
comment on column alerts.finding_id is 'the drift finding; without a reference, because findings are pruned earlier';
comment on column alerts.operation_id is 'the operation that tells more; without a reference, because operations are pruned';
create unique index alerts_open on alerts (kind, project_id, subject) where resolved_at is null;
comment on index alerts_open is 'a subject has one open alert';
create index alerts_listed on alerts ((resolved_at is null) desc, id desc);
comment on index alerts_listed is 'the order of lists: open ones first';
create index alerts_resolved on alerts (resolved_at) where resolved_at is not null;
comment on index alerts_resolved is 'what is past its retention';
