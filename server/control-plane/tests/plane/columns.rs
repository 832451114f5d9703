//! What the columns of the registry are: wanted fields, the engine's own, references into the secret store.

use control_plane::registry::Event;
use model::Action;
use serde_json::json;

use crate::registry::{host, insert, new};
use crate::support::world::id;

#[tokio::test]
async fn every_column_that_refers_to_the_secret_store_is_known_to_the_move_of_secrets() {
    let (database, _registry) = new().await;
    let said = database
        .text(
            "select string_agg(c.relname || '.' || a.attname, ',' order by c.relname, a.attname)
             from pg_class c join pg_attribute a on a.attrelid = c.oid
             where c.relnamespace = 'public'::regnamespace and a.attnum > 0
               and col_description(c.oid, a.attnum) like '%secret store%'",
        )
        .await;
    let mut known: Vec<String> = control_plane::registry::HOLDERS
        .iter()
        .map(|holder| format!("{}.{}", holder.table, holder.column))
        .collect();
    known.sort_unstable();
    assert_eq!(said, known.join(","), "comments of columns on the left, HOLDERS on the right");
}

#[tokio::test]
async fn every_column_of_a_project_is_a_wanted_field_or_the_engines() {
    let (database, _registry) = new().await;
    let wanted = database
        .text(
            "select string_agg(column_name::text, ',' order by column_name) from information_schema.columns
             where table_name = 'projects' and not column_name = any (project_engine_columns())",
        )
        .await;
    let fields = "aliases,class,delete_protection,desired_state,display_name,edge,env,hostname,labels,limits,pool_size,release,schema_ref";
    assert_eq!(
        wanted, fields,
        "a new column is a field of ProjectEdit, or stands in project_engine_columns()"
    );
}

#[tokio::test]
async fn of_two_versions_of_a_secret_written_at_once_the_newer_one_is_recorded() {
    let (database, registry) = new().await;
    insert(&database, "shop", "", "{}").await.unwrap();
    let shop = id("shop");
    let recorded = async || database.text("select secrets ->> 'KEY' from projects").await;
    for (version, before, expected) in
        [(2, None, "2"), (3, Some(2), "3"), (2, Some(1), "3"), (1, Some(3), "1")]
    {
        let mut change = registry.change(&host()).await.unwrap();
        change.set_secret_version(&shop, "KEY", version, before).await.unwrap();
        change
            .commit(Event { project: Some(&shop), action: Action::SecretPut.into(), detail: json!({}) })
            .await
            .unwrap();
        assert_eq!(recorded().await, expected, "version {version} over {before:?}");
    }
}
