-- What an instance runs and what it may use, by project.

alter table projects add column server text;
alter table projects add column server_before text;
alter table projects add column limits jsonb not null
  default '{"memory": 536870912, "cpu": 1, "pids": 256, "restarts": 10}';
comment on column projects.server is 'image, or file name of the program, that the instance runs; null is whatever the fleet runs';
comment on column projects.server_before is 'what it ran before that, for the way back';
comment on column projects.limits is '{memory: bytes, cpu: processors, pids, restarts: starts in a row before it is failed}';

create or replace function project_changed() returns trigger language plpgsql as $$
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
  if (new.display_name, new.hostname, new.aliases, new.env, new.schema_ref, new.desired_state, new.server, new.limits)
     is distinct from
     (old.display_name, old.hostname, old.aliases, old.env, old.schema_ref, old.desired_state, old.server, old.limits) then
    new.updated_at := now();
    if coalesce(current_setting('fleet.change', true), '') = '' then
      new.generation := old.generation + 1; -- edited by SQL: the reconciler shall look
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
