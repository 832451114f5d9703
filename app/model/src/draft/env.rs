//! The environment of a project, as it was typed.

use std::collections::BTreeMap;

use super::EnvDraft;
use crate::env::check_value;
use crate::{EnvName, EnvValue, FieldError};

/// The variables that are right; what is wrong is added to the errors.
pub(crate) fn check_env(
    drafts: BTreeMap<String, EnvDraft>,
    errors: &mut Vec<FieldError>,
) -> BTreeMap<EnvName, EnvValue> {
    let mut env = BTreeMap::new();
    for (name, draft) in drafts {
        let field = format!("env.{name}");
        let name = FieldError::collect(errors, &field, EnvName::try_from(name));
        let value = match draft {
            EnvDraft::Text(text) => {
                FieldError::collect(errors, &field, check_value(&text)).map(|()| EnvValue::Text(text))
            }
            EnvDraft::Secret(draft) => FieldError::collect(errors, &field, draft.secret.parse())
                .map(|secret| EnvValue::Secret(crate::SecretUse { secret })),
        };
        if let (Some(name), Some(value)) = (name, value) {
            env.insert(name, value);
        }
    }
    env
}
