//! What the palette finds: pages, projects and commands. Pure.

use model::{Action, DesiredState, Fleet, Project, ProjectId};
use serde::{Deserialize, Serialize};

/// Maximum number of results: they fit without scrolling.
const SHOWN: usize = 10;

/// A destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    /// The address.
    pub(crate) href: String,
    /// The name.
    pub(crate) name: String,
    /// What it is: `page`, `command`, or the hostname of a project.
    pub(crate) beside: String,
    /// Whether its page is a confirmation, to be opened in a dialog.
    pub(crate) guarded: bool,
    /// Text that is searched and not shown: class and labels of a project.
    #[serde(skip)]
    also: String,
}

impl Target {
    fn new(href: impl Into<String>, name: impl Into<String>, beside: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            name: name.into(),
            beside: beside.into(),
            guarded: false,
            also: String::new(),
        }
    }

    fn guarded(self) -> Self {
        Self { guarded: true, ..self }
    }

    fn of(self, project: &Project) -> Self {
        Self { also: format!("class:{} {}", project.class, project.labels), ..self }
    }
}

const PAGES: [(&str, &str); 9] = [
    ("/", "Fleet"),
    ("/projects/new", "Create project"),
    ("/operations", "Operations"),
    ("/backups", "Backups"),
    ("/approvals", "Approvals"),
    ("/databases", "Databases"),
    ("/gateway", "Gateway"),
    ("/audit", "Audit"),
    ("/settings", "Settings"),
];

/// The destinations whose name, hostname, class or labels contain every typed word: pages, then projects, then commands that the caller
/// may give. Commands are listed once their project is found.
pub(crate) fn search(typed: &str, fleet: &Fleet, may: impl Fn(Action, &ProjectId) -> bool) -> Vec<Target> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let holds = |target: &Target| {
        let text = format!("{} {} {}", target.name, target.beside, target.also).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let pages = PAGES.into_iter().map(|(href, name)| Target::new(href, name, "page"));
    let projects = fleet.projects.iter().map(|shared| project(shared));
    // without a word a list of all commands would hide the projects
    let commanded = if words.is_empty() { &[] } else { fleet.projects.as_slice() };
    let commands = commanded.iter().flat_map(|project| commands(project, &may));
    pages.chain(projects).chain(commands).filter(holds).take(SHOWN).collect()
}

fn project(project: &Project) -> Target {
    let host = project.hostname.as_ref().map(ToString::to_string).unwrap_or_default();
    let (id, name) = (&project.id, &project.display_name);
    let beside = if name == id.as_str() { host } else { format!("{name} {host}").trim().to_owned() };
    Target::new(format!("/projects/{id}"), id.to_string(), beside).of(project)
}

fn commands(project: &Project, may: impl Fn(Action, &ProjectId) -> bool) -> Vec<Target> {
    let (id, page) = (&project.id, format!("/projects/{}", project.id));
    let command =
        |verb: &str, path: &str| Target::new(format!("{page}{path}"), format!("{verb} {id}"), "command");
    let running = project.desired_state == DesiredState::Running;
    [
        (running, Action::ProjectRestart, command("Restart", "/restart").guarded()),
        (running, Action::ProjectStop, command("Stop", "/stop").guarded()),
        (!running, Action::ProjectStart, command("Start", "/start").guarded()),
        (true, Action::BackupCreate, command("Back up", "/back-up").guarded()),
        (true, Action::ProjectLogs, command("Open the log of", "/logs")),
        (true, Action::ProjectView, command("Open the settings of", "/settings")),
        (true, Action::ProjectDelete, command("Delete", "/delete").guarded()),
    ]
    .into_iter()
    .filter(|(applies, action, _)| *applies && may(*action, id))
    .map(|(_, _, target)| target.of(project))
    .collect()
}

#[cfg(test)]
mod tests;
