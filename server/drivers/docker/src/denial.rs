//! Classifies a failed pull from the engine's message, which repeats that of the image registry or the network.
//! Compared in lower case.

use control_plane::ports::driver::{DriverError, RegistryCredential, Release};
use model::RegistryHost;

use crate::fault::refused;

/// The image registry does not answer, or says that it cannot now.
const PASSING: [&str; 11] = [
    "connection refused",
    "connection reset",
    "no route to host",
    "network is unreachable",
    "timeout",
    "deadline exceeded",
    "server misbehaving",
    "temporary failure in name resolution",
    "unexpected eof",
    "status: 5",
    "status code 5",
];
/// The image registry requires another credential, or does not have the image.
const DENIED: [&str; 5] = ["denied", "unauthorized", "authentication required", "no basic auth", "forbidden"];
/// The image registry limits the rate of pulls.
const TOO_MANY: &str = "toomanyrequests";

/// The error of a failed pull.
pub(crate) fn pull(
    release: &Release,
    host: RegistryHost,
    credential: Option<&RegistryCredential>,
    reason: &str,
) -> DriverError {
    let said = reason.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if said.contains("no space left on device") {
        return DriverError::Away { doing: "pulling the release image", reason: reason.to_owned() };
    }
    let way_out = if has(&DENIED) {
        denied(&host, credential)
    } else if said.contains(TOO_MANY) {
        too_many(&host, credential)
    } else if has(&PASSING) {
        let image = match release {
            Release::Image(name) => name.clone(),
            Release::Program(_) => release.to_string(),
        };
        return DriverError::Registry { image, host, reason: reason.to_owned() };
    } else {
        String::new()
    };
    refused(release, &format!("it is not on the engine, and pulling it failed: {reason}{way_out}"))
}

fn denied(host: &RegistryHost, credential: Option<&RegistryCredential>) -> String {
    credential.map_or_else(
        || {
            format!(
                "; {host} was asked without a credential: where the image is private, add {host} with one (Settings, or \
                 atomoctl image-registry add)"
            )
        },
        |credential| {
            format!(
                "; the credential of {host} as {} was not accepted for it: add {host} again with one that is (Settings, or \
                 atomoctl image-registry add)",
                credential.username
            )
        },
    )
}

fn too_many(host: &RegistryHost, credential: Option<&RegistryCredential>) -> String {
    if credential.is_some() {
        format!("; {host} gives this account no more for a while")
    } else {
        format!(
            "; {host} gives more to whoever has a credential: add one (Settings, or atomoctl image-registry add)"
        )
    }
}

#[cfg(test)]
mod tests;
