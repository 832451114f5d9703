//! Webhooks of repositories: what is proposed after a push, and what is not.

use control_plane::testing::schema_source::Entry;
use control_plane::webhooks::Receipt;
use model::{DeployProposal, GitHost, RepositoryDraft, RepositoryId};

use crate::support::world::{PATH, REPO, id};
use crate::support::{Running, World, eventually, ines};

const MAIN: &str = r#"{"ref":"refs/heads/main","after":"not used"}"#;

/// A plane with the project `shop` and the webhook of its repository.
async fn with_webhook(world: &World) -> (Running, RepositoryId, String) {
    let plane = world.start().await;
    let draft = RepositoryDraft { url: REPO.into(), ..RepositoryDraft::default() };
    let repository = plane.repositories().add(&ines(), draft).await.unwrap().id;
    plane.create(world.draft("shop")).await;
    let made = plane.webhooks().create(&ines(), repository).await.unwrap();
    assert_eq!(made.path, format!("/hooks/repositories/{repository}"));
    (plane, repository, made.secret)
}

/// A delivery of GitLab: its token needs no signature of the body.
async fn deliver(
    plane: &Running,
    to: RepositoryId,
    (token, uuid): (&str, &str),
    body: &str,
) -> Result<Receipt, u16> {
    let header = |name: &str| match name {
        "x-gitlab-token" => Some(token.to_owned()),
        "x-gitlab-event" => Some("Push Hook".to_owned()),
        "x-gitlab-event-uuid" => Some(uuid.to_owned()),
        _ => None,
    };
    let received = plane.webhooks().receive(Some(to), header, body.as_bytes()).await;
    received.map_err(|error| error.problem().status)
}

async fn proposals(plane: &Running) -> Vec<DeployProposal> {
    plane.deploys().proposals(&ines(), &id("shop")).await.unwrap()
}

/// The proposal with this message.
async fn proposed(plane: &Running, summary: &str) -> DeployProposal {
    eventually("it is proposed", async || {
        proposals(plane).await.into_iter().find(|proposal| proposal.commit.summary == summary)
    })
    .await
}

async fn events(plane: &Running, action: &str) -> usize {
    plane.events("shop").await.iter().filter(|event| event.action == action).count()
}

