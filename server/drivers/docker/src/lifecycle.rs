//! Making, starting, stopping and removing a container.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, lchown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bollard::models::ContainerInspectResponse;
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, RenameContainerOptionsBuilder,
    StopContainerOptionsBuilder,
};
use control_plane::ports::driver::{DriverError, InstanceSpec};
use model::InstanceKey;
use nix::unistd::{getegid, geteuid};

use crate::container::{self, User};
use crate::fault::{away, done_already, found, reason, refused, status};
use crate::labels::Fleet;
use crate::network::Network;

/// Whom the published image of the release runs as.
const NONROOT: User = User { uid: 65_532, gid: 65_532 };

/// Makes the instance's container. Its name must be free.
pub(crate) async fn create(fleet: &Fleet, spec: &InstanceSpec, network: &Network) -> Result<(), DriverError> {
    const DOING: &str = "making the container";
    let user = user();
    hand_over(spec, user).await?;
    let options = CreateContainerOptionsBuilder::default().name(&fleet.container(&spec.key)).build();
    let body = container::body(fleet, spec, &network.name, user)?;
    match fleet.engine(DOING)?.create_container(Some(options), body).await {
        Ok(_) => Ok(()),
        Err(fault) if status(&fault) == Some(404) => Err(refused(&spec.release, &reason(&fault))),
        Err(fault) => Err(away(DOING)(fault)),
    }
}

/// Starts it. What the engine refuses about the program in the image is the image's fault.
pub(crate) async fn start(fleet: &Fleet, spec: &InstanceSpec) -> Result<(), DriverError> {
    const DOING: &str = "starting the container";
    let name = fleet.container(&spec.key);
    let Err(fault) = done_already(fleet.engine(DOING)?.start_container(&name, None).await) else {
        return Ok(());
    };
    let said = reason(&fault);
    if said.contains("port is already allocated") || said.contains("address already in use") {
        let address = spec.address.given()?;
        return Err(DriverError::AddressTaken { address, by: listeners::holder(address) });
    }
    if matches!(status(&fault), Some(400 | 404)) {
        return Err(refused(&spec.release, &said));
    }
    Err(away(DOING)(fault))
}

/// Asks the release to end, waits, then kills it. Absent and ended are success.
pub(crate) async fn stop(fleet: &Fleet, key: &InstanceKey, grace: Duration) -> Result<(), DriverError> {
    const DOING: &str = "stopping the container";
    let seconds = i32::try_from(grace.as_millis().div_ceil(1000)).unwrap_or(i32::MAX);
    let options = StopContainerOptionsBuilder::default().t(seconds).build();
    let answer = fleet.stopping(grace, DOING)?.stop_container(&fleet.container(key), Some(options)).await;
    done_already(answer).map_err(away(DOING))
}

/// Makes the name free: the present container stays for what it printed, the one before it goes. One that never ran goes too.
pub(crate) async fn set_aside(fleet: &Fleet, key: &InstanceKey) -> Result<(), DriverError> {
    const DOING: &str = "setting the former container aside";
    let name = fleet.container(key);
    let Some(present) = ours(fleet, &name, DOING).await? else { return Ok(()) };
    if crate::seen::instance(&present).is_none() {
        return discard(fleet, &name, DOING).await;
    }
    let before = fleet.before(key);
    if ours(fleet, &before, DOING).await?.is_some() {
        discard(fleet, &before, DOING).await?;
    }
    let options = RenameContainerOptionsBuilder::default().name(&before).build();
    fleet.engine(DOING)?.rename_container(&name, options).await.map_err(away(DOING))
}

/// Removes both containers at once.
pub(crate) async fn remove(fleet: &Fleet, key: &InstanceKey) -> Result<(), DriverError> {
    const DOING: &str = "removing the container";
    for name in [fleet.container(key), fleet.before(key)] {
        match ours(fleet, &name, DOING).await {
            Ok(Some(_)) => discard(fleet, &name, DOING).await?,
            Ok(None) | Err(DriverError::NameTaken { .. }) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

/// The container of this name; one of somebody else is an error.
async fn ours(
    fleet: &Fleet,
    name: &str,
    doing: &'static str,
) -> Result<Option<ContainerInspectResponse>, DriverError> {
    let present = fleet.ask(doing, async |engine| found(engine.inspect_container(name, None).await)).await?;
    let Some(present) = present else { return Ok(None) };
    let labels = present.config.as_ref().and_then(|config| config.labels.as_ref());
    if fleet.owns(labels) {
        Ok(Some(present))
    } else {
        Err(DriverError::NameTaken { what: "container", name: name.to_owned() })
    }
}

async fn discard(fleet: &Fleet, name: &str, doing: &'static str) -> Result<(), DriverError> {
    let options = RemoveContainerOptionsBuilder::default().force(true).build();
    done_already(fleet.engine(doing)?.remove_container(name, Some(options)).await).map_err(away(doing))
}

/// As root the release runs as the user of its image; else as we do, so that both can use the project's folders.
fn user() -> User {
    if geteuid().is_root() { NONROOT } else { User { uid: geteuid().as_raw(), gid: getegid().as_raw() } }
}

/// Gives the project's folders to that user. What the release wrote since is its own, so media are looked through only until
/// all of them were given once.
async fn hand_over(spec: &InstanceSpec, user: User) -> Result<(), DriverError> {
    let (schema, media) = (spec.schema.folder()?.to_owned(), spec.media.folder()?.to_owned());
    let handed = tokio::task::spawn_blocking(move || {
        fs::create_dir_all(&media).map_err(storage(&media))?;
        give(&schema, user)?;
        if is_of(&media, user)? { Ok(()) } else { give(&media, user) }
    });
    let failed = |fault: tokio::task::JoinError| DriverError::Away {
        doing: "giving the project's folders to the instance",
        reason: fault.to_string(),
    };
    handed.await.map_err(failed)?
}

fn is_of(path: &Path, user: User) -> Result<bool, DriverError> {
    let found = path.symlink_metadata().map_err(storage(path))?;
    Ok((found.uid(), found.gid()) == (user.uid, user.gid))
}

/// What is in a folder, then the folder itself: one that is given is given whole. Links are not followed.
fn give(path: &Path, user: User) -> Result<(), DriverError> {
    if path.symlink_metadata().map_err(storage(path))?.is_dir() {
        for entry in fs::read_dir(path).map_err(storage(path))? {
            give(&entry.map_err(storage(path))?.path(), user)?;
        }
    }
    if is_of(path, user)? {
        return Ok(());
    }
    lchown(path, Some(user.uid), Some(user.gid)).map_err(storage(path))
}

fn storage(path: &Path) -> impl FnOnce(std::io::Error) -> DriverError {
    let path = PathBuf::from(path);
    move |fault| DriverError::Storage { path, reason: fault.to_string() }
}
