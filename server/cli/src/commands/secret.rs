//! `atomoctl secret`.

use model::{Page, SecretChanged, SecretInfo};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::{follow, now};
use crate::args::SecretCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::input;
use crate::render;
use crate::session::Session;

/// The body of a new value.
#[derive(Serialize)]
struct NewValue {
    #[serde(serialize_with = "exposed")]
    value: SecretString,
}

fn exposed<S: serde::Serializer>(value: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.expose_secret())
}

/// Runs the command.
pub async fn run(session: &Session, command: SecretCommand) -> Result<(), Failure> {
    match command {
        SecretCommand::List { project } => {
            let path = Path::of(&["projects", project.as_str(), "secrets"]);
            let page = session.client.get::<Page<SecretInfo>>(&path).await?;
            session.console.answer(&page, |page| render::lists::secrets(page, now()))
        }
        SecretCommand::Set { project, name, follow: wait } => {
            let value = input::secret(&format!("Value of {name}: "), "the value")?;
            let path = Path::of(&["projects", project.as_str(), "secrets", name.as_str()]);
            let changed =
                session.client.send::<SecretChanged>(Method::PUT, &path, &NewValue { value }).await?;
            let told = |changed: &SecretChanged| {
                let use_of_it = match &changed.operation {
                    Some(operation) => render::operation::accepted(operation),
                    None => "No variable of the project uses it.".into(),
                };
                format!("{name} is now version {}. {use_of_it}", changed.version)
            };
            match (wait.limit(), &changed.value.operation) {
                (Some(limit), Some(operation)) => follow::to_its_end(session, operation.id, limit).await,
                _ => session.console.answer(&changed, told),
            }
        }
    }
}
