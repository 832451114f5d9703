//! The health of a canary.

use model::{Health, RolloutMember};

use crate::Inner;
use crate::projects::present;
use crate::snapshot::Rows;

/// The health of a member, if it was observed since its deploy had succeeded.
pub(super) fn of(inner: &Inner, rows: &Rows, member: &RolloutMember) -> Option<Health> {
    let since = member.baking_since?;
    let record = rows.records.get(&member.project_id)?;
    let project = present(inner, record);
    (project.observed.at > since).then(|| project.health())
}
