//! The request of a rollout as it is typed: in the address while it is checked, in the form that begins it.

use model::RolloutDraft;
use serde::{Deserialize, Serialize};

use crate::address::query;

/// The request as typed; a checkbox that is not checked is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RolloutForm {
    /// The commit, branch or tag.
    pub(crate) r#ref: String,
    /// The repository, or empty.
    pub(crate) repo: String,
    /// The path, or empty.
    pub(crate) path: String,
    /// The release, or empty.
    pub(crate) release: String,
    /// Ids, one a line.
    pub(crate) projects: String,
    /// Labels, separated by white space.
    pub(crate) labels: String,
    /// The class, or empty.
    pub(crate) class: String,
    /// Why.
    pub(crate) reason: String,
    /// Members at once.
    pub(crate) at_once: String,
    /// Seconds.
    pub(crate) bake_s: String,
    /// `true`, or empty.
    pub(crate) backup_first: String,
    /// `true`, or empty.
    pub(crate) pause: String,
    /// `yes`, `no`, or empty: by class.
    pub(crate) rehearse: String,
}

impl Default for RolloutForm {
    fn default() -> Self {
        let empty = String::new;
        Self {
            r#ref: empty(),
            repo: empty(),
            path: empty(),
            release: empty(),
            projects: empty(),
            labels: empty(),
            class: empty(),
            reason: empty(),
            at_once: "1".to_owned(),
            bake_s: "60".to_owned(),
            backup_first: empty(),
            pause: empty(),
            rehearse: empty(),
        }
    }
}

impl RolloutForm {
    /// What the form begins with.
    pub(super) fn suggested() -> Self {
        let typed = |name: &str| query(name).unwrap_or_default();
        Self {
            backup_first: "true".to_owned(),
            projects: typed("projects"),
            labels: typed("labels"),
            ..Self::default()
        }
    }

    /// What the address of the page names to be checked; `None` if it names no version.
    pub(super) fn of_address() -> Option<Self> {
        let typed = |name: &str| query(name).unwrap_or_default().trim().to_owned();
        let is_check = !typed("ref").is_empty() || !typed("release").is_empty();
        is_check.then(|| Self {
            r#ref: typed("ref"),
            repo: typed("repo"),
            path: typed("path"),
            release: typed("release"),
            projects: typed("projects"),
            labels: typed("labels"),
            class: typed("class"),
            reason: typed("reason"),
            at_once: typed("at_once"),
            bake_s: typed("bake_s"),
            backup_first: typed("backup_first"),
            pause: typed("pause"),
            rehearse: typed("rehearse"),
        })
    }

    /// Names and values, without those that are empty.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let Self { r#ref, repo, path, release, projects, labels, class, .. } = self.clone();
        let Self { reason, at_once, bake_s, backup_first, pause, rehearse, .. } = self.clone();
        let pairs = [
            ("ref", r#ref),
            ("repo", repo),
            ("path", path),
            ("release", release),
            ("projects", projects),
            ("labels", labels),
            ("class", class),
            ("reason", reason),
            ("at_once", at_once),
            ("bake_s", bake_s),
            ("backup_first", backup_first),
            ("pause", pause),
            ("rehearse", rehearse),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The draft. A number that is none is refused by it.
    pub(crate) fn draft(&self) -> RolloutDraft {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        RolloutDraft {
            r#ref: self.r#ref.clone(),
            repo: self.repo.clone(),
            path: self.path.clone(),
            release: self.release.clone(),
            projects: words(&self.projects),
            labels: words(&self.labels),
            class: self.class.clone(),
            reason: self.reason.clone(),
            at_once: self.at_once.trim().parse().unwrap_or_default(),
            bake_s: self.bake_s.trim().parse().unwrap_or(u32::MAX),
            backup_first: self.backup_first == "true",
            pause: self.pause == "true",
            rehearse: match self.rehearse.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RolloutForm;

    #[test]
    fn ids_are_separated_by_white_space_and_wrong_numbers_are_refused() {
        let form =
            RolloutForm { projects: "shop\r\n crm".into(), at_once: "two".into(), ..RolloutForm::default() };
        let draft = form.draft();
        assert_eq!((draft.projects, draft.at_once, draft.bake_s), (vec!["shop".into(), "crm".into()], 0, 60));
        assert_eq!(draft.rehearse, None);
    }
}
