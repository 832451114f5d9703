//! The settings of the secret store AWS SSM.

use secrets_ssm::{InvalidKmsKey, InvalidPrefix, Prefix, SsmSettings};

use super::{Reader, optional};

/// Validated also if another store is used, because secrets may be moved.
pub(super) fn settings(r: &mut Reader<'_>) -> SsmSettings {
    SsmSettings {
        prefix: r.read("SSM_PREFIX", Prefix::default(), |text| {
            text.parse().map_err(|fault: InvalidPrefix| fault.to_string())
        }),
        kms_key: r.read("KMS_KEY", None, |text| {
            optional(text, |text| text.parse().map_err(|fault: InvalidKmsKey| fault.to_string()))
        }),
        ..SsmSettings::default()
    }
}
