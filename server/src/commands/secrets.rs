//! `atomo-fleet secrets`: move all secrets to another store.

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand};
use control_plane::ports::secret_store::{SecretPath, SecretStore};
use control_plane::secrets::moving::{Move, Pauses, Progress};

use super::host::{on_the_host, with_registry};
use super::print;
use crate::config::{Config, SecretsIn};
use crate::data_dir::DataDir;
use crate::wiring::{Upgrade, secret_store};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Copy every secret to another store, verify the copies, and switch the references of the registry
    ///
    /// No instance is restarted. The server must be stopped. If it is interrupted, run it again.
    Migrate(Migrate),
}

#[derive(Debug, Args)]
pub struct Migrate {
    /// The present store: sealed or ssm
    #[arg(long)]
    from: SecretsIn,
    /// The new store: ssm or sealed
    #[arg(long)]
    to: SecretsIn,
    /// In a second run: remove the secrets from the former store; rejected while a reference names it or a copy differs
    #[arg(long)]
    remove_source: bool,
}

pub async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    let Command::Migrate(Migrate { from, to, remove_source }) = command;
    if from == to {
        bail!("--from {from} --to {to}: these are the same store");
    }
    let dir = DataDir::open(&config.data_dir)?;
    let _lock = dir.lock()?; // a server would go on writing to the former store
    let (source, target) = (secret_store(from, config, &dir).await?, secret_store(to, config, &dir).await?);
    with_registry(config, Upgrade::Refuse, async |plane| {
        // a server with another data directory would go on writing to the former store, too
        let lock = plane.registry().lock_engine().await?.begin_term().await?;
        let moving = Move {
            registry: plane.registry(),
            from: &*source,
            to: &*target,
            term: lock.number(),
            pauses: Pauses::default(),
        };
        let teller = Teller { from: &*source, to: &*target, all: 0 };
        let outcome = if remove_source {
            remove(&moving, teller).await
        } else {
            migrate(&moving, teller, (from, to)).await
        };
        lock.release().await;
        outcome
    })
    .await
}

async fn migrate(
    moving: &Move<'_>,
    mut teller: Teller<'_>,
    (from, to): (SecretsIn, SecretsIn),
) -> anyhow::Result<()> {
    let moved = moving.run_as_job(&on_the_host(), &mut |progress| teller.tell(&progress)).await;
    let moved = moved
        .map_err(|error| told(&error))
        .with_context(|| format!("moving the secrets from {from} to {to}"))?;
    if moved.references == 0 && moved.count.secrets == 0 {
        print(&format!("Nothing to move: no reference names {from}."));
    } else {
        print(&format!(
            "Moved: {} secrets in {} versions; {} references now name {to}. The secrets are still in {from}.",
            moved.count.secrets, moved.count.versions, moved.references
        ));
    }
    print(&format!(
        "Set ATOMO_FLEET_SECRETS={to} and start the server. When all is well, remove what is left in {from} with\n\
         atomo-fleet secrets migrate --from {from} --to {to} --remove-source"
    ));
    Ok(())
}

async fn remove(moving: &Move<'_>, mut teller: Teller<'_>) -> anyhow::Result<()> {
    let tell = &mut |progress| teller.tell(&progress);
    let removed = moving.remove_source_as_job(&on_the_host(), tell).await;
    let removed =
        removed.map_err(|error| told(&error)).context("removing the secrets from their former store")?;
    print(&format!("Removed: {} secrets in {} versions.", removed.secrets, removed.versions));
    Ok(())
}

/// The error with the remedy, as the dashboard shows it.
fn told(error: &control_plane::Error) -> anyhow::Error {
    let problem = error.problem();
    anyhow!("{}. {}", problem.title, problem.detail)
}

/// Prints the progress.
struct Teller<'a> {
    from: &'a dyn SecretStore,
    to: &'a dyn SecretStore,
    all: usize,
}

impl Teller<'_> {
    fn tell(&mut self, progress: &Progress) {
        match progress {
            Progress::Read(count) => {
                self.all = count.secrets;
                print(&format!("Read {} secrets in {} versions.", count.secrets, count.versions));
            }
            Progress::Copied { path, written, done } => {
                let what = if *written == 0 { "there already".into() } else { format!("{written} written") };
                self.line(*done, &self.to.reference(path), &what);
            }
            Progress::Verified => print("Read back: every value is equal."),
            Progress::Waiting(problem) => print(&format!("Waiting: {}", problem.detail)),
            Progress::Removed { path, done } => self.removed(path, *done),
        }
    }

    fn removed(&self, path: &SecretPath, done: usize) {
        self.line(done, &self.from.reference(path), "removed");
    }

    fn line(&self, done: usize, place: &str, what: &str) {
        print(&format!("{done:>5} of {}  {place}: {what}", self.all));
    }
}
