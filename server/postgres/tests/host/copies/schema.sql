create type mood as enum ('sad', 'it''s ok', 'happy');
create type pair as (a int, b text);
create domain positive as int check (value > 0);
create table customers (
  id bigint generated always as identity primary key, name text not null unique, tenant_id text, mood mood default 'happy',
  profile jsonb not null default '{}', picture bytea, tags text[] default '{}', p pair,
  born date, seen timestamptz default now(), height float8, price numeric(20, 4));
create table orders (
  id serial primary key, customer bigint not null references customers (id) on delete cascade, amount positive,
  cents int generated always as (amount * 100) stored, t text);
create index orders_by_customer on orders (customer) where amount > 10;
create table documents (id uuid primary key default gen_random_uuid(), body json, place point, x xml);
create table "Straße ""quoted"" name" ("naïve col" text, t int, "select" int);
create table events (at date not null, what text) partition by range (at);
create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
create table events_rest partition of events default;
create index on events (at);
create table parent (id int);
create table child (more text) inherits (parent);
create sequence unused;
create sequence counter increment 5;
create unlogged table cache (k text primary key, v text);
create materialized view totals as select customer, sum(amount) as total from orders group by customer with no data;
create materialized view names as select name from customers;
create view cheap with (security_invoker = true) as select * from orders where amount < 5;
create function shout(text) returns text language sql immutable as $$ select upper($1) $$;
create function touch() returns trigger language plpgsql as $$ begin new.t := public.shout(coalesce(new.t, 'none')); return new; end $$;
create trigger orders_touch before insert or update on orders for each row execute function touch();
create rule no_delete as on delete to documents do instead nothing;
alter table customers enable row level security;
alter table customers force row level security;
create policy tenants on customers using (tenant_id is null or tenant_id = current_setting('atomo.tenant_id', true));
create policy mine on customers as restrictive for update to current_user using (true);
alter default privileges grant select on tables to reader;
grant usage on schema public to reader;
grant select on orders to reader;
grant update (amount) on orders to reader;
revoke execute on function shout(text) from public;
comment on table orders is 'what was bought';

set atomo.tenant_id = 'a';
insert into customers (name, tenant_id, picture, tags, p, height, price)
  select 'name ' || i, 'a', decode('00ff10', 'hex'), array['x', null, 'ü"'], row(i, 'ä')::pair, i / 3.0, i * 1.1
  from generate_series(1, 50) i;
set atomo.tenant_id = 'b';
insert into customers (name, tenant_id, profile) values ('other', 'b', '{"a": [1, 2.0, null]}');
insert into orders (customer, amount) select i, i from generate_series(1, 20) i;
insert into documents (body, place, x) values ('{"b": 1, "a": 2}', '(1,2)', '<a>b</a>'), (null, null, null);
insert into "Straße ""quoted"" name" values ('é', 1, 2), ('é', 1, 2), (null, null, null);
insert into events values ('2025-05-05', 'in'), ('2020-01-01', 'out');
insert into parent values (1);
insert into child values (2, 'two');
insert into cache values ('k', 'v');
select nextval('counter'), nextval('counter');
refresh materialized view names;
