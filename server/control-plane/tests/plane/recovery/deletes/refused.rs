//! Requests that do not lead to a delete change nothing.

use std::time::Duration;

use super::*;

/// The project is what it was.
async fn nothing_changed(world: &World, plane: &Running) {
    no_copy_is_left(world).await; // a verification may still run
    assert_eq!((rows(world).await.as_str(), world.browse("shop.example.test").await), ("1000", Ok(200)));
    assert_eq!(world.real().names().await, [DATABASE]);
    assert_eq!(plane.deletes().trash(&ines()).await.unwrap(), []);
}

#[tokio::test]
async fn a_request_that_is_refused_withdrawn_or_expired_changes_nothing() {
    let (world, plane) = shop_with(always()).await;
    let backup = judged(&plane, back_up(&plane).await.id).await;

    let filed = request(&plane).await.unwrap();
    assert_eq!(filed.backup_id, backup.id, "a verified backup that is young enough is not taken again");
    assert_eq!((filed.shown.rows, filed.shown.backups), (Some(1000), 1));
    let none =
        plane.deletes().refuse(&bela(), filed.id, &ReasonDraft::default()).await.unwrap_err().problem();
    assert_eq!(none.errors[0].field, "reason");
    let reason = ReasonDraft { reason: "we still need it".into() };
    let refused = plane.deletes().refuse(&bela(), filed.id, &reason).await.unwrap();
    assert_eq!(
        (refused.state, refused.reason.as_deref()),
        (DeleteRequestState::Refused, Some("we still need it"))
    );
    let late = plane.deletes().approve(&bela(), filed.id, &approval()).await.unwrap_err().problem();
    assert_eq!(
        (late.kind, late.title.as_str()),
        (ProblemKind::Conflict, "The delete request is decided already")
    );

    let filed = request(&plane).await.unwrap();
    let not_own = plane.deletes().withdraw(&bela(), filed.id, &ReasonDraft::default()).await;
    assert_eq!(not_own.unwrap_err().problem().kind, ProblemKind::Forbidden);
    let withdrawn =
        plane.deletes().withdraw(&token_of_ines(), filed.id, &ReasonDraft::default()).await.unwrap();
    assert_eq!(withdrawn.state, DeleteRequestState::Withdrawn);
    plane.stop().await;

    let deletes = DeletePolicy { expiry: Duration::from_millis(300), ..always() };
    let plane = world.start_with(Settings { deletes, ..world.settings() }).await;
    let filed = request(&plane).await.unwrap();
    becomes(&plane, &filed, DeleteRequestState::Expired).await;
    let late = plane.deletes().approve(&bela(), filed.id, &approval()).await.unwrap_err().problem();
    assert_eq!(late.kind, ProblemKind::Conflict);
    let over = plane.deletes().decided(&ines(), None).await.unwrap();
    assert_eq!(over.items.len(), 3);
    nothing_changed(&world, &plane).await;
}

#[tokio::test]
async fn a_protected_project_and_one_that_is_backed_up_take_no_request() {
    let (world, plane) = shop_with(never()).await;
    let wrong = DeleteRequestDraft { confirm: "shop-2".into() };
    let refused = plane.deletes().request(&ines(), &id(SHOP), &wrong).await.unwrap_err().problem();
    assert_eq!(refused.errors[0].field, "confirm");
    let operation = plane.backups().create(&ines(), &id(SHOP)).await.unwrap();
    let refused = request_refused(&plane).await;
    assert_eq!((refused.kind, refused.operation), (ProblemKind::Conflict, Some(operation.id)));
    plane.succeeds(&operation).await;

    let protect = |on| ProjectPatch { delete_protection: Some(on), ..ProjectPatch::default() };
    let edit = edit_now(&plane, SHOP, protect(true)).await.unwrap();
    plane.succeeds(&edit).await;
    assert!(plane.project(SHOP).await.delete_protection);
    let refused = request_refused(&plane).await;
    assert!(refused.detail.contains("--delete-protection off"), "{refused:?}");
    let refused = plane.projects().delete(&ines(), &id(SHOP)).await.unwrap_err().problem();
    assert_eq!(refused.title, "The project is protected from deletion");
    let told = sentences(&plane).await;
    assert!(told.contains(&"Deletion protection switched on".to_owned()), "{told:#?}");
    nothing_changed(&world, &plane).await;
}

#[tokio::test]
async fn a_cancelled_delete_leaves_the_project_running_and_its_request_failed() {
    let (world, plane) = shop_with(never()).await;
    judged(&plane, back_up(&plane).await.id).await;
    let filed = request(&plane).await.unwrap();
    let executing = becomes(&plane, &filed, DeleteRequestState::Executing).await;
    let operation = executing.operation_id.unwrap();
    plane.operations().cancel(&ines(), operation).await.unwrap();
    plane.over(operation).await;
    let over = becomes(&plane, &filed, DeleteRequestState::Failed).await;
    assert_eq!(over.problem.unwrap().title, "The delete was cancelled");
    eventually("it runs again", async || (world.browse("shop.example.test").await == Ok(200)).then_some(()))
        .await;
    nothing_changed(&world, &plane).await;
}

#[tokio::test]
async fn approvals_are_needed_where_more_than_one_operator_may_give_them() {
    let (_world, plane) = shop_with(DeletePolicy::default()).await;
    let pool = plane.registry().sessions();
    for (number, role, expected) in [(1, "owner", false), (2, "deployer", false), (3, "admin", true)] {
        let operator = uuid::Uuid::from_u128(number);
        sqlx::query("insert into operators (id, email, password_hash) values ($1, $2, 'x')")
            .bind(operator)
            .bind(format!("{number}@example.com"))
            .execute(pool)
            .await
            .unwrap();
        let grant = sqlx::query("insert into grants (operator_id, role) values ($1, $2)");
        grant.bind(operator).bind(role).execute(pool).await.unwrap();
        let preview = plane.deletes().preview(&ines(), &id(SHOP)).await.unwrap();
        assert_eq!(preview.needs_approval, expected, "{role}");
    }
}
