//! Backups with the real programs: the command, the proof, and the server that is started on the restored copy.

use serde_json::json;

use crate::api::until;
use crate::full_disk::FullDisk;
use crate::world::World;

#[test]
fn a_verification_starts_the_projects_server_on_the_copy_and_removes_it() {
    let mut world = World::started();
    world.created("acme");
    let policy = json!({"schedule": "off", "boot": true});
    assert_eq!(world.ask("PUT", "/projects/acme/backup-policy", Some(policy)).0, 200);
    world.done("POST", "/projects/acme/backups", None);
    let backup = until("the backup is verified", || {
        let newest = world.get("/projects/acme/backups")["items"][0].clone();
        (newest["verification"]["state"] != "unverified").then_some(newest)
    });
    let proof = &backup["verification"];
    assert_eq!(proof["state"], "verified", "{proof:#}");
    let last = proof["compared"].as_array().unwrap().last().unwrap().as_str().unwrap();
    assert!(last.starts_with("the stand-in server") && last.contains("started on it with"), "{last}");
    until("only the project's own instance runs", || {
        (world.processes("atomo-standin").len() == 1).then_some(())
    });
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));

    // a restore that keeps the present commit is rehearsed in the same way
    let restore = format!("/backups/{}/restore", backup["id"].as_str().unwrap());
    let wanted = json!({"confirm": "acme", "backup_first": false, "with_schema": false});
    let restored = world.done("POST", &restore, Some(wanted));
    let steps = restored["steps"].as_array().unwrap();
    let booted = steps.iter().find(|step| step["step"] == "boot_copy").unwrap();
    assert!(booted["note"].as_str().unwrap().starts_with("the stand-in server"), "{booted:#}");
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
    assert_eq!(world.processes("atomo-standin").len(), 1);
}

#[test]
fn a_backup_onto_a_full_disk_says_so_leaves_nothing_and_is_completed_when_there_is_space() {
    let mut world = World::started();
    world.created("acme");
    let disk = FullDisk::at(&world.data().join("backups"));
    let operation = world.command("POST", "/projects/acme/backups", None);
    until("the operation says what is in the way", || {
        let now = world.get(&format!("/operations/{operation}"));
        assert!(["waiting", "running"].contains(&now["status"].as_str().unwrap()), "{now:#}");
        now.to_string().contains("no space is left").then_some(())
    });
    assert_eq!(world.get("/projects/acme/backups")["items"][0]["state"], "running");
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
    disk.free();
    assert_eq!(world.ended(&operation)["status"], "succeeded");
    let newest = world.get("/projects/acme/backups")["items"][0].clone();
    assert_eq!(newest["state"], "complete", "{newest:#}");
}
