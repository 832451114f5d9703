//! `atomoctl image-registry`.

use model::{ImageRegistry, ImageRegistryDraft, Page, Problem, RegistryHost};
use reqwest::Method;
use secrecy::ExposeSecret;

use super::now;
use crate::args::ImageRegistryCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::input;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: ImageRegistryCommand) -> Result<(), Failure> {
    match command {
        ImageRegistryCommand::List => {
            let page = session.client.get::<Page<ImageRegistry>>(&registries()).await?;
            session.console.answer(&page, |page| render::lists::image_registries(page, now()))
        }
        ImageRegistryCommand::Add { host, username } => {
            let password = input::secret(&format!("Password of {host}: "), "the password")?;
            let password = password.expose_secret().to_owned();
            add(session, &ImageRegistryDraft { host, username, password }).await
        }
        ImageRegistryCommand::Remove { registry } => remove(session, &registry).await,
    }
}

fn registries() -> Path<'static> {
    Path::of(&["image-registries"])
}

async fn add(session: &Session, draft: &ImageRegistryDraft) -> Result<(), Failure> {
    let added = session.client.send::<ImageRegistry>(Method::POST, &registries(), draft).await?;
    session.console.answer(&added, |added| {
        let done = if added.was_replaced() { "existed; its credential was replaced" } else { "was added" };
        format!("{} {done}. Images are pulled from it as {}.", added.host, added.username)
    })
}

async fn remove(session: &Session, named: &str) -> Result<(), Failure> {
    let page = session.client.get::<Page<ImageRegistry>>(&registries()).await?.value;
    let host = named.parse::<RegistryHost>().ok();
    let is_meant =
        |found: &ImageRegistry| Some(&found.host) == host.as_ref() || found.id.to_string() == named;
    let found = page
        .items
        .into_iter()
        .find(is_meant)
        .ok_or_else(|| Failure::Refused(Problem::not_found(format_args!("image registry {named}"))))?;
    session.client.remove(&Path::of(&["image-registries", &found.id.to_string()])).await?;
    session.console.document(&found, || format!("{} and its credential were removed.", found.host))
}
