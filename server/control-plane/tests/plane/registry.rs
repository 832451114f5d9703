//! The registry: its migrations, its fences, and the one way to write.

use control_plane::OpContext;
use control_plane::registry::{Event, Registry, RegistryError, StatusChange};
use model::{Action, Actor, DesiredState, EventFilter, ProjectFilter, ProjectStatus};
use serde_json::json;

use crate::support::postgres::Database;
use crate::support::world::id;

/// Inserts a project's row as it stands after a create.
pub async fn insert(
    database: &Database,
    id: &str,
    hostname: &str,
    aliases: &str,
) -> Result<u64, sqlx::Error> {
    let commit = "a".repeat(40);
    let statement = format!(
        r#"insert into projects (id, display_name, hostname, aliases, database_url, schema_ref, status, driver,
                                 database_server, port_base)
           select '{id}', '{id}', nullif('{hostname}', ''), '{aliases}', 'memory:/x',
                  '{{"type": "git", "repo": "file:///srv/schemas", "path": "a.ts", "ref": "{commit}"}}',
                  'provisioning', 'fake', 'default', 4000 + 2 * (select count(*) from projects)"#
    );
    database.sql(&statement).await
}

pub async fn new() -> (Database, Registry) {
    let database = Database::new().await;
    let registry = database.registry().await;
    (database, registry)
}

pub fn host() -> OpContext {
    OpContext::platform(Actor::Host)
}

#[tokio::test]
async fn an_empty_database_is_migrated_and_a_migrated_one_left_alone() {
    let (database, registry) = new().await;
    registry.migrate().await.unwrap();
    assert_eq!(registry.projects().await.unwrap().0.len(), 0);
    assert_eq!(database.text("select count(*) from _sqlx_migrations where not success").await, "0");
}

#[tokio::test]
async fn every_table_and_column_of_the_source_document_is_there() {
    let (database, _registry) = new().await;
    for (table, columns) in [
        (
            "projects",
            "aliases,created_at,database_url,desired_state,display_name,env,hostname,id,last_health,schema_ref,\
             schema_version,status,updated_at,upstream",
        ),
        ("project_events", "action,actor,at,detail,id,project_id"),
    ] {
        let wanted = columns.split(',').map(|column| format!("'{column}'")).collect::<Vec<_>>().join(",");
        let query = format!(
            "select string_agg(column_name, ',' order by column_name) from information_schema.columns
             where table_name = '{table}' and column_name in ({wanted})"
        );
        assert_eq!(database.text(&query).await, columns, "{table}");
    }
}

#[tokio::test]
async fn a_database_newer_than_the_program_is_refused_and_left_as_it_is() {
    let (database, registry) = new().await;
    database
        .sql(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values (9000, 'from the future', true, '', 0)",
        )
        .await
        .unwrap();
    let before = database.dump().await;
    let refusal = registry.migrate().await.unwrap_err();
    assert!(matches!(refusal, RegistryError::Newer { found: 9000, known: 1.. }), "{refusal}");
    assert_eq!(database.dump().await, before);
}

#[tokio::test]
async fn a_command_on_the_host_makes_a_registry_and_changes_none() {
    let database = Database::new().await;
    let registry = database.connect().await;
    registry.migrate_if_empty().await.unwrap();
    let known: i64 = database.text("select max(version) from _sqlx_migrations").await.parse().unwrap();
    registry.migrate_if_empty().await.unwrap();
    database.sql("update _sqlx_migrations set version = version - 1").await.unwrap();
    let before = database.dump().await;
    let older = registry.migrate_if_empty().await.unwrap_err();
    assert!(matches!(older, RegistryError::Older { found, known: to } if (found, to) == (known - 1, known)));
    assert!(older.to_string().contains("atomo-fleet migrate"), "{older}");
    assert_eq!(database.dump().await, before);
    database.sql("update _sqlx_migrations set version = 9000 where version = (select max(version) from _sqlx_migrations)").await.unwrap();
    let newer = registry.migrate_if_empty().await.unwrap_err();
    assert!(matches!(newer, RegistryError::Newer { found: 9000, .. }), "{newer}");
}

