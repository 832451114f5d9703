//! Which callers get which hints.

use control_plane::OpContext;
use control_plane::context::Authentication;
use model::{Actor, Grants, Hint, ProjectSet, Role};
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

use super::visible;

fn of_blog() -> OpContext {
    let grants = Grants::one(Role::Owner, ProjectSet::Only(["blog".parse().unwrap()].into()));
    OpContext::operator(
        Actor::Operator("ben@example.com".parse().unwrap()),
        uuid::Uuid::from_u128(1).into(),
        grants,
        Authentication::session(time::OffsetDateTime::UNIX_EPOCH),
    )
}

fn project(id: &str) -> Hint {
    Hint::Project { project_id: id.parse().unwrap() }
}

fn operation(id: &str) -> Hint {
    Hint::Operation { project_id: Some(id.parse().unwrap()), operation_id: uuid::Uuid::from_u128(2).into() }
}

#[test]
fn hints_of_others_projects_are_kept_back() {
    for hint in [project("blog"), operation("blog"), Hint::Fleet] {
        assert_eq!(visible(Ok(hint.clone()), &of_blog()), Some(hint));
    }
    assert_eq!(visible(Ok(project("shop")), &of_blog()), None);
    assert_eq!(visible(Ok(operation("shop")), &of_blog()), None);
}

#[test]
fn whoever_missed_some_looks_at_everything() {
    assert_eq!(visible(Err(BroadcastStreamRecvError::Lagged(3)), &of_blog()), Some(Hint::Fleet));
}
