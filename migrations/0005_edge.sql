-- What is said of the public entrance: who is let in, how much, what is not there, what is added. By the fleet, and by a
-- project beside it.

alter table fleet add column edge jsonb;
comment on column fleet.edge is '{policy, trusted_proxies}; null: what holds before anybody said anything';

alter table projects add column edge jsonb not null default '{}';
comment on column projects.edge is 'what the project says beside the fleet''s policy: allow, deny, max_body, rate_limit, blocked_paths, response_headers';

create function project_edge_changed() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  if coalesce(current_setting('fleet.change', true), '') = '' then
    new.generation := old.generation + 1; -- edited by SQL: the reconciler shall look
  end if;
  return new;
end $$;
create trigger project_edge_changed before update of edge on projects for each row
  when (new.edge is distinct from old.edge) execute function project_edge_changed();
