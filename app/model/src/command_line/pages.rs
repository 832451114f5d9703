//! Which lines belong to which page.

use super::CommandLine;
use crate::{
    BackupId, DeleteRequestId, DeployId, DriftFindingId, LabelSelector, OperationId, ProjectClass, ProjectId,
    RolloutId,
};

/// The values of a name in the query of the page's address.
pub type Values<'a> = &'a dyn Fn(&str) -> Vec<String>;

/// The lines of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageCommands {
    /// They print what the page shows. Empty for a page that no command shows.
    Show(Vec<CommandLine>),
    /// It does what the button of a confirmation does.
    Act(CommandLine),
}

impl PageCommands {
    /// The lines of the page with this path and query.
    pub fn of(path: &str, values: Values<'_>) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["projects", "new"] => Self::show([create()]),
            ["projects", id, below @ ..] if ProjectId::try_from((*id).to_owned()).is_ok() => {
                Self::of_project(id, below, values)
            }
            ["operations", id] if id.parse::<OperationId>().is_ok() => {
                Self::show([line(&["operation", "show", id])])
            }
            ["drift", id, act @ ..] if id.parse::<DriftFindingId>().is_ok() => Self::of_finding(id, act),
            ["approvals", id, act @ ..] if id.parse::<DeleteRequestId>().is_ok() => Self::of_request(id, act),
            ["trash", id, "undelete"] if ProjectId::try_from((*id).to_owned()).is_ok() => {
                Self::Act(line(&["project", "undelete", id]))
            }
            ["settings", "repositories", id, "webhook"] => {
                Self::Act(line(&["repository", "webhook", "create", id]))
            }
            [list, id, "remove"] | ["settings", list, id, "revoke" | "remove"] => Self::of_removal(list, id),
            _ => Self::show(lists(&parts, values)),
        }
    }

    fn show(lines: impl IntoIterator<Item = CommandLine>) -> Self {
        Self::Show(lines.into_iter().collect())
    }

    fn of_project(id: &str, below: &[&str], values: Values<'_>) -> Self {
        let shown = match below {
            [act @ ("start" | "stop" | "restart" | "delete")] => {
                return Self::Act(line(&["project", act, id]));
            }
            ["drop"] => return Self::Act(line(&["project", "delete", id, "--drop"]).with("--confirm", id)),
            ["clone"] => return Self::Act(line(&["project", "clone", id, "NEW_ID"])),
            ["expiry"] => return Self::Act(line(&["project", "expiry", id]).with("--expires", "7d")),
            ["back-up"] => return Self::Act(line(&["backup", "create", id])),
            ["backups", backup, act @ ..] if backup.parse::<BackupId>().is_ok() => {
                return Self::of_backup(id, backup, act);
            }
            ["restores", restore, "undo"] if restore.parse::<OperationId>().is_ok() => {
                return Self::Act(line(&["backup", "undo", id]).with("--operation", *restore));
            }
            ["side-databases", made, "remove"] if made.parse::<OperationId>().is_ok() => {
                return Self::Act(line(&["backup", "drop-tables", id]).with("--operation", *made));
            }
            ["deploys", further @ ..] => return Self::of_deploys(id, further, values),
            ["recovery"] => {
                let act = line(&["backup", "restore"]).with("--project", id).with("--at", "TIME");
                return Self::Act(act.with("--confirm", id));
            }
            ["backups"] => vec![line(&["backup", "list", id]), line(&["backup", "window", id])],
            [] => vec![line(&["project", "show", id])],
            ["operations"] => {
                let list = line(&["operation", "list", "--project", id]);
                vec![filtered(list, OPERATIONS, values)]
            }
            ["events"] => vec![filtered(line(&["project", "events", id]), EVENTS, values)],
            ["drift"] => vec![line(&["drift", "list", "--project", id]), line(&["drift", "check", id])],
            ["logs"] => vec![line(&["project", "logs", id, "--follow"])],
            ["settings"] => settings(id),
            _ => Vec::new(),
        };
        Self::Show(shown)
    }

    fn of_deploys(id: &str, below: &[&str], values: Values<'_>) -> Self {
        let to = values("to").into_iter().find(|to| !to.is_empty());
        match (below, to) {
            ([], Some(to)) => Self::Act(line(&["deploy", "run", id]).with("--ref", to)),
            ([], None) => Self::show([
                line(&["deploy", "list", id]),
                line(&["deploy", "ahead", id]),
                line(&["deploy", "proposals", id]),
            ]),
            ([deploy, ..], _) if deploy.parse::<DeployId>().is_err() => Self::show([]),
            ([deploy], _) => Self::show([line(&["deploy", "show", deploy])]),
            ([deploy, "undo"], _) => Self::Act(line(&["deploy", "undo", deploy]).with("--confirm", id)),
            _ => Self::show([]),
        }
    }

    fn of_backup(id: &str, backup: &str, act: &[&str]) -> Self {
        match act {
            ["tables"] => Self::Act(line(&["backup", "restore", backup]).with("--tables", "TABLE")),
            ["restore-new"] => Self::Act(line(&["backup", "restore", backup]).with("--as", "NEW_ID")),
            ["restore"] => Self::Act(line(&["backup", "restore", backup]).with("--confirm", id)),
            ["remove"] => Self::Act(line(&["backup", "remove", backup])),
            [] => Self::show([line(&["backup", "show", backup]), line(&["backup", "verify", backup])]),
            _ => Self::show([]),
        }
    }

    fn of_request(id: &str, act: &[&str]) -> Self {
        match act {
            ["approve"] => Self::Act(line(&["approval", "approve", id, "--confirm", "PROJECT"])),
            [] => Self::show([line(&["approval", "show", id])]),
            _ => Self::show([]),
        }
    }

    fn of_finding(id: &str, act: &[&str]) -> Self {
        match act {
            [act @ ("accept" | "snooze")] => Self::Act(line(&["drift", act, id]).with("--reason", "REASON")),
            ["fix"] => Self::Act(line(&["drift", "fix", id])),
            [] => Self::show([line(&["drift", "show", id])]),
            _ => Self::show([]),
        }
    }

    fn of_removal(list: &str, id: &str) -> Self {
        let words = match list {
            "orphans" => ["orphan", "remove", id],
            "retained-databases" => ["retained", "remove", id],
            "tokens" => ["token", "revoke", id],
            "repositories" => ["repository", "remove", id],
            "image-registries" => ["image-registry", "remove", id],
            _ => return Self::show([]),
        };
        Self::Act(line(&words))
    }
}

