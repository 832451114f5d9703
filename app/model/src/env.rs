//! Environment variables and secrets of a project.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::text::validated_text;
use crate::{Invalid, Operation};

validated_text! {
    /// Name of an environment variable, `[A-Z][A-Z0-9_]*`, that the platform does not set itself.
    EnvName, check_env
}

validated_text! {
    /// Name of a secret of a project, `[A-Z][A-Z0-9_]*`. Its value exists in the secret store only.
    SecretName, check_secret
}

/// Variables that a project may not set: the platform sets them, or they would reach outside of the instance's folder.
pub const PLATFORM_OWNED: [&str; 14] = [
    "ATOMO_CONFIG_DIR",
    "ATOMO_ENV",
    "ATOMO_PROJECT_ID",
    "ATOMO_SCHEMA_PATH",
    "ATOMO_SCHEMA_WATCH",
    "DATABASE_POOL_MAX",
    "DATABASE_URL",
    "HOME",
    "HOST",
    "JWT_SECRET",
    "LOG_FORMAT",
    "PATH",
    "PORT",
    "STORAGE_LOCAL_DIR",
];

/// Maximum length of a value in bytes.
pub const MAX_VALUE: usize = 32 * 1024;

/// The value of a variable: in JSON a text, or `{"secret": "NAME"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum EnvValue {
    /// A text, readable by every operator who may see the project.
    Text(String),
    /// The present value of a secret of the project, resolved when the instance starts.
    Secret(SecretUse),
}

/// A secret used as the value of a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SecretUse {
    /// Its name.
    pub secret: SecretName,
}

/// Whether a text is valid in an environment block.
pub fn check_value(text: &str) -> Result<(), Invalid> {
    const ACCEPTED: &str = "text without NUL characters, at most 32,768 bytes";
    if text.contains('\0') {
        return Err(Invalid::new("A NUL character is not accepted.", ACCEPTED));
    }
    if text.len() > MAX_VALUE {
        return Err(Invalid::new(format!("{} bytes is too long.", text.len()), ACCEPTED));
    }
    Ok(())
}

fn check_shape(text: &str) -> Result<(), Invalid> {
    const ACCEPTED: &str = "a capital letter, then capital letters, digits and underscores";
    let well_formed = text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if !well_formed {
        return Err(Invalid::new(
            format!("\"{}\" is not a name of a variable.", text.escape_default()),
            ACCEPTED,
        ));
    }
    if text.len() > 128 {
        return Err(Invalid::new("A name has at most 128 characters.", ACCEPTED));
    }
    Ok(())
}

fn check_env(text: &str) -> Result<String, Invalid> {
    check_shape(text)?;
    if PLATFORM_OWNED.contains(&text) || text.starts_with("LD_") {
        return Err(Invalid::new(
            format!("{text} is set by the platform and cannot be overridden."),
            "any variable but those that the platform owns",
        ));
    }
    Ok(text.to_owned())
}

fn check_secret(text: &str) -> Result<String, Invalid> {
    check_shape(text)?;
    Ok(text.to_owned())
}

/// A secret without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecretInfo {
    /// Its name.
    pub name: SecretName,
    /// Version number; increases with every change.
    pub version: u32,
    /// When this version was written, if the store knows.
    #[serde(with = "time::serde::rfc3339::option")]
    pub changed_at: Option<OffsetDateTime>,
    /// Whether the platform generated it and uses it itself.
    pub platform: bool,
}

/// The result of setting a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecretChanged {
    /// The version of the new value.
    pub version: u32,
    /// The operation that replaces the instance, if its environment uses the secret.
    pub operation: Option<Operation>,
}
