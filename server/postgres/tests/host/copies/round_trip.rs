//! Dump, restore and comparison.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use control_plane::ports::database_copies::{CopySpec, DatabaseCopies as _, DumpSource};
use control_plane::ports::postgres_host::PostgresError;
use model::DatabaseOid;
use postgres_host::testing::{TestCluster, installed};
use sqlx::Executor as _;

use super::workshop::{MAIN, Workshop, assert_same, main, named, refusal, run, silent, workshops};
use crate::support::{Admin, World};

#[tokio::test]
async fn a_restored_copy_equals_the_snapshot_and_not_what_was_written_later() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.fill().await;
        let mut snapshot = workshop.copies.snapshot(&main(), Some(workshop.oid)).await.unwrap();
        workshop.project().await.execute("insert into parent values (99)").await.unwrap();
        let facts = snapshot.facts().clone();
        let dump = snapshot.dump().await.unwrap().output().await.unwrap();
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        let seen = AtomicUsize::new(0);
        let count = |_: &str, _: usize, all: usize| {
            assert!(seen.fetch_add(1, Ordering::Relaxed) < all);
        };
        let expected = snapshot.contents(true, &count).await.unwrap();
        assert_eq!(seen.into_inner(), expected.tables.len());
        let copy = CopySpec { name: named("r", 1), owner: Some(main()), facts };
        workshop.load(&copy, &dump.stdout).await.unwrap();
        workshop.copies.finish_copy(&copy).await.unwrap();
        let found = workshop.contents(&copy).await;
        assert_same(&found, &expected);
        assert_eq!(found, expected, "in the same order");
        assert!(expected.catalog.len() > 80, "{}", expected.catalog.join("\n"));
    }
}

#[tokio::test]
async fn every_kind_of_table_is_counted_and_hashed() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.fill().await;
        let dump = workshop.dump().await;
        let table = |name: &str| {
            let found = dump.contents.tables.iter().find(|table| table.name == name);
            let table = found.unwrap_or_else(|| panic!("{name} in {:?}", dump.contents.tables));
            (table.rows, table.digest.as_deref().unwrap().split(':').next().unwrap().to_owned())
        };
        for (name, rows, kind) in [
            ("public.customers", 51, "text"),
            ("public.documents", 2, "text"),
            ("public.orders", 20, "record"),
            ("public.\"Straße \"\"quoted\"\" name\"", 3, "record"),
            ("public.events_2025", 1, "record"),
            ("public.parent", 1, "record"),
            ("public.child", 1, "record"),
        ] {
            assert_eq!(table(name), (rows, kind.to_owned()), "{name}");
        }
        let names: Vec<&str> = dump.contents.tables.iter().map(|table| &*table.name).collect();
        for other in ["public.events", "public.totals", "public.names"] {
            assert!(!names.contains(&other), "{other} in {names:?}");
        }
        let sequences: Vec<_> =
            dump.contents.sequences.iter().map(|sequence| (&*sequence.name, sequence.last_value)).collect();
        assert!(sequences.contains(&("public.counter", Some(6))), "{sequences:?}");
        assert!(sequences.contains(&("public.unused", None)), "{sequences:?}");
    }
}

#[tokio::test]
async fn facts_describe_the_database() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.fill().await;
        let facts = workshop.dump().await.facts;
        assert_eq!((facts.database.as_str(), facts.oid), (MAIN, workshop.oid.get()));
        assert!(facts.server_version >= 150_000 && facts.product.starts_with("PostgreSQL "), "{facts:?}");
        assert!(facts.bytes > 1_000_000 && facts.timeline == 1 && facts.lsn.contains('/'), "{facts:?}");
        assert!(!facts.system_identifier.is_empty(), "{facts:?}");
        assert_eq!((facts.encoding.as_str(), facts.large_objects), ("UTF8", 0));
        assert_eq!(facts.roles, ["reader"]);
        let settings: Vec<_> =
            facts.settings.iter().map(|it| (it.role.as_deref(), it.settings.join(";"))).collect();
        let expected = [
            (None, "search_path=\"$user\", public".to_owned()),
            (Some("{project}"), "atomo.region=eu".to_owned()),
        ];
        assert_eq!(settings, expected);
    }
}

#[tokio::test]
async fn settings_and_statistics_come_with_the_copy() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.fill().await;
        let copy = workshop.restored(1, &workshop.dump().await).await;
        let query = "select array_agg(coalesce(setrole::regrole::text, '') || array_to_string(setconfig, ';') order by setrole)
                     from pg_db_role_setting where setdatabase = (select oid from pg_database where datname = current_database())";
        let mut inside = workshop.superuser(&copy.name.to_string()).await;
        let settings: Vec<String> = sqlx::query_scalar(query).fetch_one(&mut inside).await.unwrap();
        assert_eq!(settings, ["-search_path=\"$user\", public", "\"proj_acme-crm\"atomo.region=eu"]);
        let analyzed = "select reltuples::int8 from pg_class where relname = 'orders'";
        let tuples: i64 = sqlx::query_scalar(analyzed).fetch_one(&mut inside).await.unwrap();
        assert_eq!(tuples, 20);
        let roles = "select count(*) from pg_roles where rolname like 'proj\\_%\\_r\\_%'";
        let roles: i64 = sqlx::query_scalar(roles).fetch_one(&mut inside).await.unwrap();
        assert_eq!(roles, 0, "the log-in of the copy has ended");
    }
}

