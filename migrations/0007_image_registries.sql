-- Where images of the server are pulled from with a credential. One row a registry: what has none is asked without.

create table image_registries (
  id         uuid primary key,
  host       text not null unique,
  username   text not null,
  credential text not null,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
comment on table image_registries is 'Registries that images of the server are pulled from with a credential';
comment on column image_registries.host is 'host[:port] in lower case, as an image''s name begins with it; docker.io for names without one';
comment on column image_registries.username is 'as whom images are pulled';
comment on column image_registries.credential is 'name of the password or token in the secret store, never its value';
comment on column image_registries.changed_at is 'when its credential was last replaced';
