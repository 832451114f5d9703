//! Operators, their log-ins and tokens.

use std::net::IpAddr;

use control_plane::operators::login_failures::ClientNetwork;
use control_plane::{ControlPlane, Error, OpContext};
use model::{Actor, Grants, ProblemKind, Role};
use secrecy::ExposeSecret as _;

use crate::support::world::id;
use crate::support::{World, ines};

const EMAIL: &str = "ines@example.com";
const PASSWORD: &str = "correct horse battery";

fn here() -> ClientNetwork {
    ClientNetwork::default()
}

fn host() -> OpContext {
    OpContext::platform(Actor::Host)
}

/// A fleet with one operator.
async fn with_operator() -> (World, ControlPlane) {
    let world = World::new().await;
    let plane = world.plane().await;
    plane.operators().create(&host(), EMAIL.into(), PASSWORD.into(), Role::Owner).await.unwrap();
    (world, plane)
}

fn kind<T: std::fmt::Debug>(answer: Result<T, Error>) -> ProblemKind {
    answer.unwrap_err().problem().kind
}

#[tokio::test]
async fn a_setup_link_makes_the_first_owner_once() {
    let world = World::new().await;
    let plane = world.plane().await;
    let operators = plane.operators();
    assert!(operators.needs_setup().await.unwrap());
    let code = operators.make_setup_link().await.unwrap();
    let code = code.expose_secret();
    operators.check_setup_link(code).await.unwrap();
    let identity = operators.set_up(code, "Ines@Example.com".into(), PASSWORD.into()).await.unwrap();
    let op = operators.identify(&identity).await.unwrap().unwrap();
    let me = operators.me(&op).await.unwrap();
    assert_eq!((me.email.as_str(), me.grants), (EMAIL, Grants::everything()));
    assert!(!operators.needs_setup().await.unwrap());
    let again = operators.set_up(code, "eve@example.com".into(), PASSWORD.into()).await;
    assert_eq!(kind(again), ProblemKind::NotFound);
    assert_eq!(kind(operators.check_setup_link(code).await), ProblemKind::NotFound);
}

#[tokio::test]
async fn a_wrong_form_does_not_use_the_setup_link_up() {
    let world = World::new().await;
    let plane = world.plane().await;
    let operators = plane.operators();
    let code = operators.make_setup_link().await.unwrap();
    let refused =
        operators.set_up(code.expose_secret(), "ines".into(), "short".into()).await.unwrap_err().problem();
    assert!(refused.for_field("email").is_some() && refused.for_field("password").is_some(), "{refused:?}");
    operators.set_up(code.expose_secret(), EMAIL.into(), PASSWORD.into()).await.unwrap();
}

#[tokio::test]
async fn a_setup_link_ends_when_it_expires_or_is_replaced() {
    let world = World::new().await;
    let plane = world.plane().await;
    let first = plane.operators().make_setup_link().await.unwrap();
    let second = plane.operators().make_setup_link().await.unwrap();
    assert_eq!(kind(plane.operators().check_setup_link(first.expose_secret()).await), ProblemKind::NotFound);
    world.database.sql("update setup_links set expires_at = now()").await.unwrap();
    let late = plane.operators().set_up(second.expose_secret(), EMAIL.into(), PASSWORD.into()).await;
    assert_eq!(kind(late), ProblemKind::NotFound);
}

#[tokio::test]
async fn address_and_password_log_in_and_nothing_tells_which_was_wrong() {
    let (_world, plane) = with_operator().await;
    let operators = plane.operators();
    let identity = operators.log_in(" INES@example.com ".into(), PASSWORD.into(), here()).await.unwrap();
    assert!(operators.identify(&identity).await.unwrap().is_some());
    let wrong = [
        operators.log_in(EMAIL.into(), "wrong horse battery".into(), here()).await,
        operators.log_in("eve@example.com".into(), PASSWORD.into(), here()).await,
        operators.log_in("no address".into(), PASSWORD.into(), here()).await,
        operators.log_in(EMAIL.into(), "".into(), here()).await,
    ];
    let mut problems: Vec<_> = wrong.into_iter().map(|answer| answer.unwrap_err().problem()).collect();
    problems.dedup();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].kind, ProblemKind::Unauthenticated);
}

#[tokio::test]
async fn after_five_wrong_log_ins_the_next_one_from_there_waits_whoever_the_address_is() {
    let (_world, plane) = with_operator().await;
    let operators = plane.operators();
    let mut waits = Vec::new();
    for address in [EMAIL, "nobody@example.com", "no address"] {
        for _ in 0..5 {
            let answer = operators.log_in(address.into(), "wrong".into(), here()).await;
            assert_eq!(kind(answer), ProblemKind::Unauthenticated, "{address}");
        }
        let problem = operators.log_in(address.into(), PASSWORD.into(), here()).await.unwrap_err().problem();
        waits.push((problem.kind, problem.title, problem.retry_after_s.unwrap().div_ceil(5)));
    }
    waits.dedup();
    assert_eq!(
        waits,
        [(ProblemKind::TooMany, "Too many attempts".to_owned(), 6)],
        "one answer for all, of 30 s"
    );
}