fn line(words: &[&str]) -> CommandLine {
    CommandLine::new(words.iter().copied())
}

/// Capital letters stand for what the operator fills in.
fn create() -> CommandLine {
    let options = ["--hostname", "HOST", "--repo", "URL", "--path", "PATH", "--ref", "SHA"];
    line(&[&["project", "create", "ID"], &options[..]].concat())
}

fn settings(id: &str) -> Vec<CommandLine> {
    vec![
        line(&["project", "show", id]),
        line(&["project", "env", id]),
        line(&["secret", "list", id]),
        line(&["project", "edge", id]),
    ]
}

fn lists(parts: &[&str], values: Values<'_>) -> Vec<CommandLine> {
    match parts {
        [] => fleet(values).into_iter().collect(),
        ["wall"] => vec![line(&["fleet", "watch"])],
        ["operations"] => vec![filtered(line(&["operation", "list"]), OPERATIONS_OF_ALL, values)],
        ["backups"] => {
            vec![line(&["backup", "list"]), line(&["backup", "upload", "FILE"]), line(&["fleet", "recovery"])]
        }
        ["rollouts"] => vec![line(&["rollout", "list"])],
        ["rollouts", "new"] => {
            let run = line(&["rollout", "run", "PROJECT"]).with("--ref", "REF").with("--reason", "TEXT");
            vec![line(&["rollout", "plan", "PROJECT"]).with("--ref", "REF").with("--reason", "TEXT"), run]
        }
        ["rollouts", id] if id.parse::<RolloutId>().is_ok() => {
            let [show, resume, cancel] =
                ["show", "resume", "cancel"].map(|verb| line(&["rollout", verb, id]));
            vec![show, resume, cancel]
        }
        ["drift"] => vec![filtered(line(&["drift", "list"]), DRIFT, values)],
        ["alerts"] => vec![filtered(line(&["alert", "list"]), ALERTS, values)],
        ["approvals"] => vec![line(&["approval", "list"])],
        ["databases"] => vec![line(&["database-server", "list"])],
        ["gateway"] => vec![line(&["gateway", "show"])],
        ["audit"] => vec![filtered(line(&["audit", "list"]), EVENTS_OF_ALL, values)],
        ["settings", "recovery"] => vec![line(&["fleet", "recovery"]), line(&["fleet", "backup"])],
        ["settings"] => vec![
            line(&["repository", "list"]),
            line(&["image-registry", "list"]),
            line(&["token", "list"]),
            line(&["fleet", "status"]),
            line(&["fleet", "tasks"]),
        ],
        _ => Vec::new(),
    }
}

