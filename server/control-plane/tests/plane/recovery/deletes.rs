//! Deletes with the database: requested, approved by another operator, in the trash, brought back or dropped.

mod kills;
mod refused;

use control_plane::context::Authentication;
use control_plane::settings::DeletePolicy;
use control_plane::{OpContext, Settings};
use model::{
    Actor, ApprovalDraft, ApprovalPolicy, BackupKind, DeleteRequest, DeleteRequestDraft, DeleteRequestState,
    Grants, Problem, ProblemKind, ProjectPatch, ReasonDraft,
};

use super::{DATABASE, SHOP, back_up, judged, newest, no_copy_is_left, rows, shop, upload};
use crate::support::world::id;
use crate::support::{Running, World, edit_now, eventually, ines};

/// Another owner.
fn bela() -> OpContext {
    let actor = Actor::Operator("bela@example.com".parse().unwrap());
    let authentication = Authentication::session(time::OffsetDateTime::UNIX_EPOCH);
    OpContext::operator(actor, uuid::Uuid::from_u128(8).into(), Grants::everything(), authentication)
}

/// The first owner by a token.
fn token_of_ines() -> OpContext {
    let actor = Actor::Token { name: "ci".into(), operator: "ines@example.com".parse().unwrap() };
    let authentication = Authentication::token(time::OffsetDateTime::UNIX_EPOCH);
    OpContext::operator(actor, uuid::Uuid::from_u128(7).into(), Grants::everything(), authentication)
}

/// A fleet with the shop, and this policy of deletes.
async fn shop_with(deletes: DeletePolicy) -> (World, Running) {
    let (world, plane) = shop().await;
    plane.stop().await;
    let plane = world.start_with(Settings { deletes, ..world.settings() }).await;
    plane.becomes(SHOP, "runs", |shop| shop.observed.facts.ready.present().is_some()).await;
    (world, plane)
}

fn always() -> DeletePolicy {
    DeletePolicy { approval: ApprovalPolicy::Always, ..DeletePolicy::default() }
}

fn never() -> DeletePolicy {
    DeletePolicy { approval: ApprovalPolicy::Never, ..DeletePolicy::default() }
}

fn approval() -> ApprovalDraft {
    ApprovalDraft { confirm: SHOP.into(), reason: String::new() }
}

async fn request(plane: &Running) -> control_plane::Result<DeleteRequest> {
    plane.deletes().request(&ines(), &id(SHOP), &DeleteRequestDraft { confirm: SHOP.into() }).await
}

async fn request_refused(plane: &Running) -> Problem {
    request(plane).await.unwrap_err().problem()
}

/// Waits until the request is in this state.
async fn becomes(plane: &Running, request: &DeleteRequest, state: DeleteRequestState) -> DeleteRequest {
    eventually(&format!("the request is {state}"), async || {
        let request = plane.deletes().get(&ines(), request.id).await.unwrap();
        assert!(request.state == state || !request.state.is_over(), "{request:#?}");
        (request.state == state).then_some(request)
    })
    .await
}

/// Waits until the project is in the trash, without its row.
async fn is_gone(plane: &Running) {
    eventually("the project has no row", async || {
        plane.projects().get(&ines(), &id(SHOP)).await.is_err().then_some(())
    })
    .await;
    assert_eq!(plane.deletes().trash(&ines()).await.unwrap().len(), 1);
    assert_eq!(plane.retained_databases().list(&ines()).await.unwrap(), [], "it is not retained");
}

async fn sentences(plane: &Running) -> Vec<String> {
    plane.events(SHOP).await.into_iter().map(|event| event.sentence).collect()
}

