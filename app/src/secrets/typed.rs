//! Normalization of the values of the form of a secret.

use model::{FieldError, Problem, SecretName};

/// Replaces the CR LF line ends of a posted form by LF.
pub(crate) fn as_typed(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Validates the name of a secret.
pub(super) fn check_name(name: String) -> Result<SecretName, Problem> {
    SecretName::try_from(name.trim().to_owned())
        .map_err(|fault| Problem::invalid(vec![FieldError::new("name", fault)]))
}

#[cfg(test)]
mod tests;
