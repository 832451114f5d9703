-- What an edit is made from, which columns are wanted and which are the engine's, ports that never overlap, and databases
-- that outlive their project.

-- This migration is not an edit of any project: the triggers must not raise generations.
do $$ begin perform set_config('fleet.change', 'yes', true); end $$;

-- Wanted and engine columns -------------------------------------------------------------------------------------------

create function project_engine_columns() returns text[] language sql immutable as $$
  select array[
    -- identity and place: fixed at create, or moved by the engine
    'id', 'database_url', 'driver', 'database_server', 'port_base', 'slot', 'upstream', 'created_at',
    -- lifecycle, and what the engine reports
    'status', 'last_health', 'updated_at', 'generation', 'edited_generation', 'observed_generation', 'problem',
    'schema_version', 'former_hostnames', 'server_before', 'database_oid', 'database_must_exist',
    'exclusive_job', 'maintenance', 'wanted_revision', 'running_revision',
    -- set by commands, which raise the generation themselves
    'secrets', 'restarts', 'admin_email', 'admin_shown_at', 'delete_requested_at'
  ]
$$;
comment on function project_engine_columns() is
  'columns of projects that are no wanted field: a change of any other column raises updated_at, edited_generation and, by SQL, generation. A migration that adds a column for the engine replaces this function';

drop trigger project_edge_changed on projects;
drop function project_edge_changed();
drop trigger project_pool_changed on projects;
drop function project_pool_changed();

alter table projects add column edited_generation bigint not null default 1;
comment on column projects.edited_generation is
  'the generation of the last change of a wanted field other than desired_state; an edit made from an earlier generation is refused';
update projects set edited_generation = generation;

create or replace function project_changed() returns trigger language plpgsql as $$
declare
  before jsonb := to_jsonb(old) - project_engine_columns();
  after  jsonb := to_jsonb(new) - project_engine_columns();
begin
  if new.status <> old.status and not (old.status, new.status) in (
    ('provisioning', 'running'), ('provisioning', 'failed'), ('provisioning', 'stopped'),
    ('running', 'provisioning'), ('running', 'stopped'), ('running', 'failed'),
    ('stopped', 'provisioning'), ('stopped', 'failed'),
    ('failed', 'provisioning'), ('failed', 'stopped')
  ) then
    raise exception 'project %: % cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
  end if;
  if new.server is distinct from old.server then
    new.server_before := old.server;
  end if;
  if after is distinct from before then
    new.updated_at := now();
    if coalesce(current_setting('fleet.change', true), '') = '' then
      new.generation := old.generation + 1; -- edited by SQL: the reconciler must look
    end if;
    if after - 'desired_state' is distinct from before - 'desired_state' then
      new.edited_generation := new.generation;
    end if;
  end if;
  if new.hostname is distinct from old.hostname and old.hostname is not null then
    new.former_hostnames := array_append(new.former_hostnames, old.hostname);
  end if;
  new.former_hostnames := array(
    select distinct name from unnest(new.former_hostnames) name
    where name is distinct from new.hostname and not name = any (new.aliases) order by name);
  return new;
end $$;

-- Every project has a pool --------------------------------------------------------------------------------------------

update projects set pool_size = 5 where pool_size is null;
alter table projects alter column pool_size set default 5, alter column pool_size set not null;
comment on column projects.pool_size is 'connections of its instance''s pool';

-- Ports ---------------------------------------------------------------------------------------------------------------

alter table projects drop constraint projects_port_base_key;
alter table projects add constraint projects_ports exclude using gist (int4range(port_base, port_base + 2) with &&);
comment on constraint projects_ports on projects is
  'no two projects share an upstream port, also after the range of ports was moved by an odd number';

-- Databases that outlive their project --------------------------------------------------------------------------------

alter table kept_databases rename to retained_databases;
alter table retained_databases rename column kept_at to retained_at;
alter table retained_databases rename constraint kept_databases_pkey to retained_databases_pkey;
comment on table retained_databases is 'Databases, with their secrets and media, that outlived their deleted project';
comment on column retained_databases.bytes is 'size when the project was deleted, where Postgres answered';
comment on column retained_databases.project is
  'the project''s row as it was; its database_url is a reference into the secret store';
comment on column projects.admin_email is 'first admin of the project; its password is a secret of the project';
alter table retained_databases add column database_oid bigint;
comment on column retained_databases.database_oid is
  'OID of the database on its server: tells it from another one of the same name; null while not known';

alter table projects add column database_oid bigint;
comment on column projects.database_oid is
  'OID of the project''s database on its server: tells it from another one of the same name; null while not known';
alter table projects add column database_must_exist boolean not null default false;
comment on column projects.database_must_exist is
  'the project took a retained database over: one that is gone is never created empty in its place';
