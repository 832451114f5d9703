//! The image of an instance: there, or pulled.

use bollard::auth::DockerCredentials;
use bollard::query_parameters::CreateImageOptionsBuilder;
use control_plane::ports::driver::{DriverError, RegistryCredential, ServerArtifact};
use futures::TryStreamExt as _;
use secrecy::ExposeSecret as _;
use tokio::sync::watch;

use crate::fault::{away, found, reason};
use crate::labels::Fleet;
use crate::pull::Pull;

const DOING: &str = "looking for the server image";

/// The name of the image to run. A program is for another driver.
pub(crate) fn name(server: &ServerArtifact) -> Result<&str, DriverError> {
    match server {
        ServerArtifact::Image(name) => Ok(name),
        ServerArtifact::Program(_) => Err(refused(server, "containers are made from images")),
    }
}

async fn is_there(fleet: &Fleet, name: &str) -> Result<bool, DriverError> {
    Ok(found(fleet.engine(DOING)?.inspect_image(name).await).map_err(away(DOING))?.is_some())
}

/// Refuses an image that is not on the engine. Pulling is [`fetch`]'s.
pub(crate) async fn check(fleet: &Fleet, server: &ServerArtifact) -> Result<(), DriverError> {
    if is_there(fleet, name(server)?).await? {
        Ok(())
    } else {
        Err(refused(server, "it is not on the engine"))
    }
}

/// Makes the image be on the engine; one that is there is not pulled again.
pub(crate) async fn fetch(
    fleet: &Fleet,
    server: &ServerArtifact,
    credential: Option<&RegistryCredential>,
    progress: &watch::Sender<String>,
) -> Result<(), DriverError> {
    let name = name(server)?;
    if is_there(fleet, name).await? {
        return Ok(());
    }
    let options = CreateImageOptionsBuilder::default().from_image(name).build();
    let credential = credential.map(|RegistryCredential { username, password }| DockerCredentials {
        username: Some(username.clone()),
        password: Some(password.expose_secret().to_owned()),
        ..DockerCredentials::default()
    });
    let mut parts = fleet.engine(DOING)?.create_image(Some(options), None, credential);
    let mut pull = Pull::default();
    loop {
        match parts.try_next().await {
            Ok(Some(part)) => {
                pull.hear(&part);
                progress.send_replace(pull.to_string());
            }
            Ok(None) => return check(fleet, server).await,
            Err(fault) => return Err(failed(server, &reason(&fault))),
        }
    }
}

/// Why it could not be pulled. A full disk is no fault of the image, and is waited for.
fn failed(server: &ServerArtifact, reason: &str) -> DriverError {
    let said = reason.to_ascii_lowercase();
    if said.contains("no space left on device") {
        return DriverError::Away { doing: "pulling the server image", reason: reason.to_owned() };
    }
    let denied = ["denied", "unauthorized", "authentication required", "no basic auth"];
    let way_out = if denied.iter().any(|word| said.contains(word)) {
        "; where the image is private, add its registry with a credential (Settings, or atomoctl image-registry add)"
    } else {
        ""
    };
    refused(server, &format!("it is not on the engine, and pulling it failed: {reason}{way_out}"))
}

pub(crate) fn refused(server: &ServerArtifact, reason: &str) -> DriverError {
    DriverError::Server { server: server.clone(), reason: reason.to_owned() }
}
