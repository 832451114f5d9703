//! What is refused, and who may see what.

use control_plane::OpContext;
use control_plane::context::Authentication;
use model::{
    Actor, Grants, ProblemKind, ProjectDraft, ProjectSet, ResumeDraft, Role, RolloutDraft, RolloutState,
};

use super::{PROJECTS, becomes, begin, draft, members, run, three};
use crate::support::world::id;
use crate::support::{World, ines};

/// An operator with a role on some projects.
fn operator(role: Role, projects: &[&str]) -> OpContext {
    let actor = Actor::Operator("bela@example.com".parse().unwrap());
    let authentication = Authentication::session(time::OffsetDateTime::UNIX_EPOCH);
    let projects = ProjectSet::Only(projects.iter().map(|project| id(project)).collect());
    let grants = Grants::one(role, projects);
    OpContext::operator(actor, uuid::Uuid::from_u128(8).into(), grants, authentication)
}

#[tokio::test]
async fn every_member_needs_the_right_to_deploy() {
    let (_world, plane, next) = three().await;
    let deployer = operator(Role::Deployer, &["blog", "crm"]);
    let refused = plane.rollouts().begin(&deployer, &draft(&next)).await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::Forbidden);
    let mine = RolloutDraft { projects: Vec::new(), class: "production".into(), ..draft(&next) };
    let plan = plane.rollouts().plan(&deployer, &mine).await.unwrap();
    assert_eq!(plan.members.len(), 2, "a filter chooses among what the caller may deploy");

    let rollout = run(&plane, &RolloutDraft { bake_s: 3600, ..draft(&next) }).await;
    let seen = plane.rollouts().get(&deployer, rollout.id).await.unwrap();
    assert_eq!((seen.members.len(), seen.counts.total()), (2, 3));
    let cancel = plane.rollouts().cancel(&deployer, rollout.id).await.unwrap_err().problem();
    assert_eq!(cancel.kind, ProblemKind::Forbidden, "one member that is left is not theirs");
    let viewer = operator(Role::Viewer, &["other"]);
    assert!(plane.rollouts().list(&viewer, None).await.unwrap().items.is_empty());
    let unseen = plane.rollouts().get(&viewer, rollout.id).await.unwrap_err().problem();
    assert_eq!(unseen.kind, ProblemKind::NotFound);
    let resumed = plane.rollouts().resume(&ines(), rollout.id, &ResumeDraft::default()).await;
    assert_eq!(resumed.unwrap_err().problem().title, "The rollout is running");
}

#[tokio::test]
async fn an_operator_who_lost_their_grant_deploys_nothing() {
    let (_world, plane, next) = three().await;
    // this operator has no row, so no grants are found when the first member begins
    let gone = operator(Role::Owner, &PROJECTS);
    let rollout = plane.rollouts().begin(&gone, &draft(&next)).await.unwrap();
    let paused = becomes(&plane, &rollout, RolloutState::Paused).await;
    assert_eq!(members(&paused), "failed waiting waiting");
    assert_eq!(paused.problem.unwrap().kind, ProblemKind::Forbidden);
}

#[tokio::test]
async fn a_filter_chooses_development_first_and_a_branch_is_resolved() {
    let world = World::new().await;
    let plane = begin(&world).await;
    for (project, class) in [("atlas", "production"), ("beta", "development"), ("cms", "staging")] {
        let labels = [("team".to_owned(), "shop".to_owned())].into();
        let draft = ProjectDraft { class: class.into(), labels, ..world.draft(project) };
        plane.create(draft).await;
    }
    let chosen = RolloutDraft { projects: Vec::new(), labels: vec!["team".into()], ..draft(&world.good) };
    let plan = plane.rollouts().plan(&ines(), &chosen).await.unwrap();
    let ids: Vec<_> = plan.members.iter().map(|member| member.project_id.as_str()).collect();
    assert_eq!(ids, ["beta", "cms", "atlas"]);

    let nobody = RolloutDraft { labels: vec!["team=crm".into()], ..chosen.clone() };
    let refused = plane.rollouts().begin(&ines(), &nobody).await.unwrap_err().problem();
    assert_eq!(refused.errors[0].field, "projects");
    let unknown = RolloutDraft { r#ref: "no-such-branch".into(), ..chosen.clone() };
    let refused = plane.rollouts().plan(&ines(), &unknown).await.unwrap_err().problem();
    assert_eq!(refused.errors[0].field, "ref");
    let other = RolloutDraft {
        path: "blog/schema.ts".into(),
        projects: vec!["atlas".into()],
        labels: Vec::new(),
        ..chosen
    };
    let refused = plane.rollouts().plan(&ines(), &other).await.unwrap_err().problem();
    assert_eq!(refused.errors[0].field, "path");
}
