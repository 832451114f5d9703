-- How many connections a project's instance keeps. What its role may have is given out of a budget for each server.

alter table projects add column pool_size integer check (pool_size between 1 and 100);
comment on column projects.pool_size is
  'connections of its instance''s pool; null: what the setting POOL_SIZE says, as for every project before there was this column';

-- A trigger of its own: project_changed() judges the columns that it was written for.
create function project_pool_changed() returns trigger language plpgsql as $$
begin
  if new.pool_size is distinct from old.pool_size then
    new.updated_at := now();
    if coalesce(current_setting('fleet.change', true), '') = '' then
      new.generation := old.generation + 1; -- edited by SQL: the reconciler shall look
    end if;
  end if;
  return new;
end $$;
create trigger project_pool_changed before update of pool_size on projects
  for each row execute function project_pool_changed();

create index projects_database_server on projects (database_server);
comment on index projects_database_server is 'what is given to projects is summed up by server, one create at a time';
