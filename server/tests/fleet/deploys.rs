//! Deploys on real parts: another commit with backup, rehearsal and proof; one that fails and goes back; the ways back.

use std::process::Command;

use serde_json::{Value, json};

use crate::drift::by_hand;
use crate::world::{GOOD, World};

const HEAD: &str = "import { model, text, number } from '@atomo/schema'\n";

/// Commits the schema file with these fields of `things`.
pub fn commit(world: &World, fields: &str) -> String {
    let folder = world.folder.join("portfolio");
    let text = format!(
        "{HEAD}export const Thing = model('things', {{ fields: {{ id: text().id(), {fields} }} }})\n"
    );
    std::fs::write(folder.join(GOOD), text).unwrap();
    let git = |arguments: &[&str]| {
        let user = ["-c", "user.name=Ines", "-c", "user.email=ines@example.com"];
        let output = Command::new("git").current_dir(&folder).args(user).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["commit", "-q", "-a", "-m", "Other fields"]);
    git(&["rev-parse", "HEAD"])
}

/// The classes of a plan's findings, the worst first.
fn classes(plan: &Value) -> Vec<&str> {
    let findings = plan["preflight"]["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["class"].as_str().unwrap()).collect()
}

fn newest(world: &mut World) -> Value {
    world.get("/projects/acme/deploys")["items"][0].clone()
}

#[test]
fn a_deploy_is_rehearsed_proved_and_undone_with_its_data() {
    let mut world = World::started();
    world.created("acme");
    by_hand(&mut world, "acme", "insert into things (id, name) values ('a', 'First')");
    let to = commit(&world, "name: text().optional(), size: number().default(3)");
    let draft = json!({ "ref": to });
    let (status, plan) = world.ask("POST", "/projects/acme/deploy-plan", Some(draft.clone()));
    assert_eq!((status, classes(&plan)), (200, vec!["applied"]), "{plan:#}");
    assert_eq!(plan["gate"], json!({"confirm": false, "rehearse": true, "rehearse_required": true}));

    world.done("POST", "/projects/acme/deploys", Some(draft));
    let deploy = newest(&mut world);
    assert_eq!((&deploy["state"], &deploy["kind"]), (&json!("succeeded"), &json!("deploy")), "{deploy:#}");
    let catalog = deploy["rehearsal"]["catalog"].to_string();
    assert!(catalog.contains("things.size"), "{catalog}");
    assert_eq!(deploy["rehearsal"]["rows"], json!([]));
    assert_eq!(world.project("acme")["schema_version"], json!(to));
    let backup = world.get(&format!("/backups/{}", deploy["backup_id"].as_str().unwrap()));
    assert_eq!(backup["verification"]["state"], "verified", "the rehearsal proved it");

    by_hand(&mut world, "acme", "insert into things (id, name, size) values ('b', 'Second', 9)");
    let id = deploy["id"].as_str().unwrap().to_owned();
    let written = world.get(&format!("/deploys/{id}/written-since"));
    let things = written["tables"].as_array().unwrap().iter().find(|it| it["table"] == "public.things");
    assert_eq!(things.unwrap(), &json!({"table": "public.things", "then": 1, "now": 2}), "{written:#}");
    world.done("POST", &format!("/deploys/{id}/undo"), Some(json!({"confirm": "acme"})));
    assert_eq!(world.project("acme")["schema_version"], deploy["from"]["schema_ref"]["ref"]);
    by_hand(&mut world, "acme", "do $$ begin assert (select count(*) = 1 from things); end $$");
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
}

#[test]
fn a_deploy_that_fails_gives_the_former_commit_back_and_shows_what_the_server_said() {
    let mut world = World::started();
    world.created("acme");
    by_hand(&mut world, "acme", "insert into things (id, name) values ('a', 'First')");
    let to = commit(&world, "name: text().optional(), size: number().required()");
    let draft =
        |confirm: &str| json!({"ref": to, "confirm": confirm, "backup_first": false, "rehearse": false});
    let (status, plan) = world.ask("POST", "/projects/acme/deploy-plan", Some(draft("")));
    assert_eq!((status, classes(&plan)), (200, vec!["boot_fails"]), "{plan:#}");
    assert_eq!(plan["preflight"]["findings"][0]["evidence"]["rows"], 1);
    let (status, refused) = world.ask("POST", "/projects/acme/deploys", Some(draft("")));
    assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("confirm")), "{refused:#}");
    let (status, refused) = world.ask("POST", "/projects/acme/deploys", Some(draft("acme")));
    assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("rehearse")), "{refused:#}");

    // the rehearsal finds it before anything of the project is touched
    let confirmed = json!({"ref": to, "confirm": "acme"});
    let operation = world.command("POST", "/projects/acme/deploys", Some(confirmed));
    let failed = world.ended(&operation);
    assert_eq!(failed["problem"]["title"], "The rehearsal failed", "{failed:#}");
    assert!(failed["problem"].to_string().contains("cannot add required column things.size"), "{failed:#}");

    let generation = world.project("acme")["generation"].clone();
    world.done("PATCH", "/projects/acme", Some(json!({"class": "staging", "generation": generation})));
    let operation = world.command("POST", "/projects/acme/deploys", Some(draft("acme")));
    let failed = world.ended(&operation);
    assert_eq!(
        (&failed["status"], &failed["problem"]["title"]),
        (&json!("failed"), &json!("The deploy failed"))
    );
    assert!(failed["problem"].to_string().contains("cannot add required column things.size"), "{failed:#}");
    let project = world.project("acme");
    assert_eq!(
        (&project["status"], &project["schema_ref"]["ref"]),
        (&json!("running"), &json!(world.portfolio.good))
    );
    assert_eq!(newest(&mut world)["state"], "failed");
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
}

#[test]
fn a_roll_back_names_the_column_that_would_refuse_rows_and_frees_it() {
    let mut world = World::started();
    world.created("acme");
    let to = commit(&world, "name: text().optional(), size: number().required()");
    world.done("POST", "/projects/acme/deploys", Some(json!({"ref": to, "rehearse": true})));
    let back = world.portfolio.good.clone();
    let (status, plan) = world.ask("POST", "/projects/acme/deploy-plan", Some(json!({"ref": back})));
    assert_eq!(
        (status, &plan["kind"], classes(&plan)),
        (200, &json!("rollback"), vec!["breaks_writes"]),
        "{plan:#}"
    );
    let draft = json!({"ref": back, "confirm": "acme", "free_columns": ["things.name"]});
    assert_eq!(
        world.ask("POST", "/projects/acme/deploys", Some(draft)).0,
        422,
        "that column is not left over"
    );
    let draft = json!({"ref": back, "confirm": "acme", "free_columns": ["things.size"]});
    world.done("POST", "/projects/acme/deploys", Some(draft));
    by_hand(&mut world, "acme", "insert into things (id, name) values ('a', 'without a size')");
    assert_eq!(newest(&mut world)["kind"], "rollback");
}
