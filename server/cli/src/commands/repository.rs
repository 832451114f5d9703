//! `atomoctl repository`.

use std::path::Path as FilePath;

use model::{CommitInfo, NewWebhook, Page, Problem, Repository, RepositoryContents, RepositoryDraft};
use reqwest::Method;
use secrecy::ExposeSecret;

use super::now;
use crate::args::{RepositoryCommand, WebhookCommand};
use crate::client::Path;
use crate::failure::Failure;
use crate::input;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: RepositoryCommand) -> Result<(), Failure> {
    match command {
        RepositoryCommand::List => list(session).await,
        RepositoryCommand::Add { url, username, credential_stdin, host_key_file } => {
            let host_key = host_key_file.as_deref().map(read_file).transpose()?.unwrap_or_default();
            let credential = if credential_stdin {
                input::piped("the credential")?.expose_secret().to_owned()
            } else {
                String::new()
            };
            add(session, &RepositoryDraft { url, username, credential, host_key }).await
        }
        RepositoryCommand::Test { repository } => test(session, &repository).await,
        RepositoryCommand::Remove { repository } => remove(session, &repository).await,
        RepositoryCommand::Webhook(WebhookCommand::Create { repository }) => {
            create_webhook(session, &repository).await
        }
        RepositoryCommand::Webhook(WebhookCommand::Remove { repository }) => {
            remove_webhook(session, &repository).await
        }
        RepositoryCommand::Commits { url, path } => commits(session, url, path).await,
    }
}

async fn list(session: &Session) -> Result<(), Failure> {
    let page = session.client.get::<Page<Repository>>(&Path::of(&["repositories"])).await?;
    session.console.answer(&page, |page| render::lists::repositories(page, now()))
}

async fn add(session: &Session, draft: &RepositoryDraft) -> Result<(), Failure> {
    let path = Path::of(&["repositories"]);
    let added = session.client.send::<Repository>(Method::POST, &path, draft).await?;
    session.console.answer(&added, |added| format!("{} was registered as {}.", added.url, added.id))
}

async fn test(session: &Session, named: &str) -> Result<(), Failure> {
    let id = find(session, named).await?.id.to_string();
    let contents =
        session.client.post::<RepositoryContents>(&Path::of(&["repositories", &id, "test"])).await?;
    session.console.answer(&contents, render::lists::contents)
}

async fn remove(session: &Session, named: &str) -> Result<(), Failure> {
    let repository = find(session, named).await?;
    let id = repository.id.to_string();
    session.client.remove(&Path::of(&["repositories", &id])).await?;
    session.console.document(&repository, || format!("{} and its credential were removed.", repository.url))
}

async fn create_webhook(session: &Session, named: &str) -> Result<(), Failure> {
    let repository = find(session, named).await?;
    let id = repository.id.to_string();
    let path = Path::of(&["repositories", &id, "webhook"]);
    let server = session.client.server().to_string();
    let made = session.client.post::<NewWebhook>(&path).await?;
    session.console.answer(&made, |made| render::lists::webhook(&repository, &server, made))
}

async fn remove_webhook(session: &Session, named: &str) -> Result<(), Failure> {
    let repository = find(session, named).await?;
    session.client.remove(&Path::of(&["repositories", &repository.id.to_string(), "webhook"])).await?;
    session
        .console
        .document(&repository, || format!("The webhook of {} and its secret were removed.", repository.url))
}

async fn commits(session: &Session, url: String, path: String) -> Result<(), Failure> {
    let path = Path::of(&["repositories", "commits"]).with("repo", Some(url)).with("path", Some(path));
    let page = session.client.get::<Page<CommitInfo>>(&path).await?;
    session.console.answer(&page, |page| render::lists::commits(page, now()))
}

/// The registered repository with an address or id.
async fn find(session: &Session, named: &str) -> Result<Repository, Failure> {
    let page = session.client.get::<Page<Repository>>(&Path::of(&["repositories"])).await?.value;
    let is_meant = |found: &Repository| found.url.as_str() == named || found.id.to_string() == named;
    page.items
        .into_iter()
        .find(is_meant)
        .ok_or_else(|| Failure::Refused(Problem::not_found(format_args!("registered repository {named}"))))
}

fn read_file(path: &FilePath) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("{} cannot be read: {error}.", path.display())))
}
