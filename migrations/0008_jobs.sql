-- Operations have a lane and a subject, projects can carry an exclusive job, and the engine's writes carry a term.

-- The engine -----------------------------------------------------------------------------------------------------------

create table engine (
  one   boolean primary key default true check (one),
  term  bigint not null default 0,
  host  text,
  pid   integer,
  since timestamptz
);
insert into engine default values;
comment on table engine is 'The control plane that reconciles this registry. One row';
comment on column engine.one is 'there is one row';
comment on column engine.term is 'raised whenever a control plane takes the engine lock; reports of an earlier term change nothing';
comment on column engine.host is 'the machine of the present holder; null before the first';
comment on column engine.pid is 'the process of the present holder on that machine';
comment on column engine.since is 'when the present holder took the lock';

-- Operations -----------------------------------------------------------------------------------------------------------

alter table operations alter column project_id drop not null;
alter table operations add column lane text not null default 'converge' check (lane in ('converge', 'job'));
alter table operations alter column lane drop default;
alter table operations add column exclusive boolean not null default false;
alter table operations add column input jsonb not null default '{}';
alter table operations add column progress jsonb;
alter table operations add column cancel_requested_at timestamptz;
alter table operations add constraint operations_reconcile_one_project check (lane = 'job' or project_id is not null);
comment on column operations.project_id is 'the project that the operation is about; null for a job on the whole fleet';
comment on column operations.lane is 'converge: steps of reconciliation, superseded by later ones. job: one piece of long work beside it';
comment on column operations.exclusive is 'no other command touches the project''s instance or database until it is over';
comment on column operations.input is 'what a job works on, by its kind; never a secret';
comment on column operations.progress is '{unit, done, total, note} of a job';
comment on column operations.cancel_requested_at is 'when an operator asked for it to end early';
drop index operations_open;
create index operations_open on operations (project_id, lane) where status in ('waiting', 'running');
create unique index operations_exclusive on operations (project_id) where exclusive and status in ('waiting', 'running');
comment on index operations_exclusive is 'a project carries one exclusive job at a time';

alter table operation_steps add column reason text;
comment on column operation_steps.reason is 'the difference that the step closes, for people; null where it follows from other steps';
comment on column operation_steps.ordinal is 'its place, from 1; the same step may occur at several places';

create or replace function notify_operation() returns trigger language plpgsql as $$
begin
  perform pg_notify('fleet', json_build_object(
    'topic', 'operation', 'project_id', new.project_id, 'operation_id', new.id, 'job', new.lane = 'job')::text);
  return null;
end $$;

-- Projects -------------------------------------------------------------------------------------------------------------

alter table projects add column exclusive_job uuid references operations (id) on delete set null;
alter table projects add column maintenance boolean not null default false;
alter table projects add constraint projects_maintained_by_a_job check (not maintenance or exclusive_job is not null);
comment on column projects.exclusive_job is 'the job that alone may touch instance and database now; written before its first side effect';
comment on column projects.maintenance is 'that job keeps the instance stopped and the maintenance page in the route';

create or replace function notify_project() returns trigger language plpgsql as $$
begin
  perform pg_notify('fleet', json_build_object(
    'topic', 'project', 'project_id', coalesce(new.id, old.id), 'generation', coalesce(new.generation, old.generation),
    'wake', tg_op <> 'UPDATE' or new.generation <> old.generation
            or new.delete_requested_at is distinct from old.delete_requested_at
            or (new.exclusive_job, new.maintenance) is distinct from (old.exclusive_job, old.maintenance))::text);
  return null;
end $$;
