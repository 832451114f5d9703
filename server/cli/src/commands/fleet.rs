//! `atomoctl fleet`.

use std::io::{self, IsTerminal};
use std::time::Duration;

use model::{Fleet, Page, Task};

use super::{fleet_backup, now};
use crate::args::FleetCommand;
use crate::client::{Answer, Path};
use crate::failure::Failure;
use crate::render;
use crate::render::words::plain;
use crate::session::Session;
use crate::wait::Hints;

/// Maximum time between two reads, so that relative times advance.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Moves the cursor home and clears the screen.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J";

/// Runs the command.
pub async fn run(session: &Session, command: FleetCommand) -> Result<(), Failure> {
    match command {
        FleetCommand::Recovery => fleet_backup::recovery(session).await,
        FleetCommand::Backup { follow } => fleet_backup::create(session, follow).await,
        FleetCommand::RecoveryKey { output, follow } => {
            fleet_backup::recovery_key(session, output, follow).await
        }
        FleetCommand::RemoveBackup { backup } => fleet_backup::remove(session, backup).await,
        FleetCommand::RestoreProjects { follow } => fleet_backup::restore_projects(session, follow).await,
        FleetCommand::Status => {
            let fleet = look(session).await?;
            session.console.answer(&fleet, |fleet| render::fleet::page(fleet, now()))
        }
        FleetCommand::Watch => watch(session).await,
        FleetCommand::Tasks => {
            let tasks: Answer<Page<Task>> = session.client.get(&Path::of(&["system", "tasks"])).await?;
            session.console.answer(&tasks, |tasks| render::tasks::table(tasks, now()))
        }
    }
}

async fn look(session: &Session) -> Result<Answer<Fleet>, Failure> {
    session.client.get(&Path::of(&["fleet"])).await
}

/// Runs until it is interrupted: redraws on a terminal, prints one line for each change elsewhere, prints the document
/// on every change with `--json`. A server that does not answer is retried, after it has answered once.
async fn watch(session: &Session) -> Result<(), Failure> {
    let mut shown = look(session).await?;
    first(session, &shown)?;
    let mut hints = Hints::follow(session.client.clone(), |_| true);
    let mut is_away = false;
    loop {
        hints.next(LOOK_EVERY).await;
        match look(session).await {
            Ok(fleet) => {
                again(session, &shown, &fleet)?;
                shown = fleet;
                is_away = false;
            }
            Err(failure) if failure.is_transient() => {
                if !std::mem::replace(&mut is_away, true) {
                    session.console.note(&format!("{}; still watching.", plain(&failure.problem().title)));
                }
            }
            Err(failure) => return Err(failure),
        }
    }
}

fn first(session: &Session, fleet: &Answer<Fleet>) -> Result<(), Failure> {
    session.console.answer(fleet, |fleet| {
        let page = render::fleet::page(fleet, now());
        if io::stdout().is_terminal() { format!("{CLEAR}{page}") } else { page }
    })
}

fn again(session: &Session, before: &Answer<Fleet>, after: &Answer<Fleet>) -> Result<(), Failure> {
    if session.console.is_json() {
        let is_other = Fleet { at: before.value.at, ..after.value.clone() } != before.value;
        return if is_other { session.console.line(&after.body) } else { Ok(()) };
    }
    if io::stdout().is_terminal() {
        return first(session, after);
    }
    render::fleet::changes(&before.value, &after.value).iter().try_for_each(|line| session.console.line(line))
}