#[tokio::test]
async fn a_stranger_who_guesses_does_not_keep_the_owner_out() {
    let (_world, plane) = with_operator().await;
    let operators = plane.operators();
    let stranger = ClientNetwork::from(IpAddr::from([203, 0, 113, 9]));
    for _ in 0..5 {
        let _ = operators.log_in(EMAIL.into(), "wrong".into(), stranger).await;
    }
    assert_eq!(kind(operators.log_in(EMAIL.into(), PASSWORD.into(), stranger).await), ProblemKind::TooMany);
    operators.log_in(EMAIL.into(), PASSWORD.into(), here()).await.unwrap();
}

#[tokio::test]
async fn a_right_log_in_and_a_reset_end_the_count() {
    let (_world, plane) = with_operator().await;
    let operators = plane.operators();
    let wrong = async |times| {
        for _ in 0..times {
            let answer = operators.log_in(EMAIL.into(), "wrong".into(), here()).await;
            assert_eq!(kind(answer), ProblemKind::Unauthenticated);
        }
    };
    wrong(4).await;
    operators.log_in(EMAIL.into(), PASSWORD.into(), here()).await.unwrap();
    wrong(5).await;
    assert_eq!(kind(operators.log_in(EMAIL.into(), PASSWORD.into(), here()).await), ProblemKind::TooMany);
    let password = "another horse battery";
    operators.reset(&host(), &EMAIL.parse().unwrap(), password.into()).await.unwrap();
    operators.log_in(EMAIL.into(), password.into(), here()).await.unwrap();
}

#[tokio::test]
async fn many_log_ins_at_once_are_few_guesses() {
    let (_world, plane) = with_operator().await;
    let guesses = (0..40).map(|_| async {
        plane.operators().log_in(EMAIL.into(), "wrong".into(), here()).await.unwrap_err().problem().kind
    });
    let answers = futures::future::join_all(guesses).await;
    let tried = answers.iter().filter(|kind| **kind == ProblemKind::Unauthenticated).count();
    assert!((5..=8).contains(&tried), "{tried} of 40 were tried");
}

#[tokio::test]
async fn a_new_password_ends_sessions_and_tokens_of_before() {
    let (_world, plane) = with_operator().await;
    let operators = plane.operators();
    let identity = operators.log_in(EMAIL.into(), PASSWORD.into(), here()).await.unwrap();
    let op = operators.identify(&identity).await.unwrap().unwrap();
    let (_, token) = operators.create_token(&op, "pipeline".into()).await.unwrap();
    assert!(operators.identify_token(&token).await.unwrap().is_some());
    let password = "another horse battery";
    operators.reset(&host(), &EMAIL.parse().unwrap(), password.into()).await.unwrap();
    assert!(operators.identify(&identity).await.unwrap().is_none());
    assert!(operators.identify_token(&token).await.unwrap().is_none());
    assert_eq!(
        kind(operators.log_in(EMAIL.into(), PASSWORD.into(), here()).await),
        ProblemKind::Unauthenticated
    );
    let identity = operators.log_in(EMAIL.into(), password.into(), here()).await.unwrap();
    let op = operators.identify(&identity).await.unwrap().unwrap();
    assert_eq!(operators.tokens(&op).await.unwrap(), []);
    let (_, token) = operators.create_token(&op, "pipeline".into()).await.unwrap();
    assert!(operators.identify_token(&token).await.unwrap().is_some());
}

#[tokio::test]
async fn a_token_acts_for_its_operator_under_its_own_name() {
    let (world, plane) = with_operator().await;
    let email = EMAIL.parse().unwrap();
    let (_, token) = plane.operators().create_token_for(&host(), &email, "pipeline".into()).await.unwrap();
    let op = plane.operators().identify_token(&token).await.unwrap().unwrap();
    plane.projects().create(&op, world.draft("shop"), None).await.unwrap();
    let events =
        plane.projects().events(&op, &id("shop"), model::EventFilter::default(), None).await.unwrap().items;
    assert_eq!(events[0].actor.as_ref().unwrap().to_string(), "token:pipeline (ines@example.com)");
}

