//! The shape of an instance's container. Pure.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;

use bollard::models::{
    ContainerCreateBody, EndpointSettings, HostConfig, HostConfigLogConfig, Mount, MountType,
    NetworkingConfig, PortBinding, RestartPolicy, RestartPolicyNameEnum,
};
use control_plane::ports::driver::{DriverError, InstanceSpec};
use model::InstanceLimits;
use secrecy::ExposeSecret as _;

use crate::image;
use crate::labels::{ADDRESS, DIGEST, Fleet, SECRET};
use crate::limits;

/// Where the server listens inside.
const PORT: u16 = 3000;
/// Where the schema folder is inside.
const SCHEMA: &str = "/schema";
/// Where the media folder is inside.
const MEDIA: &str = "/media";
/// The only other place that can be written.
const SCRATCH: (&str, &str) = ("/tmp", "rw,noexec,nosuid,size=64m");
/// What the engine keeps of the server's output: so much a file, so many files.
const LOG: [(&str, &str); 2] = [("max-size", "10m"), ("max-file", "3")];

/// Whom the server runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// Everything that the engine is told. The whole spec is taken apart, so a new field cannot be forgotten here.
pub(crate) fn body(
    fleet: &Fleet,
    spec: &InstanceSpec,
    network: &str,
    user: User,
) -> Result<ContainerCreateBody, DriverError> {
    let InstanceSpec { key, digest, release, limits, address, env, schema, media, database_socket, redact } =
        spec;
    let secret = |value: &str| redact.iter().any(|secret| value.contains(secret.expose_secret()));
    let names = env.iter().filter(|(_, value)| secret(value.expose_secret())).map(|(name, _)| name.as_str());
    let mut labels = fleet.labels(key);
    let address = address.given()?;
    labels.extend([
        (DIGEST.to_owned(), digest.clone()),
        (ADDRESS.to_owned(), address.to_string()),
        (SECRET.to_owned(), names.collect::<Vec<_>>().join(",")),
    ]);
    let mut mounts = vec![bind(schema.folder()?, SCHEMA, true), bind(media.folder()?, MEDIA, false)];
    // at the same place as on the host, where the URL of the database names it
    mounts.extend(database_socket.iter().map(|folder| bind(folder, &folder.display().to_string(), true)));
    let port = format!("{PORT}/tcp");
    Ok(ContainerCreateBody {
        image: Some(image::name(release)?.to_owned()),
        env: Some(environment(env)),
        user: Some(format!("{}:{}", user.uid, user.gid)),
        labels: Some(labels),
        exposed_ports: Some(vec![port.clone()]),
        host_config: Some(HostConfig {
            mounts: Some(mounts),
            port_bindings: Some(HashMap::from([(port, Some(vec![published(address)]))])),
            network_mode: Some(network.to_owned()),
            ..confined(limits)
        }),
        networking_config: Some(NetworkingConfig {
            endpoints_config: Some(HashMap::from([(network.to_owned(), EndpointSettings::default())])),
        }),
        ..ContainerCreateBody::default()
    })
}

/// What holds for every instance.
fn confined(limits: &InstanceLimits) -> HostConfig {
    let map = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<HashMap<_, _>>()
    };
    HostConfig {
        init: Some(true),
        restart_policy: Some(RestartPolicy {
            name: Some(RestartPolicyNameEnum::NO),
            maximum_retry_count: None,
        }),
        readonly_rootfs: Some(true),
        tmpfs: Some(map(&[SCRATCH])),
        cap_drop: Some(vec!["ALL".to_owned()]),
        security_opt: Some(vec!["no-new-privileges".to_owned()]),
        log_config: Some(HostConfigLogConfig { typ: Some("json-file".to_owned()), config: Some(map(&LOG)) }),
        ..limits::host_config(limits)
    }
}

/// `NAME=value`; the last of two equal names counts, so nothing of the spec overrides what the driver decides.
fn environment(env: &[(String, secrecy::SecretString)]) -> Vec<String> {
    let own = [
        ("HOST", "0.0.0.0".to_owned()),
        ("PORT", PORT.to_string()),
        ("ATOMO_SCHEMA_PATH", format!("{SCHEMA}/schema.ts")),
        ("STORAGE_LOCAL_DIR", MEDIA.to_owned()),
    ];
    let given = env.iter().filter(|(name, _)| own.iter().all(|(owned, _)| owned != name));
    given
        .map(|(name, value)| format!("{name}={}", value.expose_secret()))
        .chain(own.iter().map(|(name, value)| format!("{name}={value}")))
        .collect()
}

fn published(address: SocketAddr) -> PortBinding {
    PortBinding { host_ip: Some(address.ip().to_string()), host_port: Some(address.port().to_string()) }
}

fn bind(source: &Path, target: &str, read_only: bool) -> Mount {
    Mount {
        typ: Some(MountType::BIND),
        source: Some(source.display().to_string()),
        target: Some(target.to_owned()),
        read_only: Some(read_only),
        ..Mount::default()
    }
}

#[cfg(test)]
mod tests;