/// Waits until every delivery was handled.
async fn handled(world: &World) {
    eventually("every delivery is handled", async || {
        let due = "select count(*) from webhook_deliveries where next_attempt_at is not null";
        (world.database.text(due).await == "0").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_push_proposes_the_newest_commit_once_and_changes_nothing() {
    let world = World::new().await;
    let (plane, repository, secret) = with_webhook(&world).await;
    let repo = REPO.parse().unwrap();
    let before = plane.projects().get(&ines(), &id("shop")).await.unwrap();
    world.schemas.commit(&repo, "Add sizes", &[(PATH, Entry::text("model Shop { size }"))]);
    world.schemas.commit(&repo, "Add colours", &[(PATH, Entry::text("model Shop { size colour }"))]);

    assert_eq!(deliver(&plane, repository, (&secret, "1"), MAIN).await, Ok(Receipt::Recorded));
    let proposal = proposed(&plane, "Add colours").await;
    assert_eq!((proposal.host, proposal.branch.as_str()), (GitHost::Gitlab, "main"));
    assert_eq!(deliver(&plane, repository, (&secret, "1"), MAIN).await, Err(409), "it is repeated");
    assert_eq!(deliver(&plane, repository, (&secret, "2"), MAIN).await, Ok(Receipt::Recorded));
    handled(&world).await;
    assert_eq!((events(&plane, "deploy_proposed").await, proposals(&plane).await.len()), (1, 1));
    let fleet = plane.fleet().get(&ines()).await.unwrap();
    assert_eq!(fleet.proposals, [proposal]);
    assert_eq!(fleet.attention().len(), 1, "it is shown with what needs attention");
    let after = plane.projects().get(&ines(), &id("shop")).await.unwrap();
    assert_eq!((after.generation, after.schema_ref), (before.generation, before.schema_ref));
}

#[tokio::test]
async fn a_push_to_another_branch_or_of_another_file_proposes_nothing() {
    let world = World::new().await;
    let (plane, repository, secret) = with_webhook(&world).await;
    let repo = REPO.parse().unwrap();
    assert_eq!(deliver(&plane, repository, (&secret, "0"), MAIN).await, Ok(Receipt::Recorded));
    handled(&world).await;
    assert_eq!(proposals(&plane).await, [], "the declared commit is the newest one");

    let other = r#"{"ref":"refs/heads/other"}"#;
    world.schemas.commit(&repo, "Add sizes", &[(PATH, Entry::text("model Shop { size }"))]);
    assert_eq!(deliver(&plane, repository, (&secret, "1"), other).await, Ok(Receipt::Recorded));
    handled(&world).await;
    assert_eq!(proposals(&plane).await, []);
    let tag = r#"{"ref":"refs/tags/v1"}"#;
    assert_eq!(deliver(&plane, repository, (&secret, "2"), tag).await, Ok(Receipt::Ignored));
    assert_eq!(deliver(&plane, repository, (&secret, "3"), "[]").await, Err(422));
}

#[tokio::test]
async fn a_dismissed_commit_is_not_proposed_again_and_a_later_one_is() {
    let world = World::new().await;
    let (plane, repository, secret) = with_webhook(&world).await;
    let repo = REPO.parse().unwrap();
    world.schemas.commit(&repo, "Add sizes", &[(PATH, Entry::text("model Shop { size }"))]);
    deliver(&plane, repository, (&secret, "1"), MAIN).await.unwrap();
    proposed(&plane, "Add sizes").await;

    plane.deploys().dismiss(&ines(), &id("shop")).await.unwrap();
    assert_eq!((proposals(&plane).await.len(), events(&plane, "deploy_proposal.dismiss").await), (0, 1));
    assert!(plane.fleet().get(&ines()).await.unwrap().proposals.is_empty());
    let again = plane.deploys().dismiss(&ines(), &id("shop")).await.unwrap_err();
    assert_eq!(again.problem().status, 404);
    deliver(&plane, repository, (&secret, "2"), MAIN).await.unwrap();
    handled(&world).await;
    assert_eq!(proposals(&plane).await, []);

    world.schemas.commit(&repo, "Add colours", &[(PATH, Entry::text("model Shop { colour }"))]);
    deliver(&plane, repository, (&secret, "3"), MAIN).await.unwrap();
    proposed(&plane, "Add colours").await;
}

#[tokio::test]
async fn a_repository_that_does_not_answer_is_tried_again() {
    let world = World::new().await;
    let (plane, repository, secret) = with_webhook(&world).await;
    let repo = REPO.parse().unwrap();
    world.schemas.commit(&repo, "Add sizes", &[(PATH, Entry::text("model Shop { size }"))]);
    world.schemas.take_away(&repo);
    deliver(&plane, repository, (&secret, "1"), MAIN).await.unwrap();
    let problem = eventually("the problem is shown", async || {
        let known = plane.repositories().list(&ines()).await.unwrap();
        known.into_iter().find(|known| known.id == repository)?.webhook?.problem
    })
    .await;
    assert!(problem.contains("cannot be reached"), "{problem}");
    assert_eq!(proposals(&plane).await, []);

    world.schemas.give_back(&repo);
    world.database.sql("update webhook_deliveries set next_attempt_at = now()").await.unwrap();
    proposed(&plane, "Add sizes").await;
    handled(&world).await;
    let known = plane.repositories().list(&ines()).await.unwrap();
    assert_eq!(known[0].webhook.as_ref().unwrap().problem, None);
}

#[tokio::test]
async fn a_replaced_or_removed_secret_opens_nothing_any_more() {
    let world = World::new().await;
    let (plane, repository, former) = with_webhook(&world).await;
    assert_eq!(deliver(&plane, repository, (&former, "1"), MAIN).await, Ok(Receipt::Recorded));
    let secret = plane.webhooks().create(&ines(), repository).await.unwrap().secret;
    assert_eq!(deliver(&plane, repository, (&former, "2"), MAIN).await, Err(404));
    assert_eq!(deliver(&plane, repository, (&secret, "3"), MAIN).await, Ok(Receipt::Recorded));
    assert_eq!(
        deliver(&plane, repository, (&secret, "1"), MAIN).await,
        Err(409),
        "a new secret forgets nothing"
    );

    plane.webhooks().remove(&ines(), repository).await.unwrap();
    assert_eq!(deliver(&plane, repository, (&secret, "4"), MAIN).await, Err(404));
    let again = plane.webhooks().remove(&ines(), repository).await.unwrap_err();
    assert_eq!(again.problem().status, 404);
}
