-- What the daily retention looks for.

create index operations_keys on operations (requested_at) where idempotency_key is not null;
comment on index operations_keys is 'idempotency keys that are past their retention';
create index api_tokens_expiry on api_tokens (expires_at);
comment on index api_tokens_expiry is 'tokens that are past their retention';
