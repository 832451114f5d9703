//! The image of an instance: there, or pulled.

use std::time::Duration;

use bollard::auth::DockerCredentials;
use bollard::query_parameters::CreateImageOptionsBuilder;
use control_plane::ports::driver::{DriverError, RegistryCredential, Release};
use futures::TryStreamExt as _;
use model::RegistryHost;
use secrecy::ExposeSecret as _;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::denial;
use crate::fault::{found, reason, refused};
use crate::labels::Fleet;
use crate::pull::Pull;

const DOING: &str = "looking for the release image";
/// How long a pull may stand still, unless a test says otherwise.
pub const PULL_STALL: Duration = Duration::from_secs(60);
/// What the engine calls Docker Hub where it is logged in to.
const HUB: &str = "https://index.docker.io/v1/";

/// The name of the image to run. A program is for another driver.
pub(crate) fn name(release: &Release) -> Result<&str, DriverError> {
    match release {
        Release::Image(name) => Ok(name),
        Release::Program(_) => Err(refused(release, "containers are made from images")),
    }
}

async fn is_there(fleet: &Fleet, name: &str) -> Result<bool, DriverError> {
    let image = fleet.ask(DOING, async |engine| found(engine.inspect_image(name).await)).await?;
    Ok(image.is_some())
}

/// Refuses an image that is not on the engine. Pulling is [`fetch`]'s.
pub(crate) async fn check(fleet: &Fleet, release: &Release) -> Result<(), DriverError> {
    if is_there(fleet, name(release)?).await? {
        Ok(())
    } else {
        Err(refused(release, "it is not on the engine"))
    }
}

/// Makes the image be on the engine; one that is there is not pulled again. A registry from which nothing comes for `stall`
/// is taken for one that is away.
pub(crate) async fn fetch(
    fleet: &Fleet,
    release: &Release,
    credential: Option<&RegistryCredential>,
    progress: &watch::Sender<String>,
    stall: Duration,
) -> Result<(), DriverError> {
    let name = name(release)?;
    if is_there(fleet, name).await? {
        return Ok(());
    }
    let host = RegistryHost::of_image(name);
    let options = CreateImageOptionsBuilder::default().from_image(name).build();
    let login = credential.map(|credential| login(&host, credential));
    let mut parts = fleet.engine(DOING)?.create_image(Some(options), None, login);
    let mut pull = Pull::default();
    loop {
        let Ok(part) = timeout(stall, parts.try_next()).await else {
            let reason = format!("nothing came for {} s", stall.as_secs());
            return Err(DriverError::Registry { image: name.to_owned(), host, reason });
        };
        match part {
            Ok(Some(part)) => {
                pull.hear(&part);
                progress.send_replace(pull.to_string());
            }
            Ok(None) => return check(fleet, release).await,
            Err(fault) => return Err(denial::pull(release, host, credential, &reason(&fault))),
        }
    }
}

/// What the engine shows to the registry. Newer ones show it to the host that is named here and to no other.
fn login(host: &RegistryHost, credential: &RegistryCredential) -> DockerCredentials {
    let RegistryCredential { username, password } = credential;
    let address = if host.is_hub() { HUB } else { host.as_str() };
    DockerCredentials {
        username: Some(username.clone()),
        password: Some(password.expose_secret().to_owned()),
        serveraddress: Some(address.to_owned()),
        ..DockerCredentials::default()
    }
}
