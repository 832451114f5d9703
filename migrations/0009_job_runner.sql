-- What the runner of jobs needs: who works on a job, whether that one is alive, and the programs that a job started.

alter table operations add column holder bigint;
alter table operations add column heartbeat_at timestamptz;
alter table operations add column retry_at timestamptz;
alter table operations add column database_server text;
comment on column operations.holder is 'the engine term that works on a job; null while no control plane does';
comment on column operations.heartbeat_at is 'when the holder of a job was last alive, by this database''s clock; another takes the job over when it is too old';
comment on column operations.retry_at is 'a job that waits for an unreachable part is not tried again before';
comment on column operations.database_server is 'the database server whose connections a job uses; jobs of one server are limited';

create index operations_jobs on operations (kind) where lane = 'job' and status in ('waiting', 'running');
comment on index operations_jobs is 'the runner looks for jobs to take';

create table job_programs (
  token        uuid primary key,
  operation_id uuid not null references operations (id) on delete cascade,
  program      text not null,
  boot         text not null,
  pid          integer,
  started      bigint,
  recorded_at  timestamptz not null default now()
);
comment on table job_programs is 'Programs that a job started and that may still run. A row is written before its program starts and removed after it ended';
comment on column job_programs.token is 'is in the environment of the program (ATOMO_FLEET_PROGRAM), so that it is found while pid is null';
comment on column job_programs.operation_id is 'the job';
comment on column job_programs.program is 'its file name, for people';
comment on column job_programs.boot is 'the boot id of the machine: after a restart of it the program is gone';
comment on column job_programs.pid is 'its process, which leads a process group of its own; null until the control plane has noted it';
comment on column job_programs.started is 'when that process started, in clock ticks after boot: a pid alone may be another program''s by now';
comment on column job_programs.recorded_at is 'when the row was written';
create index job_programs_operation on job_programs (operation_id);

-- Heartbeats are nobody's news; the runner is woken by new jobs, by requests to cancel and by jobs that end.
create or replace function notify_operation() returns trigger language plpgsql as $$
begin
  perform pg_notify('fleet', json_build_object(
    'topic', 'operation', 'project_id', new.project_id, 'operation_id', new.id,
    'job', new.lane = 'job' and (tg_op = 'INSERT' or (new.status, new.cancel_requested_at)
                                 is distinct from (old.status, old.cancel_requested_at)))::text);
  return null;
end $$;
drop trigger operation_notify on operations;
create trigger operation_notify
  after insert or update of status, progress, cancel_requested_at, problem, started_at, finished_at on operations
  for each row execute function notify_operation();
