-- The edge policy of the fleet counts its changes, so that an edit can name the one that it was made from.

alter table fleet add column edge_generation bigint not null default 1;
comment on column fleet.edge_generation is
  'counts the changes of edge, also those by SQL; an edit of the policy names the one that it was made from';

create function fleet_edge_changed() returns trigger language plpgsql as $$
begin
  new.edge_generation := old.edge_generation + 1;
  return new;
end $$;
comment on function fleet_edge_changed() is 'raises edge_generation with every change of the edge policy of the fleet';
create trigger fleet_edge_changed before update of edge on fleet for each row
  when (new.edge is distinct from old.edge) execute function fleet_edge_changed();
