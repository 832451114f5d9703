-- What this fleet is called where several may be: on a Docker engine, in a parameter store. One row, made once, never changed.

create table fleet (
  one  boolean primary key default true check (one),
  id   uuid not null default gen_random_uuid()
);
insert into fleet default values;
comment on table fleet is 'the fleet itself';
comment on column fleet.one is 'there is one row';
comment on column fleet.id is 'tells what belongs to this fleet from what belongs to others';