#[tokio::test]
async fn a_delete_is_requested_approved_by_another_operator_and_undone() {
    let (world, plane) = shop_with(always()).await;
    let preview = plane.deletes().preview(&ines(), &id(SHOP)).await.unwrap();
    assert!(
        preview.needs_approval && preview.takes_backup && preview.facts.hostnames.len() == 1,
        "{preview:#?}"
    );
    let filed = request(&plane).await.unwrap();
    assert_eq!((filed.state, filed.is_own), (DeleteRequestState::Pending, true));
    let proof = judged(&plane, filed.backup_id).await;
    assert!(proof.is_verified() && proof.kind == BackupKind::PreDelete, "{proof:#?}");
    for own in [ines(), token_of_ines()] {
        let refused = plane.deletes().approve(&own, filed.id, &approval()).await;
        assert_eq!(refused.unwrap_err().problem().kind, ProblemKind::Forbidden);
    }
    let again = request_refused(&plane).await;
    assert!(again.kind == ProblemKind::Conflict && again.detail.contains(&filed.id.to_string()), "{again:?}");
    let retaining = plane.projects().delete(&ines(), &id(SHOP)).await.unwrap_err().problem();
    assert_eq!(retaining.title, "A delete is requested already");
    let removed = plane.backups().remove(&ines(), filed.backup_id).await.unwrap_err().problem();
    assert!(removed.detail.contains("rests on"), "{removed:?}");
    assert_eq!(world.browse("shop.example.test").await, Ok(200), "it runs until the approval");

    let approved = plane.deletes().approve(&bela(), filed.id, &approval()).await.unwrap();
    assert_eq!((approved.decided_by, approved.is_own), (Some(bela().actor().clone()), false));
    let executed = becomes(&plane, &filed, DeleteRequestState::Executed).await;
    is_gone(&plane).await;
    let last = plane.backups().get(&ines(), executed.last_backup_id.unwrap()).await.unwrap();
    assert_eq!((last.is_verified(), last.rows, last.kind), (true, Some(1000), BackupKind::PreDelete));
    let names = world.real().names().await;
    assert!(matches!(names.as_slice(), [name] if name.starts_with("proj_shop_t_")), "{names:?}");
    assert_ne!(world.browse("shop.example.test").await, Ok(200));
    let taken = plane.projects().create(&ines(), world.draft(SHOP), None).await.unwrap_err().problem();
    assert!(taken.errors[0].message.contains("in the trash"), "{taken:?}");

    undo(&world, &plane).await;
    let told = sentences(&plane).await;
    for part in
        ["requested; another operator", "of ines@example.com approved", "Moved to the trash", "Brought back"]
    {
        assert!(told.iter().any(|sentence| sentence.contains(part)), "{part}: {told:#?}");
    }
}

/// Brings the shop back: refused while another project has its name, then it is as it was.
async fn undo(world: &World, plane: &Running) {
    let thief = model::ProjectDraft { hostname: "shop.example.test".into(), ..world.draft("thief") };
    plane.create(thief).await;
    let refused = plane.projects().undelete(&ines(), &id(SHOP)).await.unwrap_err().problem();
    assert!(refused.kind == ProblemKind::Conflict && refused.detail.contains("thief"), "{refused:?}");
    let hostname = Some("thief.example.test".to_owned());
    let edit = edit_now(plane, "thief", ProjectPatch { hostname, ..ProjectPatch::default() }).await.unwrap();
    plane.succeeds(&edit).await;
    eventually("the name is free", async || {
        world
            .plane()
            .await
            .registry()
            .owner_of(&"shop.example.test".parse().unwrap())
            .await
            .unwrap()
            .is_none()
            .then_some(())
    })
    .await;
    let undeleted = plane.projects().undelete(&ines(), &id(SHOP)).await.unwrap();
    plane.succeeds(&undeleted).await;
    assert_eq!(rows(world).await, "1000");
    assert_eq!(std::fs::read_to_string(upload(world)).unwrap(), "first");
    plane.becomes(SHOP, "runs", |shop| shop.observed.facts.ready.present().is_some()).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    assert_eq!(plane.deletes().trash(&ines()).await.unwrap(), []);
    no_copy_is_left(world).await;
}

#[tokio::test]
async fn after_its_days_in_the_trash_everything_but_the_backups_is_destroyed() {
    let policy = DeletePolicy { trash: std::time::Duration::ZERO, ..never() };
    let (world, plane) = shop_with(policy).await;
    let filed = request(&plane).await.unwrap();
    assert!(!filed.needs_approval);
    becomes(&plane, &filed, DeleteRequestState::Executed).await;
    eventually("the database is dropped", async || world.real().names().await.is_empty().then_some(())).await;
    eventually("the trash is empty", async || {
        plane.deletes().trash(&ines()).await.unwrap().is_empty().then_some(())
    })
    .await;
    let role = "select count(*) from pg_roles where rolname = 'proj_shop'";
    assert_eq!(world.real().text("postgres", role).await, "0");
    let scope = control_plane::ports::secret_store::SecretScope::Project(id(SHOP));
    let left = control_plane::ports::secret_store::SecretReader::list(&world.secrets, &scope).await.unwrap();
    assert!(left.is_empty() && !upload(&world).exists(), "{left:?}");
    assert_eq!(newest(&plane).await.rows, Some(1000), "its backups outlive it");
    let refused = plane.projects().undelete(&ines(), &id(SHOP)).await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::NotFound);
    let told = sentences(&plane).await;
    assert!(told.iter().any(|it| it.contains("dropped; its data exists in backups only")), "{told:#?}");
    plane.create(world.draft(SHOP)).await;
    let tables = "select count(*) from pg_tables where tablename = 'things'";
    assert_eq!(world.real().text(DATABASE, tables).await, "0", "the id is free, with a new database");
}
