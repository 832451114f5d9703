//! The request of a deploy as it is typed.

use model::{DeployDraft, DeployPlan};
use serde::{Deserialize, Serialize};

/// The request as typed; a checkbox that is not checked is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DeployForm {
    /// The commit.
    pub(crate) r#ref: String,
    /// Its repository.
    pub(crate) repo: String,
    /// Its path.
    pub(crate) path: String,
    /// The release, or empty.
    pub(crate) release: String,
    /// The id of the project, where it is asked for.
    pub(crate) confirm: String,
    /// `true`, or empty.
    pub(crate) backup_first: String,
    /// `true`, or empty.
    pub(crate) pause: String,
    /// `true`, or empty.
    pub(crate) rehearse: String,
    /// `true`, or empty: whether the columns of `leftover` are freed.
    pub(crate) free: String,
    /// Columns that the schema leaves over, one a line.
    pub(crate) leftover: String,
}

impl DeployForm {
    /// What the form begins with.
    pub(crate) fn suggested(plan: &DeployPlan) -> Self {
        let on = |is: bool| if is { "true".to_owned() } else { String::new() };
        Self { backup_first: on(true), rehearse: on(plan.gate.rehearse), ..Self::default() }
    }

    /// The draft.
    pub(crate) fn draft(&self) -> DeployDraft {
        let columns = self.leftover.lines().map(str::to_owned);
        DeployDraft {
            r#ref: self.r#ref.clone(),
            repo: self.repo.clone(),
            path: self.path.clone(),
            release: self.release.clone(),
            confirm: self.confirm.clone(),
            backup_first: self.backup_first == "true",
            pause: self.pause == "true",
            rehearse: Some(self.rehearse == "true"),
            free_columns: if self.free == "true" { columns.collect() } else { Vec::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DeployForm;

    #[test]
    fn columns_are_freed_only_where_the_box_is_checked() {
        let form = DeployForm { leftover: "orders.note\norders.at".into(), ..DeployForm::default() };
        assert!(form.draft().free_columns.is_empty());
        let checked = DeployForm { free: "true".into(), ..form };
        assert_eq!(checked.draft().free_columns, ["orders.note", "orders.at"]);
        assert!(!checked.draft().backup_first);
    }
}