#[tokio::test]
async fn a_token_ends_when_it_is_revoked_or_expires() {
    let (world, plane) = with_operator().await;
    let operators = plane.operators();
    let email = EMAIL.parse().unwrap();
    let (info, token) = operators.create_token_for(&host(), &email, "one".into()).await.unwrap();
    let op = operators.identify_token(&token).await.unwrap().unwrap();
    operators.revoke_token(&op, info.id).await.unwrap();
    assert!(operators.identify_token(&token).await.unwrap().is_none());
    assert_eq!(kind(operators.revoke_token(&op, info.id).await), ProblemKind::NotFound);
    let (_, token) = operators.create_token_for(&host(), &email, "two".into()).await.unwrap();
    world.database.sql("update api_tokens set expires_at = now()").await.unwrap();
    assert!(operators.identify_token(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn an_address_belongs_to_one_operator() {
    let (_world, plane) = with_operator().await;
    let again = plane.operators().create(&host(), EMAIL.to_uppercase(), PASSWORD.into(), Role::Owner).await;
    assert_eq!(again.unwrap_err().problem().status, 409);
}

#[tokio::test]
async fn a_grant_on_one_project_shows_and_opens_nothing_else() {
    let (world, plane) = with_operator().await;
    plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    plane.projects().create(&ines(), world.draft("blog"), None).await.unwrap();
    world.database.sql("update grants set project_set = '{shop}'").await.unwrap();
    let identity = plane.operators().log_in(EMAIL.into(), PASSWORD.into(), here()).await.unwrap();
    let op = plane.operators().identify(&identity).await.unwrap().unwrap();

    let fleet = plane.fleet().get(&op).await.unwrap();
    assert_eq!(fleet.projects.iter().map(|project| project.id.as_str()).collect::<Vec<_>>(), ["shop"]);
    let operations =
        plane.operations().list(&op, &model::OperationFilter::default(), None).await.unwrap().items;
    assert_eq!(operations.iter().map(model::Operation::subject).collect::<Vec<_>>(), ["shop"]);
    plane.projects().stop(&op, &id("shop")).await.unwrap();

    let blog = id("blog");
    let name = "API_KEY".parse().unwrap();
    assert_eq!(kind(plane.projects().get(&op, &blog).await), ProblemKind::Forbidden);
    assert_eq!(kind(plane.projects().stop(&op, &blog).await), ProblemKind::Forbidden);
    assert_eq!(kind(plane.projects().delete(&op, &blog).await), ProblemKind::Forbidden);
    assert_eq!(
        kind(plane.projects().events(&op, &blog, model::EventFilter::default(), None).await),
        ProblemKind::Forbidden
    );
    assert_eq!(kind(plane.projects().create(&op, world.draft("wiki"), None).await), ProblemKind::Forbidden);
    assert_eq!(kind(plane.secrets().list(&op, &blog).await), ProblemKind::Forbidden);
    assert_eq!(kind(plane.secrets().put(&op, &blog, &name, "x".into()).await), ProblemKind::Forbidden);
    assert_eq!(
        kind(plane.audit().events(&op, &model::EventFilter::default(), None).await),
        ProblemKind::Forbidden
    );
    assert_eq!(kind(plane.repositories().list(&op).await), ProblemKind::Forbidden);
    assert_eq!(kind(plane.image_registries().list(&op).await), ProblemKind::Forbidden);
}

#[tokio::test]
async fn everything_that_is_done_is_in_the_trail() {
    let (world, plane) = with_operator().await;
    let operators = plane.operators();
    let identity = operators.log_in(EMAIL.into(), PASSWORD.into(), here()).await.unwrap();
    let op = operators.identify(&identity).await.unwrap().unwrap();
    let (info, _) = operators.create_token(&op, "pipeline".into()).await.unwrap();
    operators.revoke_token(&op, info.id).await.unwrap();
    let draft = model::RepositoryDraft { url: "https://git.example.test/a.git".into(), ..Default::default() };
    let repository = plane.repositories().add(&op, draft).await.unwrap();
    plane.repositories().remove(&op, repository.id).await.unwrap();
    plane.projects().create(&op, world.draft("shop"), None).await.unwrap();
    plane.secrets().put(&op, &id("shop"), &"API_KEY".parse().unwrap(), "x".into()).await.unwrap();
    plane.projects().stop(&op, &id("shop")).await.unwrap();
    plane.projects().delete(&op, &id("shop")).await.unwrap();
    operators.reset(&host(), &EMAIL.parse().unwrap(), PASSWORD.into()).await.unwrap();
    let mut events = plane.audit().events(&host(), &model::EventFilter::default(), None).await.unwrap().items;
    events.reverse();
    let told: Vec<_> =
        events.iter().map(|it| (it.action.as_str(), it.actor.as_ref().unwrap().to_string())).collect();
    let ines = "operator:ines@example.com";
    let wanted = [
        ("operator.create", "host"),
        ("log_in", ines),
        ("token.create", ines),
        ("token.revoke", ines),
        ("repository.add", ines),
        ("repository.remove", ines),
        ("project.create", ines),
        ("secret.put", ines),
        ("project.stop", ines),
        ("project.delete", ines),
        ("operator.reset", "host"),
    ];
    assert_eq!(told, wanted.map(|(action, actor)| (action, actor.to_owned())));
}
