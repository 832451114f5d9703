//! What a page shows to whom: no button and no form that would be refused, and who may send it in the form's place.

use axum::http::StatusCode;
use control_plane::ports::driver::{Driver as _, InstanceSpec};
use model::{InstanceKey, ProjectSet, Role};
use serde_json::Value;

use super::roles::Visit;
use crate::api::tests::support::shop;

async fn page(role: Role, path: &str) -> String {
    let visit = Visit::of(Some((role, ProjectSet::All))).await;
    visit.page(path).await
}

/// Whether the page has the button or form that is sent to this function or leads to this page.
fn offers(page: &str, address: &str) -> bool {
    page.contains(&format!("action=\"{address}?key=")) || page.contains(&format!("href=\"{address}\""))
}

/// Checks what the page offers, and what not.
fn assert_offers(page: &str, offered: &[&str], withheld: &[&str]) {
    for address in offered {
        assert!(offers(page, address), "{address} is not offered");
    }
    for address in withheld {
        assert!(!offers(page, address), "{address} is offered");
    }
}

const COMMANDS: [&str; 3] = ["/projects/shop/restart", "/projects/shop/stop", "/projects/shop/logs"];
const SETTINGS: [&str; 9] = [
    "/actions/edit_project",
    "/actions/change_environment",
    "/actions/change_commit",
    "/actions/change_release",
    "/actions/put_secret",
    "/actions/change_limits",
    "/actions/change_pool",
    "/actions/set_project_edge",
    "/actions/delete_project",
];

#[tokio::test]
async fn the_commands_of_a_project_are_offered_to_who_may_give_them() {
    let viewed = page(Role::Viewer, "/projects/shop").await;
    assert_offers(&viewed, &["/projects/shop/operations"], &COMMANDS);
    assert_offers(&page(Role::Deployer, "/projects/shop").await, &COMMANDS, &["/actions/start_project"]);

    let visit = Visit::of(Some((Role::Owner, ProjectSet::All))).await;
    visit.site.fleet.operator().post("/projects/shop/stop", &serde_json::json!({})).await;
    let stopped = visit.page("/projects/shop").await;
    assert_offers(&stopped, &["/actions/start_project", COMMANDS[2]], &COMMANDS[..2]);
}

#[tokio::test]
async fn a_form_that_would_be_refused_is_replaced_by_who_may_send_it() {
    let viewed = page(Role::Viewer, "/projects/shop/settings").await;
    assert_offers(&viewed, &[], &SETTINGS);
    assert!(viewed.contains("Your role does not allow you to change names and environment of a project. Roles that do: deployer, admin, owner."), "{viewed}");
    let deployed = page(Role::Deployer, "/projects/shop/settings").await;
    assert_offers(&deployed, &SETTINGS[..5], &SETTINGS[5..]);
    assert!(!deployed.contains("form[pool_size]"), "the pool is a limit");
    assert!(
        deployed.contains("Your role does not allow you to delete a project. Roles that do: admin, owner.")
    );
    let owned = page(Role::Owner, "/projects/shop/settings").await;
    assert_offers(&owned, &SETTINGS, &[]);
    assert!(owned.contains("form[pool_size]"));
    assert!(!owned.contains("Your role does not allow"));
}

#[tokio::test]
async fn the_page_of_a_command_tells_who_may_give_it() {
    for (path, words, action) in [
        ("/projects/shop/stop", "stop a project", "/actions/stop_project"),
        ("/projects/shop/restart", "restart a project", "/actions/restart_project"),
        ("/projects/shop/delete", "delete a project", "/actions/delete_project"),
        (
            "/projects/shop/drop",
            "request the delete of a project with its database",
            "/actions/request_delete",
        ),
        ("/projects/shop/back-up", "take a backup", "/actions/create_backup"),
        ("/projects/new", "create a project", "/actions/create_project"),
        ("/gateway", "change the edge policy of the fleet", "/actions/set_fleet_edge"),
    ] {
        let viewed = page(Role::Viewer, path).await;
        assert!(viewed.contains(&format!("Your role does not allow you to {words}")), "{path}: {viewed}");
        assert_offers(&viewed, &[], &[action]);
    }
}

#[tokio::test]
async fn the_backups_of_a_project_offer_what_the_role_may_do() {
    let forms = ["/actions/create_backup", "/actions/set_backup_policy"];
    let path = "/projects/shop/backups";
    let viewed = page(Role::Viewer, path).await;
    assert_offers(&viewed, &[], &forms);
    assert!(viewed.contains("No backup yet"), "{viewed}");
    assert!(
        viewed.contains("Your role does not allow you to change the backup policy of a project."),
        "{viewed}"
    );
    assert_offers(&page(Role::BackupOperator, path).await, &forms[..1], &forms[1..]);
    assert_offers(&page(Role::Admin, path).await, &forms, &["/actions/reset_backup_policy"]);
}

#[tokio::test]
async fn a_deleted_or_wrong_backup_is_not_found() {
    let visit = Visit::of(Some((Role::Owner, ProjectSet::All))).await;
    for below in ["x", "018f3c5e-0000-7000-8000-000000000000", "018f3c5e-0000-7000-8000-000000000000/restore"]
    {
        assert_eq!(visit.status(&format!("/projects/shop/backups/{below}")).await, 404, "{below}");
    }
    let undo = "/projects/shop/restores/018f3c5e-0000-7000-8000-000000000000/undo";
    assert_eq!(visit.status(undo).await, 404);
    assert_eq!(visit.status("/projects/never-made/backups").await, 404);
}

#[tokio::test]
async fn the_fleet_offers_a_create_to_who_may_create() {
    assert_offers(&page(Role::Deployer, "/").await, &["/gateway"], &["/projects/new", "/audit"]);
    assert_offers(&page(Role::Admin, "/").await, &["/projects/new", "/audit"], &[]);
}

#[tokio::test]
async fn the_settings_of_the_fleet_offer_what_the_role_may_change() {
    let forms = ["/actions/add_repository", "/actions/add_image_registry"];
    let viewed = page(Role::Viewer, "/settings").await;
    assert_offers(&viewed, &["/actions/create_token"], &forms);
    assert_offers(&page(Role::Admin, "/settings").await, &forms, &[]);
}

#[tokio::test]
async fn an_orphan_whose_removal_is_under_way_links_to_the_job_and_offers_no_second_one() {
    let visit = Visit::of(Some((Role::Owner, ProjectSet::All))).await;
    let fleet = &visit.site.fleet;
    let left = InstanceSpec { key: InstanceKey::main("left".parse().unwrap()), ..shop() };
    fleet.driver.ensure_running(&left).await.unwrap();
    fleet.operator().get("/orphans").await.ok(StatusCode::OK); // looks for them
    assert_offers(&visit.page("/").await, &["/orphans/left/remove"], &[]);
    assert_offers(&visit.page("/orphans/left/remove").await, &["/actions/remove_orphan"], &[]);

    let answer = fleet.operator().delete("/orphans/left").await.ok(StatusCode::ACCEPTED).json::<Value>();
    let job = format!("/operations/{}", answer["operation"]["id"].as_str().unwrap());

    let page = visit.page("/").await;
    assert_offers(&page, &[&job], &["/orphans/left/remove"]);
    assert!(page.contains("Removal under way: 0 of 3 steps done, next: "), "{page}");
    assert!(page.contains("aria-describedby=\"removal-of-left\""), "{page}");
    assert_offers(&visit.page("/orphans/left/remove").await, &[&job], &["/actions/remove_orphan"]);
}
