//! Drift on real parts: DDL by hand, a file edited by hand, another version, each found with its difference.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use serde_json::{Value, json};
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use crate::api::{blocking, until};
use crate::world::World;

/// Runs SQL in the database of a project as its own role, as an operator with `psql` does.
pub fn by_hand(world: &mut World, id: &str, sql: &str) {
    let pid = world.project(id)["observed"]["instance"]["value"]["pid"].as_u64().unwrap();
    let block = String::from_utf8(std::fs::read(format!("/proc/{pid}/environ")).unwrap()).unwrap();
    let url = block.split('\0').find_map(|pair| pair.strip_prefix("DATABASE_URL=")).unwrap();
    let options = PgConnectOptions::from_str(url).unwrap();
    blocking(async {
        let mut connection = PgConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

fn check(world: &mut World, id: &str) -> Value {
    let (status, drift) = world.ask("POST", &format!("/projects/{id}/drift/check"), None);
    assert_eq!(status, 200, "{drift:#}");
    drift
}

/// The findings of a level that are not resolved.
fn open(drift: &Value, level: &str) -> Vec<Value> {
    let findings = drift["findings"].as_array().unwrap().iter();
    findings.filter(|it| it["level"] == level && it.get("resolved_at").is_none()).cloned().collect()
}

fn with_baseline(world: &mut World, id: &str) {
    world.created(id);
    until("the baseline is recorded", || {
        let drift = world.get(&format!("/projects/{id}/drift"));
        drift.get("baseline").is_some().then_some(())
    });
}

#[test]
fn ddl_by_hand_is_found_accepted_and_found_again_when_it_is_undone() {
    let mut world = World::started();
    with_baseline(&mut world, "acme");
    assert_eq!(open(&check(&mut world, "acme"), "catalog"), [] as [Value; 0], "nothing was changed yet");

    by_hand(
        &mut world,
        "acme",
        "create index by_hand on things (name); alter table things add column extra text",
    );
    let found = open(&check(&mut world, "acme"), "catalog").remove(0);
    let diff: Vec<&str> =
        found["diff"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(diff.len(), 2, "{diff:#?}");
    assert_eq!(diff[0], "+ things: column extra: text");
    assert!(
        diff[1].starts_with("+ things: index by_hand: CREATE INDEX by_hand ON public.things"),
        "{diff:#?}"
    );
    assert_eq!(world.get("/fleet")["drift"][0]["id"], found["id"], "it needs attention");

    let path = |act: &str| format!("/drift/{}/{act}", found["id"].as_str().unwrap());
    let (status, outcome) = world.ask("POST", &path("fix"), None);
    assert_eq!(
        (status, outcome["fix"]["sql"][1].as_str()),
        (200, Some("DROP INDEX by_hand;")),
        "{outcome:#}"
    );
    let (status, accepted) = world.ask("POST", &path("accept"), Some(json!({"reason": "for a report"})));
    assert_eq!((status, accepted["decision"]["kind"].as_str()), (200, Some("accept")), "{accepted:#}");
    assert_eq!(open(&check(&mut world, "acme"), "catalog"), [] as [Value; 0], "it is declared");

    by_hand(&mut world, "acme", "drop index by_hand");
    let found = open(&check(&mut world, "acme"), "catalog").remove(0);
    assert!(found["diff"][0].as_str().unwrap().starts_with("- things: index by_hand"), "{found:#}");
}

/// Every schema file below a folder.
fn schemas(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| if path.is_dir() { schemas(&path) } else { vec![path] };
    let is_schema = |path: &PathBuf| path.file_name().is_some_and(|name| name == "schema.ts");
    entries.flat_map(below).filter(is_schema).collect()
}

#[test]
fn a_file_edited_by_hand_is_found_and_written_again() {
    let mut world = World::started();
    with_baseline(&mut world, "acme");
    let files = schemas(&world.data().join("projects/acme/schema"));
    let before = std::fs::read(&files[0]).unwrap();
    std::fs::write(&files[0], "export interface Other { id: string; }").unwrap();
    until("it is recorded as found and closed", || {
        let drift = world.get("/projects/acme/drift");
        let findings = drift["findings"].as_array().unwrap();
        let closed = |it: &&Value| it["level"] == "schema_file" && it.get("resolved_at").is_some();
        findings.iter().find(closed).map(|found| assert_eq!(found["severity"], "notice", "{found:#}"))
    });
    assert_eq!(std::fs::read(&files[0]).unwrap(), before, "the file of the commit is there again");
}

#[test]
fn another_version_under_the_same_name_is_found() {
    let mut world = World::started();
    with_baseline(&mut world, "acme");
    let environment = json!({"env": {"ATOMO_VERSION": "v9.9.9"}});
    let generation = world.project("acme")["generation"].clone();
    let mut patch = environment;
    patch["generation"] = generation;
    world.done("PATCH", "/projects/acme", Some(patch));
    let found = open(&check(&mut world, "acme"), "version").remove(0);
    assert!(found["diff"][0].as_str().unwrap().ends_with("→ v9.9.9"), "{found:#}");
}
