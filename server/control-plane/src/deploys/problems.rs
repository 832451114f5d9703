//! The problems of deploys.

use model::{CommitSha, Preflight, Problem, ProblemKind, ProjectId, SchemaFinding};

/// Nothing would change.
pub(super) fn nothing_to_deploy(id: &ProjectId) -> Problem {
    let detail = format!("Nothing was changed. {id} is declared with this commit, path and release already.");
    Problem::new(ProblemKind::Conflict, "There is nothing to deploy", detail)
}

/// The project has no database that could be changed.
pub(super) fn has_not_run(id: &ProjectId) -> Problem {
    let detail = format!(
        "Nothing was changed. {id} has not run yet, so there is nothing to migrate. Edit its schema instead: atomoctl project edit {id} \
         --ref COMMIT."
    );
    Problem::new(ProblemKind::Conflict, "The project has not run yet", detail)
}

/// The project does not serve, so it could not be said whether the deploy works.
pub(super) fn not_running(id: &ProjectId) -> Problem {
    let detail = format!("Nothing was changed. {id} is stopped. Start it, then deploy.");
    Problem::new(ProblemKind::Conflict, "The project is stopped", detail)
}

/// No verified backup is young enough.
pub(super) fn needs_backup(hours: u64) -> Problem {
    let message =
        format!("The change can cost data, and no verified backup of the last {hours} hours exists.");
    Problem::field("backup_first", message, "true, so that a backup is taken first")
}

/// There is no backup to rehearse on.
pub(super) fn no_copy() -> Problem {
    let message = "A rehearsal needs a backup, and there is no verified one.";
    Problem::field("backup_first", message, "true, so that a backup is taken first")
}

/// The settings require a rehearsal.
pub(super) fn needs_rehearsal() -> Problem {
    let message = "DEPLOY_REHEARSAL requires a rehearsal for this project.";
    Problem::field("rehearse", message, "true, or nothing")
}

/// Between the request and the change something got worse.
pub(super) fn got_worse(found: &[&SchemaFinding]) -> Problem {
    let first = found.first().map(|finding| finding.detail.clone()).unwrap_or_default();
    let more = match found.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(" There are {more} more findings of this kind."),
    };
    let detail = format!(
        "Nothing of the project was changed. The preflight was repeated immediately before the change and found what it had not found when \
         the deploy was requested: {first}{more} Read the findings and deploy again."
    );
    Problem::new(ProblemKind::Refused, "The preflight has new findings", detail)
}

/// The rehearsal failed.
pub(super) fn rehearsal_failed(problem: &Problem) -> Problem {
    let title = "The rehearsal failed".to_owned();
    let detail = format!("{}. {}", problem.title.trim_end_matches('.'), problem.detail);
    Problem { title, detail, ..problem.clone() }
}

/// New rows are refused by a column that the preflight did not name.
pub(super) fn writes_refused(table: &str, message: &str) -> Problem {
    let detail = format!(
        "Nothing was changed. On the copy the server started, but {table} refuses every new row: {message}. Give the column a default, \
         or declare it."
    );
    Problem::new(ProblemKind::Conflict, "New rows would be refused", detail)
}

/// The new version did not come up; the former one serves.
pub(super) fn returned(problem: &Problem, from: &CommitSha) -> Problem {
    let detail = format!(
        "{}. {} The project serves {} again.",
        problem.title.trim_end_matches('.'),
        problem.detail,
        from.short()
    );
    Problem { title: "The deploy failed".to_owned(), detail, ..problem.clone() }
}

/// Neither the new version nor the former one came up.
pub(super) fn not_returned(first: &Problem, second: &Problem) -> Problem {
    let detail = format!(
        "{}. {} The former version did not come up either: {}. {}",
        first.title.trim_end_matches('.'),
        first.detail,
        second.title.trim_end_matches('.'),
        second.detail
    );
    Problem {
        title: "The deploy failed, and the former version does not start".to_owned(),
        detail,
        ..second.clone()
    }
}

/// Somebody else changed what was being deployed.
pub(super) fn changed_meanwhile(id: &ProjectId) -> Problem {
    let detail = format!(
        "Another command changed the schema, the release or the desired state of {id} meanwhile. Its page says what runs now."
    );
    Problem::new(ProblemKind::Conflict, "The project was changed meanwhile", detail)
}

/// The server runs, but its database is not what its schema declares.
pub(super) fn not_as_declared(differences: &[String]) -> Problem {
    let title = "The database is not what the schema declares";
    let shown = differences.iter().take(5).cloned().collect::<Vec<_>>().join(" ");
    let more = match differences.len().saturating_sub(5) {
        0 => String::new(),
        more => format!(" {more} more differ."),
    };
    Problem::new(ProblemKind::Refused, title, format!("{shown}{more}"))
}

/// The running server has other models than the one of the rehearsal.
pub(super) fn other_models() -> Problem {
    let detail = "The models on /meta/schema are not those that the server had in the rehearsal.";
    Problem::new(ProblemKind::Refused, "The server has other models than in the rehearsal", detail)
}

/// A column that cannot be freed.
pub(super) fn not_leftover(preflight: &Preflight, table: &str, column: &str) -> Problem {
    let left_over: Vec<String> =
        preflight.leftover_columns().map(|(table, column)| format!("{table}.{column}")).collect();
    let which = if left_over.is_empty() {
        "None is.".to_owned()
    } else {
        format!("These are: {}.", left_over.join(", "))
    };
    let message =
        format!("{table}.{column} is not a NOT NULL column that the new schema leaves over. {which}");
    Problem::field("free_columns", message, "columns that the preflight names as left over")
}

/// The deploy cannot be undone with its data.
pub(super) fn no_undo() -> Problem {
    let detail = "Nothing was changed. Only the last deploy can be undone with its data, for the hours of DEPLOY_UNDO_HOURS, and only if its \
                  backup still exists. A roll back changes the schema alone; a restore brings back any backup.";
    Problem::new(ProblemKind::Conflict, "The deploy cannot be undone with its data", detail)
}

/// The preflight asks for a typed id, and a rollout answers no question.
pub(crate) fn needs_confirmation(id: &ProjectId, preflight: &Preflight) -> Problem {
    let asks = preflight.findings.iter().filter(|finding| finding.class.asks_for_confirmation());
    let first = asks.clone().next().map(|finding| finding.detail.as_str()).unwrap_or_default();
    let more = match asks.count().saturating_sub(1) {
        0 => String::new(),
        more => format!(" There are {more} more findings of this kind."),
    };
    let detail = format!("Nothing of {id} was changed. {first}{more}");
    Problem::new(ProblemKind::Refused, format!("The preflight asks for the typed id of {id}"), detail)
}
