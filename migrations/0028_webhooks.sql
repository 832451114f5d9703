-- Webhooks of repositories: what a git host reports, and the deploys that are proposed because of it.

create table repository_webhooks (
  repository_id    uuid primary key references repositories (id) on delete cascade,
  secret           text not null,
  created_at       timestamptz not null default clock_timestamp(),
  created_by       text not null,
  last_delivery_at timestamptz
);
comment on table repository_webhooks is 'Webhooks of repositories: a git host reports pushes with a signature';
comment on column repository_webhooks.secret is 'reference to the key of the signatures in the secret store';
comment on column repository_webhooks.created_at is 'when the present secret was made; another time is another secret';
comment on column repository_webhooks.created_by is 'who made the present secret';
comment on column repository_webhooks.last_delivery_at is 'the last delivery with a valid signature; null: none yet';

create table webhook_deliveries (
  repository_id   uuid not null references repository_webhooks (repository_id) on delete cascade,
  digest          text not null,
  delivery        text,
  host            text not null check (host in ('github', 'gitea', 'forgejo', 'gitlab')),
  branch          text not null,
  received_at     timestamptz not null default now(),
  attempts        integer not null default 0,
  next_attempt_at timestamptz default now(),
  problem         text,
  primary key (repository_id, digest),
  unique (repository_id, delivery)
);
comment on table webhook_deliveries is 'Pushes that were reported, for 7 days: a repeated delivery is refused, and new ones are handled in the background';
comment on column webhook_deliveries.digest is 'SHA-256 of the signed body; of the id of the delivery where the host signs no body';
comment on column webhook_deliveries.delivery is 'SHA-256 of the id that the host gave the delivery; null: it gave none';
comment on column webhook_deliveries.branch is 'the branch that was pushed; the only fact that is taken from the body';
comment on column webhook_deliveries.attempts is 'how often the repository could not be read';
comment on column webhook_deliveries.next_attempt_at is 'when the repository is read because of it; null: it was handled or given up';
comment on column webhook_deliveries.problem is 'why the repository could not be read';
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where next_attempt_at is not null;
create index webhook_deliveries_received on webhook_deliveries (received_at);

create table deploy_proposals (
  project_id   text primary key references projects (id) on delete cascade,
  commit_info  jsonb not null,
  schema_path  text not null,
  branch       text not null,
  host         text not null check (host in ('github', 'gitea', 'forgejo', 'gitlab')),
  proposed_at  timestamptz not null,
  dismissed_at timestamptz,
  dismissed_by text,
  constraint deploy_proposals_dismissed check ((dismissed_at is null) = (dismissed_by is null))
);
comment on table deploy_proposals is 'The newest commit that a push proposed to each project; it changes nothing of the project';
comment on column deploy_proposals.commit_info is 'id, message, author and time of the commit';
comment on column deploy_proposals.schema_path is 'the schema file that the commit changes';
comment on column deploy_proposals.proposed_at is 'when the push was received';
comment on column deploy_proposals.dismissed_at is 'when an operator dismissed it; it stays, so that the same commit is not proposed again';

create trigger deploy_proposal_notify after insert or update or delete on deploy_proposals
  for each row execute function notify_backup();

-- A proposal is over when its commit, or a later one, was deployed.
create function end_proposal() returns trigger language plpgsql as $$
begin
  delete from deploy_proposals p
  where p.project_id = new.project_id
    and (p.schema_path <> new.to_version -> 'schema_ref' ->> 'path'
      or p.commit_info ->> 'sha' = new.commit_info ->> 'sha'
      or (p.commit_info ->> 'at')::timestamptz <= (new.commit_info ->> 'at')::timestamptz);
  return null;
end $$;
create trigger proposal_ends after update of state on deploys for each row
  when (new.state = 'succeeded' and old.state <> 'succeeded')
  execute function end_proposal();
