#!/bin/sh
# Run once by the Postgres image while it creates its cluster: the role and the database of the control plane. The statements are those
# of docs/postgres.md.
set -eu

# psql reads the password itself, so that it is in no argument and no environment
psql -X -q -v ON_ERROR_STOP=1 -U postgres -d postgres <<'SQL'
\set password `cat /run/secrets/database_password`
create role atomo_fleet login inherit createdb createrole bypassrls password :'password';
create database atomo_fleet owner atomo_fleet template template0 encoding 'UTF8';
revoke all on database atomo_fleet from public;
-- the server is the fleet's alone: a project's role may open its own database and no other
revoke connect on database postgres, template1 from public;
SQL
