//! What a change of the schema does to a database that has rows.

use crate::support::bench::{Bench, POSTS, each_server};

/// `POSTS` with other members.
fn posts(members: &str) -> String {
    POSTS.replace("title: string; views?: number;", members)
}

async fn with_two_rows(bench: &Bench) {
    bench.migrate(POSTS).await;
    bench.execute("insert into posts (title, views) values ('same', 1), ('same', 2)").await;
}

#[tokio::test]
async fn a_new_database_gets_model_and_platform_tables() {
    each_server(async |bench| {
        bench.migrate(POSTS).await;
        let expected = [
            "created_at timestamp with time zone required",
            "deleted_at timestamp with time zone",
            "id text required",
            "tenant_id text",
            "title text required",
            "updated_at timestamp with time zone required",
            "views bigint",
        ];
        assert_eq!(bench.columns_of("posts").await, expected);
        let tables = bench.tables().await;
        for table in [
            "users",
            "sessions",
            "audit_log",
            "event_log",
            "model_history_coverage",
            "jobs",
            "media",
            "worker_tokens",
        ] {
            assert!(tables.iter().any(|name| name == table), "{table} is not in {tables:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_boot_changes_nothing() {
    each_server(async |bench| {
        with_two_rows(bench).await;
        let before = (bench.tables().await, bench.columns_of("posts").await);
        bench.migrate(POSTS).await;
        assert_eq!((bench.tables().await, bench.columns_of("posts").await), before);
        assert_eq!(bench.column("select title from posts").await, ["same", "same"]);
    })
    .await;
}

#[tokio::test]
async fn optional_fields_and_required_ones_with_a_default_are_added() {
    each_server(async |bench| {
        let first = "import { model, text } from '@atomo/schema'
            export const Thing = model('things', { fields: { id: text().id(), name: text().optional() } })";
        bench.migrate(first).await;
        bench.execute("insert into things (name) values ('old')").await;
        let more =
            "name: text().optional(), note: text().optional(), stage: text().required().default('lead')";
        bench.migrate(&first.replace("name: text().optional()", more)).await;
        assert_eq!(bench.column("select stage from things where note is null").await, ["lead"]);
    })
    .await;
}

#[tokio::test]
async fn a_required_field_without_default_fails_on_a_populated_table_and_rolls_all_back() {
    each_server(async |bench| {
        with_two_rows(bench).await;
        let changed = posts("title: string; views?: number; note?: string; author: string;");
        bench.launch(&changed).outcome().await.assert_error(
            "atomo: cannot add required column posts.author with no default to a populated table; \
             declare a .default(...) on the field, or write an explicit backfill migration",
        );
        assert!(!bench.columns_of("posts").await.iter().any(|column| column.starts_with("note ")));
        bench.execute("delete from posts").await;
        bench.migrate(&changed).await;
        assert!(bench.columns_of("posts").await.contains(&"author text required".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_rows_break_fails_the_boot() {
    each_server(async |bench| {
        with_two_rows(bench).await;
        let unique = posts("title: string; // @unique\n views?: number;");
        bench
            .launch(&unique)
            .outcome()
            .await
            .assert_error("could not create unique index \"uq_posts_title\"");
        let check = posts("title: string; views?: number;\n // @@check(views > 1)\n");
        bench.launch(&check).outcome().await.assert_error("violated by some row");
        bench.execute("update posts set views = 2, title = id").await;
        bench.migrate(&unique).await;
        bench.migrate(&check).await;
        bench.migrate(&check).await;
    })
    .await;
}

#[tokio::test]
async fn types_and_nullability_never_change() {
    each_server(async |bench| {
        with_two_rows(bench).await;
        let before = bench.columns_of("posts").await;
        bench.migrate(&posts("title?: string; views: boolean;")).await;
        assert_eq!(bench.columns_of("posts").await, before);
    })
    .await;
}

#[tokio::test]
async fn removed_fields_and_models_stay_behind() {
    each_server(async |bench| {
        with_two_rows(bench).await;
        bench.migrate("export interface Note { id: string; text: string }").await;
        assert_eq!(bench.column("select title from posts").await, ["same", "same"]);
        bench.migrate(&posts("views?: number;")).await;
        assert!(bench.columns_of("posts").await.contains(&"title text required".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_reserved_word_as_field_name_fails_the_boot() {
    each_server(async |bench| {
        bench
            .launch(&posts("order: string;"))
            .outcome()
            .await
            .assert_error("syntax error at or near \"order\"");
    })
    .await;
}
