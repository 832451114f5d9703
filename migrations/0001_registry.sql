-- The registry: what the fleet should be, who asked for it, and how far the work is.
-- Forward only; never edited once landed. Plaintext secrets never reach any of these tables.

-- People and programs ------------------------------------------------------------------------------------------------

create table operators (
  id            uuid primary key,
  email         text not null unique check (email = lower(email)),
  password_hash text not null,
  epoch         integer not null default 1,
  failed_logins integer not null default 0,
  locked_until  timestamptz,
  created_at    timestamptz not null default now()
);
comment on table operators is 'People who log in to the control plane. Never a user of a project.';
comment on column operators.password_hash is 'argon2id, PHC string';
comment on column operators.epoch is 'raised when the password changes or the operator is disabled: every session and token of an earlier epoch ends';
comment on column operators.failed_logins is 'wrong passwords in a row';
comment on column operators.locked_until is 'no log-in is tried before, also not with the right password';

create table grants (
  operator_id uuid not null references operators (id) on delete cascade,
  role        text not null check (role in ('owner')),
  project_set text[],
  primary key (operator_id, role)
);
comment on table grants is 'What an operator may do, and on which projects';
comment on column grants.project_set is 'exact project ids; null is every project, also later ones';

create table sessions (
  id          text primary key not null,
  data        bytea not null,
  expiry_date timestamptz not null
);
comment on table sessions is 'Log-ins of the dashboard, in the shape of tower-sessions';
create index sessions_expiry on sessions (expiry_date);