#[tokio::test]
async fn a_file_is_loaded_by_several_connections() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.fill().await;
        let dump = workshop.dump().await;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &dump.bytes).unwrap();
        let copy = CopySpec { name: named("r", 1), owner: Some(main()), facts: dump.facts.clone() };
        workshop.copies.create_copy(&copy).await.unwrap();
        let source = DumpSource::File { path: file.path().to_owned(), connections: 2 };
        let output = workshop.copies.restore(&copy, &source).await.unwrap().output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        workshop.copies.finish_copy(&copy).await.unwrap();
        assert_same(&workshop.contents(&copy).await, &dump.contents);
    }
}

#[tokio::test]
async fn another_server_without_the_projects_role_restores_the_same() {
    for (workshop, binaries) in workshops(Admin::Superuser).await.into_iter().zip(installed().await) {
        workshop.fill().await;
        let dump = workshop.dump().await;
        let world = World::on(Arc::new(TestCluster::start(binaries).await), Admin::Superuser).await;
        let other = Workshop::on(world).await;
        let owned = CopySpec { name: named("r", 1), owner: Some(main()), facts: dump.facts.clone() };
        let told = refusal(other.copies.create_copy(&owned).await);
        assert!(told.contains("no role reader"), "{told}");
        other.superuser("postgres").await.execute("create role reader nologin").await.unwrap();
        assert_same(&other.contents(&other.restored(1, &dump).await).await, &dump.contents);
    }
}

#[tokio::test]
async fn a_copy_without_the_projects_role_owns_itself() {
    for workshop in workshops(Admin::Superuser).await {
        workshop
            .project()
            .await
            .execute("create table t (id serial primary key); insert into t default values")
            .await
            .unwrap();
        let dump = workshop.dump().await;
        let copy = CopySpec { name: named("r", 1), owner: None, facts: dump.facts.clone() };
        workshop.load(&copy, &dump.bytes).await.unwrap();
        workshop.copies.finish_copy(&copy).await.unwrap();
        assert_same(&workshop.contents(&copy).await, &dump.contents);
        workshop.copies.remove_copy(&copy.name).await.unwrap();
        assert_eq!(workshop.copies.copies().await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_truncated_dump_fails_and_the_next_attempt_begins_anew() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.fill().await;
        let dump = workshop.dump().await;
        let copy = CopySpec { name: named("r", 1), owner: Some(main()), facts: dump.facts.clone() };
        assert!(workshop.load(&copy, &dump.bytes[..dump.bytes.len() / 2]).await.is_err());
        assert_eq!(workshop.copies.copies().await.unwrap(), std::slice::from_ref(&copy.name));
        workshop.load(&copy, &dump.bytes).await.unwrap();
        let again = workshop.copies.restore(&copy, &DumpSource::Stdin).await.unwrap();
        assert!(
            run(again, &dump.bytes).await.unwrap_err().contains("already exists"),
            "stops at the first error"
        );
    }
}

#[tokio::test]
async fn only_the_database_that_is_meant_is_read() {
    let workshop = workshops(Admin::Superuser).await.swap_remove(0);
    let other = Some(DatabaseOid::new(1));
    let error = workshop.copies.snapshot(&main(), other).await.map(drop).unwrap_err();
    assert!(matches!(error, PostgresError::Another { .. }), "{error}");
    let missing = crate::support::spec("nothing").name;
    let error = workshop.copies.snapshot(&missing, None).await.map(drop).unwrap_err();
    assert!(matches!(error, PostgresError::Gone { .. }), "{error}");
}

#[tokio::test]
async fn a_clone_has_the_same_contents_and_the_source_is_open_again() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.fill().await;
        let _open = workshop.project().await;
        let dump = workshop.dump().await;
        for (number, owner) in [(1, Some(main())), (2, None)] {
            let copy = CopySpec { name: named("r", number), owner, facts: dump.facts.clone() };
            workshop.copies.clone_database(workshop.oid, &copy).await.unwrap();
            workshop.copies.finish_copy(&copy).await.unwrap();
            let found = workshop.copies.contents(&copy, true, &silent).await.unwrap();
            assert_eq!(found.tables, dump.contents.tables);
            if copy.owner.is_some() {
                assert_same(&found, &dump.contents);
            }
        }
        workshop.project().await.execute("select").await.unwrap();
        assert!(workshop.is_right().await);
        let foreign = workshop.oid_of_template().await;
        let copy = CopySpec { name: named("r", 3), owner: None, facts: dump.facts };
        let told = refusal(workshop.copies.clone_database(foreign, &copy).await);
        assert!(told.contains("not a database of a project"), "{told}");
    }
}

#[tokio::test]
async fn an_extension_that_only_a_superuser_creates_is_made_for_the_copy() {
    for workshop in workshops(Admin::Superuser).await {
        let has = "select count(*) from pg_available_extensions where name = 'dblink'";
        let mut superuser = workshop.superuser(MAIN).await;
        let count: i64 = sqlx::query_scalar(has).fetch_one(&mut superuser).await.unwrap();
        if count == 0 {
            eprintln!("this server comes without dblink");
            continue;
        }
        superuser.execute("create schema apart; create extension dblink schema apart").await.unwrap();
        let snapshot = workshop.copies.snapshot(&main(), None).await.unwrap();
        if snapshot.facts().server_version < 170_000 {
            let told = refusal(snapshot.dump().await.map(drop));
            assert!(told.contains("comment on extension \"dblink\" is null"), "{told}");
        }
        drop(snapshot);
        superuser.execute("comment on extension dblink is null").await.unwrap();
        let dump = workshop.dump().await;
        let copy = workshop.restored(1, &dump).await;
        assert_same(&workshop.contents(&copy).await, &dump.contents);
    }
}