#[tokio::test]
async fn a_change_that_is_not_committed_never_happened() {
    let (database, registry) = new().await;
    insert(&database, "shop", "shop.example.test", "{}").await.unwrap();
    let before = database.dump().await;
    let mut change = registry.change(&host()).await.unwrap();
    change.set_desired_state(&id("shop"), DesiredState::Stopped).await.unwrap();
    drop(change);
    assert_eq!(database.dump().await, before);
}

#[tokio::test]
async fn a_change_comes_with_its_event() {
    let (database, registry) = new().await;
    insert(&database, "shop", "shop.example.test", "{}").await.unwrap();
    let mut change = registry.change(&host()).await.unwrap();
    change.set_desired_state(&id("shop"), DesiredState::Stopped).await.unwrap();
    let event = Event {
        project: Some(&id("shop")),
        action: Action::ProjectStop.into(),
        detail: json!({"why": "a test"}),
    };
    change.commit(event).await.unwrap();
    let of_shop = EventFilter { project: Some(id("shop")), ..EventFilter::default() };
    let events = registry.events(&of_shop, None).await.unwrap().items;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].action.as_str(), &events[0].actor), ("project.stop", &Some(Actor::Host)));
    assert_eq!(events[0].detail, Some(json!({"why": "a test"})));
}

#[tokio::test]
async fn no_name_belongs_to_two_projects_not_even_by_sql() {
    let (database, _registry) = new().await;
    insert(&database, "shop", "shop.example.test", "{www.shop.example.test}").await.unwrap();
    insert(&database, "blog", "blog.example.test", "{}").await.unwrap();
    for name in ["shop.example.test", "www.shop.example.test"] {
        for edit in [
            format!("update projects set hostname = '{name}' where id = 'blog'"),
            format!("update projects set aliases = '{{{name}}}' where id = 'blog'"),
            format!("update projects set former_hostnames = '{{{name}}}' where id = 'blog'"),
        ] {
            let refused = database.sql(&edit).await.unwrap_err();
            assert!(
                refused.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation),
                "{edit}: {refused}"
            );
        }
        let refused = insert(&database, "third", "", &format!("{{{name}}}")).await;
        assert!(refused.is_err(), "{name} was given to a new project");
    }
}

#[tokio::test]
async fn a_former_hostname_stays_its_owner_s_until_it_is_retired() {
    let (database, registry) = new().await;
    insert(&database, "shop", "old.example.test", "{}").await.unwrap();
    insert(&database, "blog", "blog.example.test", "{}").await.unwrap();
    database.sql("update projects set hostname = 'new.example.test' where id = 'shop'").await.unwrap();
    let take = "update projects set hostname = 'old.example.test' where id = 'blog'";
    assert!(database.sql(take).await.is_err());
    let owner = registry.owner_of(&"old.example.test".parse().unwrap()).await.unwrap();
    assert_eq!(owner.as_deref(), Some("shop"));
    registry.reports(0).names_retired(&id("shop"), &["old.example.test".parse().unwrap()]).await.unwrap();
    database.sql(take).await.unwrap();
}

#[tokio::test]
async fn retiring_a_name_leaves_one_that_became_former_meanwhile() {
    let (database, registry) = new().await;
    insert(&database, "shop", "a.example.test", "{}").await.unwrap();
    for name in ["b.example.test", "c.example.test"] {
        database.sql(&format!("update projects set hostname = '{name}' where id = 'shop'")).await.unwrap();
    }
    registry.reports(0).names_retired(&id("shop"), &["a.example.test".parse().unwrap()]).await.unwrap();
    let record = registry.project(&id("shop")).await.unwrap().unwrap();
    assert_eq!(record.former_hostnames, ["b.example.test".parse().unwrap()]);
}

#[tokio::test]
async fn a_name_that_comes_back_is_no_longer_a_former_one() {
    let (database, registry) = new().await;
    insert(&database, "shop", "a.example.test", "{}").await.unwrap();
    for name in ["b.example.test", "a.example.test"] {
        database.sql(&format!("update projects set hostname = '{name}' where id = 'shop'")).await.unwrap();
    }
    let record = registry.project(&id("shop")).await.unwrap().unwrap();
    assert_eq!(record.former_hostnames, ["b.example.test".parse().unwrap()]);
}

