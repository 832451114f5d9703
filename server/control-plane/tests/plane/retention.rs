//! What the registry does not keep for ever.

use control_plane::registry::RemovalCounts;
use model::OperationStatus;

use crate::support::World;

/// Two projects with finished operations, the newest first: of `busy` 230, of `quiet` 3; all of them are old.
const OLD: &str = "
    insert into operations (id, project_id, kind, lane, status, actor, generation, idempotency_key, requested_at, finished_at)
    select gen_random_uuid(), project, 'restart', 'converge', 'succeeded', 'host', n, project || n,
           now() - interval '100 days', now() - interval '100 days'
    from (select 'busy' as project, generate_series(1, 230) as n
          union all select 'quiet', generate_series(1, 3)) o";

#[tokio::test]
async fn old_operations_go_beyond_the_last_of_each_project_and_keys_after_a_day() {
    let world = World::new().await;
    let registry = world.database.registry().await;
    world.database.sql(OLD).await.unwrap();
    let open = OLD
        .replace("'succeeded'", "'waiting'")
        .replace("project || n", "'open' || project || n")
        .replace("230", "1")
        .replace("'quiet', generate_series(1, 3)", "'quiet', 1");
    world.database.sql(&open).await.unwrap();

    let removed = registry.remove_past_retention().await.unwrap();

    assert_eq!(removed, RemovalCounts { operations: 30, keys: 203, tokens: 0, setup_links: 0 });
    let left = "select count(*) from operations where project_id = ";
    assert_eq!(world.database.text(&format!("{left}'busy'")).await, "201", "and the open one");
    assert_eq!(world.database.text(&format!("{left}'quiet'")).await, "4");
    let keyed = format!(
        "select count(*) from operations where idempotency_key is not null and status = '{}'",
        OperationStatus::Waiting
    );
    assert_eq!(world.database.text(&keyed).await, "2", "a key belongs to its operation while that is open");
    assert_eq!(registry.remove_past_retention().await.unwrap(), RemovalCounts::default());
}

#[tokio::test]
async fn credentials_go_when_they_have_expired() {
    let world = World::new().await;
    let registry = world.database.registry().await;
    let rows = "
        insert into operators (id, email, password_hash) values ('00000000-0000-0000-0000-000000000001', 'a@example.com', '');
        insert into api_tokens (id, operator_id, epoch, name, token_hash, expires_at)
        select gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 1, 'ci', int4send(days),
               now() - days * interval '1 day' from unnest(array[-1, 1, 8]) days;
        insert into setup_links (code_hash, expires_at) values ('a', now() - interval '1 hour'), ('b', now() + interval '1 hour');
        insert into sessions (id, data, expiry_date) values ('x', '', now() - interval '1 hour'), ('y', '', now() + interval '1 hour')";
    world.database.sql(rows).await.unwrap();

    let removed = registry.remove_past_retention().await.unwrap();

    assert_eq!(
        (removed.tokens, removed.setup_links),
        (1, 1),
        "a token stays listed for a week after it expired"
    );
    assert_eq!(registry.delete_expired_sessions().await.unwrap(), 1);
}