create table setup_links (
  code_hash  bytea primary key,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
comment on table setup_links is 'One-time links that make the first operator; removed when used';
comment on column setup_links.code_hash is 'SHA-256 of the code in the link';

create table api_tokens (
  id           uuid primary key,
  operator_id  uuid not null references operators (id) on delete cascade,
  epoch        integer not null,
  name         text not null,
  token_hash   bytea not null unique,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  last_used_at timestamptz
);
comment on table api_tokens is 'Tokens of programs; they may what their operator may';
comment on column api_tokens.token_hash is 'SHA-256 of the token, which itself is shown once';
comment on column api_tokens.last_used_at is 'to the minute';

-- Projects ------------------------------------------------------------------------------------------------------------

create table projects (
  id                  text primary key check (id ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'),
  display_name        text not null,
  hostname            text unique,
  aliases             text[] not null default '{}',
  database_url        text not null,
  schema_ref          jsonb not null,
  schema_version      text check (schema_version ~ '^[0-9a-f]{40}$'),
  upstream            text,
  env                 jsonb not null default '{}',
  status              text not null check (status in ('provisioning', 'running', 'stopped', 'failed')),
  desired_state       text not null default 'running' check (desired_state in ('running', 'stopped')),
  last_health         jsonb,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  -- beyond the source document
  generation          bigint not null default 1,
  observed_generation bigint not null default 0,
  driver              text not null,
  database_server     text not null,
  port_base           integer not null unique,
  slot                smallint not null default 0 check (slot in (0, 1)),
  secrets             jsonb not null default '{}',
  former_hostnames    text[] not null default '{}',
  restarts            bigint not null default 0,
  admin_email         text,
  admin_shown_at      timestamptz,
  delete_requested_at timestamptz,
  problem             jsonb
);
comment on table projects is 'What each project should be: the single source of truth';
comment on column projects.id is 'stable slug; names the database and its role, proj_<id>';
comment on column projects.hostname is 'primary routing key, IDNA-normalised';
comment on column projects.aliases is 'further names; unique over all hostnames and aliases of all projects';
comment on column projects.database_url is 'reference into the secret store, never the URL';
comment on column projects.schema_ref is '{type: git, repo, path, ref: full commit id}';
comment on column projects.schema_version is 'the commit that the instance was last proved to run';
comment on column projects.upstream is 'host:port that the gateway''s route points at; null before the first route';
comment on column projects.env is 'own environment: name -> text or {"secret": NAME}';
comment on column projects.status is 'lifecycle; moves along the table of project_changed()';
comment on column projects.desired_state is 'what the operator asked for';
comment on column projects.last_health is 'last health word that was seen, with its time';
comment on column projects.generation is 'raised with every change of what is wanted';
comment on column projects.observed_generation is 'the last generation that was reached';
comment on column projects.driver is 'how its instance is run';
comment on column projects.database_server is 'which Postgres server holds its database';
comment on column projects.port_base is 'the first of its two fixed upstream ports on loopback, for life';
comment on column projects.slot is 'which of the two ports the present instance uses; a planned replace takes the other';
comment on column projects.secrets is 'name -> version of every secret that the instance is started with';
comment on column projects.former_hostnames is 'names still routed until the new name is reached through the gateway';
comment on column projects.restarts is 'planned restarts: part of the instance''s digest';
comment on column projects.admin_email is 'first admin of the project; its password is in the secret store';
comment on column projects.admin_shown_at is 'when that password was shown, which happens once';
comment on column projects.delete_requested_at is 'the project is being taken down; its row goes when that is done';
comment on column projects.problem is 'what is in the way, as the outside is told';

create table project_hostnames (
  hostname   text primary key check (hostname = lower(hostname)),
  project_id text not null references projects (id) on delete cascade
);
comment on table project_hostnames is 'Every name that is routed, so that no two projects share one; kept by a trigger';
create index project_hostnames_project on project_hostnames (project_id);

create function project_changed() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and not (old.status, new.status) in (
    ('provisioning', 'running'), ('provisioning', 'failed'), ('provisioning', 'stopped'),
    ('running', 'provisioning'), ('running', 'stopped'), ('running', 'failed'),
    ('stopped', 'provisioning'), ('stopped', 'failed'),
    ('failed', 'provisioning'), ('failed', 'stopped')
  ) then
    raise exception 'project %: % cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
  end if;
  if (new.display_name, new.hostname, new.aliases, new.env, new.schema_ref, new.desired_state)
     is distinct from (old.display_name, old.hostname, old.aliases, old.env, old.schema_ref, old.desired_state) then
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
create trigger project_changed before update on projects for each row execute function project_changed();

create function project_names_changed() returns trigger language plpgsql as $$
begin
  delete from project_hostnames where project_id = new.id;
  insert into project_hostnames (hostname, project_id)
    select distinct name, new.id from unnest(array_append(new.aliases || new.former_hostnames, new.hostname)) name
    where name is not null;
  return null;
end $$;
create trigger project_named after insert or update of hostname, aliases, former_hostnames on projects
  for each row execute function project_names_changed();

create table kept_databases (
  project_id text primary key,
  server     text not null,
  database   text not null,
  bytes      bigint,
  project    jsonb not null,
  kept_at    timestamptz not null default now()
);
comment on table kept_databases is 'Databases, with their secrets and media, that outlived their deleted project';
comment on column kept_databases.project is 'the project''s row as it was';
comment on column kept_databases.bytes is 'size when it was kept, where Postgres answered';

create table repositories (
  id         uuid primary key,
  url        text not null unique,
  username   text,
  credential text,
  host_key   text,
  created_at timestamptz not null default now()
);
comment on table repositories is 'Where schemas may come from';
comment on column repositories.credential is 'name of the token or private key in the secret store, never its value';
comment on column repositories.host_key is 'line of known_hosts for ssh, PEM of the CA for https';

-- Work ----------------------------------------------------------------------------------------------------------------

create table operations (
  id              uuid primary key,
  project_id      text not null,
  kind            text not null,
  status          text not null check (status in ('waiting', 'running', 'succeeded', 'failed', 'cancelled', 'superseded')),
  actor           text not null,
  generation      bigint not null,
  idempotency_key text,
  requested_at    timestamptz not null default now(),
  started_at      timestamptz,
  finished_at     timestamptz,
  problem         jsonb
);
comment on table operations is 'Who asked for what, and its outcome; outlives its project';
comment on column operations.generation is 'the generation of the project that it works towards';
comment on column operations.idempotency_key is 'the same key of the same actor answers the same operation';
create index operations_project on operations (project_id, id desc);
create index operations_open on operations (project_id) where status in ('waiting', 'running');
create unique index operations_idempotency on operations (actor, idempotency_key) where idempotency_key is not null;

create table operation_steps (
  operation_id uuid not null references operations (id) on delete cascade,
  ordinal      integer not null,
  step         text not null,
  status       text not null check (status in ('waiting', 'running', 'done', 'failed', 'skipped')),
  attempts     integer not null default 0,
  started_at   timestamptz,
  finished_at  timestamptz,
  note         text,
  primary key (operation_id, ordinal)
);
comment on table operation_steps is 'The steps of an operation, all of them from the start';

-- The audit trail -----------------------------------------------------------------------------------------------------

create table project_events (
  id         bigserial primary key,
  project_id text,
  action     text not null,
  actor      text,
  detail     jsonb,
  at         timestamptz not null default now(),
  prev_hash  bytea not null,
  hash       bytea not null
);
comment on table project_events is 'Who did what, for ever: outlives its project, null for the fleet itself';
comment on column project_events.hash is 'SHA-256 over prev_hash and this row; an edited or missing row breaks the chain';
create index project_events_project on project_events (project_id, id desc);

create table audit_head (
  one  boolean primary key default true check (one),
  rows bigint not null,
  hash bytea not null
);
comment on table audit_head is 'The end of the chain, so that rows cut off its end show';
insert into audit_head (rows, hash) values (0, sha256('atomo-fleet'));

-- What moves ----------------------------------------------------------------------------------------------------------

create function notify_project() returns trigger language plpgsql as $$
begin
  perform pg_notify('fleet', json_build_object(
    'topic', 'project', 'project_id', coalesce(new.id, old.id), 'generation', coalesce(new.generation, old.generation),
    'wake', tg_op <> 'UPDATE' or new.generation <> old.generation
            or new.delete_requested_at is distinct from old.delete_requested_at)::text);
  return null;
end $$;
create trigger project_notify after insert or update or delete on projects
  for each row execute function notify_project();

create function notify_operation() returns trigger language plpgsql as $$
begin
  perform pg_notify('fleet', json_build_object(
    'topic', 'operation', 'project_id', new.project_id, 'operation_id', new.id)::text);
  return null;
end $$;
create trigger operation_notify after insert or update on operations
  for each row execute function notify_operation();

create function notify_step() returns trigger language plpgsql as $$
begin
  perform pg_notify('fleet', json_build_object(
    'topic', 'operation', 'operation_id', o.id, 'project_id', o.project_id)::text)
    from operations o where o.id = new.operation_id;
  return null;
end $$;
create trigger step_notify after update on operation_steps for each row execute function notify_step();