#[tokio::test]
async fn the_names_of_a_project_that_is_gone_are_free() {
    let (database, _registry) = new().await;
    insert(&database, "shop", "shop.example.test", "{www.example.test}").await.unwrap();
    database.sql("delete from projects").await.unwrap();
    insert(&database, "blog", "shop.example.test", "{www.example.test}").await.unwrap();
}

#[tokio::test]
async fn sql_fences_the_lifecycle_exactly_as_the_model_does() {
    let (database, registry) = new().await;
    insert(&database, "shop", "", "{}").await.unwrap();
    for from in ProjectStatus::ALL {
        for to in ProjectStatus::ALL {
            database.sql("alter table projects disable trigger project_changed").await.unwrap();
            database.sql(&format!("update projects set status = '{from}'")).await.unwrap();
            database.sql("alter table projects enable trigger project_changed").await.unwrap();
            let mut change = registry.change(&host()).await.unwrap();
            let moved = change.set_status(&id("shop"), &StatusChange::to(to)).await;
            assert_eq!(moved.is_ok(), from.may_become(to), "{from} to {to}");
        }
    }
}

#[tokio::test]
async fn an_id_or_status_that_is_none_cannot_be_written() {
    let (database, _registry) = new().await;
    for wrong in ["a", "Shop", "a_b", "-ab", "ab-", "1ab"] {
        assert!(insert(&database, wrong, "", "{}").await.is_err(), "{wrong}");
    }
    insert(&database, "shop", "", "{}").await.unwrap();
    for edit in ["status = 'gone'", "desired_state = 'paused'", "schema_version = 'main'", "slot = 2"] {
        assert!(database.sql(&format!("update projects set {edit}")).await.is_err(), "{edit}");
    }
}

#[tokio::test]
async fn an_unreadable_row_stands_apart_and_in_nobody_s_way() {
    let (database, registry) = new().await;
    for name in ["blog", "shop", "wiki"] {
        insert(&database, name, "", "{}").await.unwrap();
    }
    database.sql(r#"update projects set env = '{"DATABASE_URL": "x"}' where id = 'shop'"#).await.unwrap();
    let (records, unreadable) = registry.projects().await.unwrap();
    let ids: Vec<_> = records.iter().map(|record| record.project.id.as_str()).collect();
    assert_eq!(ids, ["blog", "wiki"]);
    assert_eq!(unreadable.len(), 1);
    assert_eq!(unreadable[0].id, "shop");
    assert!(unreadable[0].reason.starts_with("env: "), "{}", unreadable[0].reason);
}

#[tokio::test]
async fn an_edit_by_sql_asks_for_a_look_and_an_edit_of_the_figures_does_not() {
    let (database, _registry) = new().await;
    insert(&database, "shop", "", "{}").await.unwrap();
    let generation = async || database.text("select generation from projects").await;
    database.sql(r#"update projects set last_health = '{"health": "down"}'"#).await.unwrap();
    assert_eq!(generation().await, "1");
    database.sql("update projects set desired_state = 'stopped'").await.unwrap();
    assert_eq!(generation().await, "2");
}

#[tokio::test]
async fn projects_are_paged_in_one_order_whatever_the_collation_of_the_database() {
    let (database, registry) = new().await;
    // as on a server whose collation ignores hyphens: there, a-z comes after ab
    database.sql("create collation shifted (provider = icu, locale = 'en-u-ka-shifted')").await.unwrap();
    database.sql("alter table projects alter column id type text collate shifted").await.unwrap();
    for name in ["ab-1", "a-z", "abc", "a-b-c"] {
        insert(&database, name, "", "{}").await.unwrap();
    }
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let page = registry.projects_after(&ProjectFilter::default(), after.as_deref(), 1).await.unwrap();
        read.extend(page.records.into_iter().map(|record| record.project.id.to_string()));
        after = page.last;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(read, ["a-b-c", "a-z", "ab-1", "abc"]);
    let all = registry.projects().await.unwrap().0;
    assert_eq!(all.iter().map(|record| record.project.id.as_str()).collect::<Vec<_>>(), read);
}
