//! What a check of one level found: pure comparisons of declared and observed.

use model::{CommitSha, Difference, DriftLevel, InstanceSeen, ObservationFacts, Observed, ReleaseSeen};

use crate::registry::BaselineRow;

/// What a check of one level found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is what was declared.
    InSync,
    /// It differs, in these lines.
    Differs(Vec<String>),
    /// It could not be observed, for this reason.
    Unknown(String),
    /// It is not compared now, for this reason. What is known of it stays.
    NotCompared(&'static str),
}

impl Outcome {
    /// In sync if there is no line.
    pub(crate) fn of(diff: Vec<String>) -> Self {
        if diff.is_empty() { Self::InSync } else { Self::Differs(diff) }
    }

    /// With further lines, if the level could be compared.
    pub(super) fn with(self, mut lines: Vec<String>) -> Self {
        match self {
            Self::InSync => Self::of(lines),
            Self::Differs(diff) => {
                lines.extend(diff);
                Self::Differs(lines)
            }
            other => other,
        }
    }
}

const NO_INSTANCE: &str = "No instance runs.";
const NO_ANSWER: &str = "The instance does not answer.";

/// The pinned commit and the deployed one.
pub(super) fn commit(pinned: &CommitSha, deployed: Option<&CommitSha>) -> Outcome {
    let diff = match deployed {
        Some(deployed) if deployed == pinned => Vec::new(),
        Some(deployed) => {
            vec![format!("~ commit: {} is deployed, {} is pinned", deployed.short(), pinned.short())]
        }
        None => vec![format!("- commit: {} is pinned and was never deployed", pinned.short())],
    };
    Outcome::of(diff)
}

/// A level that the engine closes by itself, from its differences.
pub(super) fn closed_by_engine(
    level: DriftLevel,
    differences: &[Difference],
    seen: &ObservationFacts,
) -> Outcome {
    let diff: Vec<String> =
        differences.iter().filter(|it| DriftLevel::of(it) == Some(level)).map(line).collect();
    if !diff.is_empty() {
        return Outcome::Differs(diff);
    }
    let runs = seen.instance.present().is_some_and(InstanceSeen::is_running);
    match level {
        DriftLevel::SchemaFile if seen.schema.is_unknown() => {
            Outcome::Unknown("The schema file could not be read.".to_owned())
        }
        DriftLevel::Configuration if seen.instance.is_unknown() => {
            Outcome::Unknown("The driver did not answer.".to_owned())
        }
        DriftLevel::Configuration if !runs => Outcome::NotCompared(NO_INSTANCE),
        DriftLevel::Route if seen.route.is_unknown() => {
            Outcome::Unknown("The gateway did not answer.".to_owned())
        }
        _ => Outcome::InSync,
    }
}

/// The line of a difference that the engine closes.
pub(crate) fn line(difference: &Difference) -> String {
    format!("~ {}", difference.reason())
}

/// The version of the release and the one that the instance reports.
pub(super) fn version(
    release: &str,
    seen: &Observed<ReleaseSeen>,
    baseline: Option<&BaselineRow>,
) -> Outcome {
    let reported = match seen {
        Observed::Unknown => return Outcome::Unknown(NO_ANSWER.to_owned()),
        Observed::Absent => return Outcome::NotCompared(NO_ANSWER),
        Observed::Present(reported) => reported,
    };
    let mut diff = Vec::new();
    if let Some(named) = version_of(release).filter(|named| *named != plain(&reported.version)) {
        diff.push(format!("~ version: the release is {named}, the instance reports {}", reported.version));
    }
    if let Some(row) = baseline {
        let before = &row.baseline.version;
        if diff.is_empty() && *before != reported.version {
            diff.push(format!("~ version: {before} → {}", reported.version));
        }
        if let (Some(before), Some(now)) = (&row.reported_commit, &reported.commit)
            && before != now
        {
            diff.push(format!("~ commit of the server: {before} → {now}"));
        }
    }
    Outcome::of(diff)
}

/// The version that the name of a release ends in: `0.7.0` of `ghcr.io/atomo/server:v0.7.0` and of `atomo-server-0.7.0`; `None` if
/// it ends in none.
fn version_of(release: &str) -> Option<&str> {
    let name = release.rsplit('/').next()?;
    let last = plain(name.rsplit([':', '-', '_']).next()?);
    let numbers: Vec<&str> = last.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
    (numbers.len() == 3 && numbers.iter().all(is_number)).then_some(last)
}

fn plain(version: &str) -> &str {
    version.strip_prefix('v').unwrap_or(version)
}

#[cfg(test)]
mod tests;