/// The list with its labels and class, whether they are filters or words of the search. `fleet status` begins with what is
/// unhealthy. No line for what the command line has no condition for: names in the search, and drift.
fn fleet(values: Values<'_>) -> Option<CommandLine> {
    let is_shown = |word: &str| values("show").iter().any(|show| show == word);
    if is_shown("ill") || !values("part").is_empty() {
        return Some(line(&["fleet", "status"]));
    }
    let searched = values("q");
    let words = || searched.iter().flat_map(|text| text.split_whitespace());
    if is_shown("drift") || words().any(|word| !word.contains('=') && class_of(word).is_none()) {
        return None;
    }
    let typed = words().filter(|word| word.contains('=')).map(|word| word.trim_end_matches('=').to_owned());
    let labels: Vec<String> = values("label").into_iter().chain(typed).collect();
    let classes: Vec<String> = values("class").into_iter().chain(words().filter_map(class_of)).collect();
    let is_valid = labels.iter().all(|label| label.parse::<LabelSelector>().is_ok())
        && classes.iter().all(|class| class.parse::<ProjectClass>().is_ok());
    let list = labels.into_iter().fold(line(&["project", "list"]), |line, label| line.with("--label", label));
    match classes.as_slice() {
        [] if is_valid => Some(list),
        [class] if is_valid => Some(list.with("--class", class)),
        _ => None,
    }
}

/// The class in `class:staging`, in lower case as the search compares it.
fn class_of(word: &str) -> Option<String> {
    word.to_lowercase().strip_prefix("class:").map(str::to_owned)
}

/// Filters of a page's query, which are options of its command too.
const EVENTS: &[&str] = &["action", "actor", "from", "to"];
const EVENTS_OF_ALL: &[&str] = &["project", "action", "actor", "from", "to"];
const ALERTS: &[&str] = &["project", "kind", "state"];
const DRIFT: &[&str] = &["project", "level"];
const OPERATIONS: &[&str] = &["kind", "status", "actor", "from", "to"];
const OPERATIONS_OF_ALL: &[&str] = &["project", "kind", "status", "actor", "from", "to"];

/// The list with those of these filters that are set, from the row on that the page begins behind.
fn filtered(list: CommandLine, filters: &[&str], values: Values<'_>) -> CommandLine {
    let value = |name: &str| {
        let first = values(name).into_iter().next()?;
        Some(first.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let line = filters.iter().fold(list, |line, name| match value(name) {
        // a project that is none has no list
        Some(id) if *name == "project" && ProjectId::try_from(id.clone()).is_err() => line,
        Some(value) => line.with(&format!("--{name}"), value),
        None => line,
    });
    match value("before") {
        Some(cursor) => line.with("--cursor", cursor),
        None => line,
    }
}
