//! The image of an instance: there, or pulled.

use bollard::query_parameters::CreateImageOptionsBuilder;
use control_plane::ports::driver::{DriverError, ServerArtifact};
use futures::TryStreamExt as _;

use crate::fault::{away, found, reason};
use crate::labels::Fleet;

/// The name of the image to run. A program is for another driver.
pub(crate) fn name(server: &ServerArtifact) -> Result<&str, DriverError> {
    match server {
        ServerArtifact::Image(name) => Ok(name),
        ServerArtifact::Program(_) => Err(refused(server, "containers are made from images")),
    }
}

/// Makes the image be on the engine; one that is there is not pulled again.
pub(crate) async fn ensure(fleet: &Fleet, server: &ServerArtifact) -> Result<(), DriverError> {
    const DOING: &str = "looking for the server image";
    let name = name(server)?;
    if found(fleet.engine(DOING)?.inspect_image(name).await).map_err(away(DOING))?.is_some() {
        return Ok(());
    }
    let options = CreateImageOptionsBuilder::default().from_image(name).build();
    let pulled = fleet.engine(DOING)?.create_image(Some(options), None, None).try_collect::<Vec<_>>().await;
    pulled.map(drop).map_err(|fault| {
        refused(server, &format!("it is not on the engine, and pulling it failed: {}", reason(&fault)))
    })
}

pub(crate) fn refused(server: &ServerArtifact, reason: &str) -> DriverError {
    DriverError::Server { server: server.clone(), reason: reason.to_owned() }
}
