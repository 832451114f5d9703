//! Image registries with a credential.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::text::{uuid_id, validated_text};
use crate::{FieldError, Invalid, Problem};

uuid_id! {
    /// The id of an image registry.
    ImageRegistryId
}

validated_text! {
    /// The host of an image registry, in lower case, with its port if image names have one: `ghcr.io`,
    /// `registry.example.com:5000`, `localhost:5000`. Docker Hub is `docker.io`.
    RegistryHost, check
}

const ACCEPTED: &str = "a host such as ghcr.io or registry.example.com:5000, as image names begin with it; docker.io for Docker Hub";

/// The name of Docker Hub.
const HUB: &str = "docker.io";
/// Hosts of Docker Hub that are not part of image names.
const HUBS: [&str; 4] =
    ["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"];

impl RegistryHost {
    /// The image registry of an image, by the engine's rule: the text before the first `/`, if it contains a dot or a
    /// port or is `localhost`; else Docker Hub.
    pub fn of_image(image: &str) -> Self {
        let host = image.split_once('/').map(|(host, _)| host).filter(|host| names_a_host(host));
        host.and_then(|host| host.parse().ok()).unwrap_or_else(|| Self(HUB.to_owned()))
    }

    /// Whether it is Docker Hub.
    pub fn is_hub(&self) -> bool {
        self.as_str() == HUB
    }
}

fn names_a_host(component: &str) -> bool {
    component.contains(['.', ':']) || component == "localhost"
}

fn check(text: &str) -> Result<String, Invalid> {
    let fault = |message: String| Err(Invalid::new(message, ACCEPTED));
    let text = text.trim().to_ascii_lowercase();
    if text.is_empty() {
        return fault("A host is needed.".to_owned());
    }
    if text.contains('/') || text.contains('@') {
        return fault("Only the host belongs here, without scheme, path or user name.".to_owned());
    }
    if !names_a_host(&text) {
        return fault(format!(
            "\"{text}\" is no registry's host in the name of an image: it has neither dot nor port."
        ));
    }
    let (name, port) = text.split_once(':').map_or((text.as_str(), None), |(name, port)| (name, Some(port)));
    if port.is_some_and(|port| {
        !port.starts_with(|first: char| matches!(first, '1'..='9')) || port.parse::<u16>().is_err()
    }) {
        return fault("The port is a number from 1 to 65535.".to_owned());
    }
    let address = name.parse::<Ipv4Addr>().is_ok();
    if name.len() > 253 || !(address || name.split('.').all(is_label)) {
        return fault(format!("\"{name}\" is not accepted as a host."));
    }
    Ok(if port.is_none() && HUBS.contains(&name) { HUB.to_owned() } else { text })
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// An image registry. Its password is in the secret store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImageRegistry {
    /// Its id.
    pub id: ImageRegistryId,
    /// Its host. Images whose name starts with it are pulled with its credential.
    pub host: RegistryHost,
    /// The account that pulls images.
    pub username: String,
    /// Reference to the password or token in the secret store.
    pub credential: String,
    /// When it was added.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When its credential was last replaced; initially when it was added.
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
}

impl ImageRegistry {
    /// Whether its credential replaced an earlier one.
    pub fn was_replaced(&self) -> bool {
        self.changed_at != self.created_at
    }
}

/// An image registry as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImageRegistryDraft {
    /// See [`RegistryHost`].
    #[serde(default)]
    pub host: String,
    /// The account that pulls images.
    #[serde(default)]
    pub username: String,
    /// The password or token.
    #[serde(default)]
    pub password: String,
}

/// A valid image registry, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImageRegistry {
    /// Its host.
    pub host: RegistryHost,
    /// The account that pulls images.
    pub username: String,
}

impl ImageRegistryDraft {
    /// The valid image registry, or all field errors. The password stays with the caller.
    pub fn validate(&self) -> Result<NewImageRegistry, Problem> {
        let mut errors = Vec::new();
        let host = FieldError::collect(&mut errors, "host", RegistryHost::try_from(self.host.clone()));
        let username = FieldError::collect(&mut errors, "username", user_name(&self.username));
        FieldError::collect(&mut errors, "password", password(&self.password));
        match (host, username) {
            (Some(host), Some(username)) if errors.is_empty() => Ok(NewImageRegistry { host, username }),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

fn user_name(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    let fault = |message| Err(Invalid::new(message, "the name of the account, without spaces or colons"));
    if text.is_empty() {
        return fault(
            "A user name is needed; where only a token is given out, its documentation says which.",
        );
    }
    if text.len() > 255 || text.contains(|c: char| c == ':' || c.is_whitespace() || c.is_control()) {
        return fault("This is not a user name.");
    }
    Ok(text.to_owned())
}

fn password(text: &str) -> Result<(), Invalid> {
    let fault = |message| Err(Invalid::new(message, "the password or token, at most 32,768 bytes"));
    if text.trim().is_empty() {
        return fault("A password is needed; a registry that needs none is not added.");
    }
    if text.len() > crate::env::MAX_VALUE {
        return fault("This is too long for a password or token.");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
