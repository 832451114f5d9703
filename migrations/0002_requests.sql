-- A key belongs to one request: what it asked for is kept beside it, so that the same key with other words is noticed.

alter table operations add column request_digest bytea;
comment on column operations.request_digest is 'SHA-256 of what the request with this idempotency key asked for';

-- Wrong log-ins are counted in memory, by address and by where they come from: an account that anybody can lock keeps its
-- owner out. The columns go with a later release, so that the one before this can still run.
comment on column operators.failed_logins is 'not used any more';
comment on column operators.locked_until is 'not used any more';
