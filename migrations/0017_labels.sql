-- Labels and a class, by which lists of projects are filtered and grouped.

-- This migration is not an edit of any project: the triggers must not raise generations.
do $$ begin perform set_config('fleet.change', 'yes', true); end $$;

alter table projects add column labels jsonb not null default '{}' check (jsonb_typeof(labels) = 'object');
comment on column projects.labels is
  'label key -> value, at most 32; lists are filtered and grouped by them, and nothing of an instance is made from them';

alter table projects add column class text not null default 'production'
  check (class in ('production', 'staging', 'development'));
comment on column projects.class is
  'production, staging or development; production is the default so that its rules cover a project without an explicit class';
