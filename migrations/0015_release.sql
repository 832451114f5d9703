-- The program or image that an instance runs is called its release; `server` alone meant three things.

-- This migration is not an edit of any project: the triggers must not raise generations.
do $$ begin perform set_config('fleet.change', 'yes', true); end $$;

alter table projects rename column server to release;
alter table projects rename column server_before to release_before;
comment on column projects.release is
  'image, or file name of the program, that the instance runs; null: the fleet''s present release';
comment on column projects.release_before is 'the release before the present one, to go back to';

alter table retained_databases rename column server to database_server;

create or replace function project_engine_columns() returns text[] language sql immutable as $$
  select array[
    -- identity and place: fixed at create, or moved by the engine
    'id', 'database_url', 'driver', 'database_server', 'port_base', 'slot', 'upstream', 'created_at',
    -- lifecycle, and what the engine reports
    'status', 'last_health', 'updated_at', 'generation', 'edited_generation', 'observed_generation', 'problem',
    'schema_version', 'former_hostnames', 'release_before', 'database_oid', 'database_must_exist',
    'exclusive_job', 'maintenance', 'wanted_revision', 'running_revision',
    -- set by commands, which raise the generation themselves
    'secrets', 'restarts', 'admin_email', 'admin_shown_at', 'delete_requested_at'
  ]
$$;

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
  if new.release is distinct from old.release then
    new.release_before := old.release;
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

-- The same words in rows that exist. Events stay as they were written: their hashes cover every byte.

create function rename_key(object jsonb, former text, present text) returns jsonb language sql immutable as $$
  select case when object ? former then object - former || jsonb_build_object(present, object -> former) else object end
$$;
update revisions set content = rename_key(content, 'server', 'release');
update retained_databases
  set project = rename_key(rename_key(project, 'server', 'release'), 'server_before', 'release_before');
drop function rename_key(jsonb, text, text);
update operations set kind = 'release' where kind = 'server';
update operation_steps set step = 'fetch_release' where step = 'fetch_server';
comment on column revisions.content is
  '{schema_ref, release, env, pool_size, restarts, admin_email, secrets: name -> version}; values of secrets never';
