//! The calls that read and delete.

use aws_sdk_ssm::operation::delete_parameter::DeleteParameterError;
use aws_sdk_ssm::operation::get_parameter::GetParameterError;
use aws_sdk_ssm::operation::get_parameter_history::GetParameterHistoryError;
use aws_sdk_ssm::operation::put_parameter::builders::PutParameterFluentBuilder;
use aws_sdk_ssm::types::{ParameterTier, ParameterType};
use control_plane::ports::secret_store::{Secret, SecretError, SecretMeta, SecretPath, SecretScope};
use secrecy::{ExposeSecret as _, SecretString};
use time::OffsetDateTime;

use super::Inner;
use crate::client::Aws;
use crate::fault::{Call, other_type};
use crate::value;

/// Maximum results of one call of AWS.
const PAGE: i32 = 10;
const HISTORY_PAGE: i32 = 50;

impl Inner {
    pub(super) fn call<'a>(&'a self, doing: &'static str, action: &'static str, name: &'a str) -> Call<'a> {
        let key = self.settings.kms_key.as_ref().map_or("alias/aws/ssm", |key| key.as_str());
        Call { doing, action, name, key }
    }

    /// The parameter's name. Validated again here, though callers guarantee a valid path.
    pub(super) fn name(&self, doing: &'static str, path: &SecretPath) -> Result<String, SecretError> {
        let is_name = !path.name.is_empty()
            && path.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if is_name {
            return Ok(self.settings.prefix.name(path));
        }
        Err(SecretError::Refused { doing, reason: format!("{path} is not the path of a secret.") })
    }

    pub(super) async fn get(
        &self,
        doing: &'static str,
        path: &SecretPath,
        version: Option<u32>,
    ) -> Result<Option<Secret>, SecretError> {
        let (aws, name) = (self.aws.get(doing).await?, self.name(doing, path)?);
        let call = self.call(doing, "ssm:GetParameter", &name);
        let selector = match version {
            Some(0) => return Ok(None),
            Some(version) => format!("{name}:{version}"),
            None => name.clone(),
        };
        let answer = match aws.client.get_parameter().name(selector).with_decryption(true).send().await {
            Ok(answer) => answer,
            Err(error) => match error.as_service_error() {
                Some(
                    GetParameterError::ParameterNotFound(_) | GetParameterError::ParameterVersionNotFound(_),
                ) => return Ok(None),
                _ => return Err(call.failed(aws, &error)),
            },
        };
        let parameter = answer.parameter.ok_or_else(|| call.incomplete(aws, "the parameter"))?;
        opened(call, aws, parameter.r#type.as_ref(), parameter.version, parameter.value.as_deref()).map(Some)
    }

    /// Every version that AWS still has.
    pub(super) async fn history(&self, path: &SecretPath) -> Result<Vec<Secret>, SecretError> {
        const DOING: &str = "reading the versions of a secret";
        let (aws, name) = (self.aws.get(DOING).await?, self.name(DOING, path)?);
        let call = self.call(DOING, "ssm:GetParameterHistory", &name);
        let (mut all, mut next) = (Vec::new(), None);
        loop {
            let request = aws.client.get_parameter_history().name(&name).with_decryption(true);
            let page = match request.max_results(HISTORY_PAGE).set_next_token(next.clone()).send().await {
                Ok(page) => page,
                Err(error) => match error.as_service_error() {
                    Some(GetParameterHistoryError::ParameterNotFound(_)) => return Ok(Vec::new()),
                    _ => return Err(call.failed(aws, &error)),
                },
            };
            for kept in page.parameters() {
                all.push(opened(call, aws, kept.r#type(), kept.version(), kept.value())?);
            }
            next = turned(call, aws, next.as_deref(), page.next_token)?;
            if next.is_none() {
                break;
            }
        }
        all.sort_by_key(|secret| secret.version);
        Ok(all)
    }

    /// Names and versions of a scope; no value is decrypted.
    pub(super) async fn list(&self, scope: &SecretScope) -> Result<Vec<SecretMeta>, SecretError> {
        const DOING: &str = "listing secrets";
        let (aws, folder) = (self.aws.get(DOING).await?, self.settings.prefix.of(scope));
        let call = self.call(DOING, "ssm:GetParametersByPath", &folder);
        let (mut all, mut next) = (Vec::new(), None);
        loop {
            let request = aws.client.get_parameters_by_path().path(&folder).max_results(PAGE);
            let page = request.set_next_token(next.clone()).send().await;
            let page = page.map_err(|error| call.failed(aws, &error))?;
            for parameter in page.parameters() {
                let name = parameter.name().and_then(|name| name.strip_prefix(&folder)?.strip_prefix('/'));
                let changed_at = parameter.last_modified_date();
                all.push(SecretMeta {
                    name: name.ok_or_else(|| call.incomplete(aws, "a name below the path"))?.to_owned(),
                    version: number(call, aws, parameter.version())?,
                    changed_at: changed_at.and_then(|at| OffsetDateTime::from_unix_timestamp(at.secs()).ok()),
                });
            }
            next = turned(call, aws, next.as_deref(), page.next_token)?;
            if next.is_none() {
                break;
            }
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    pub(super) async fn probe(&self) -> Result<String, SecretError> {
        const DOING: &str = "trying the store";
        let (aws, folder) = (self.aws.get(DOING).await?, self.settings.prefix.of(&SecretScope::Fleet));
        let call = self.call(DOING, "ssm:GetParametersByPath", &folder);
        let request = aws.client.get_parameters_by_path().path(&folder).max_results(1).customize();
        let asked = request.config_override(self.settings.patience.short()).send().await;
        asked.map_err(|error| call.failed(aws, &error))?;
        Ok(format!("{}, parameters below {}, key {}", aws.place, self.settings.prefix, call.key))
    }

    pub(super) async fn delete(&self, path: &SecretPath) -> Result<(), SecretError> {
        const DOING: &str = "deleting a secret";
        let (aws, name) = (self.aws.get(DOING).await?, self.name(DOING, path)?);
        match aws.client.delete_parameter().name(&name).send().await {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(DeleteParameterError::ParameterNotFound(_)) => Ok(()),
                _ => Err(self.call(DOING, "ssm:DeleteParameter", &name).failed(aws, &error)),
            },
        }
    }

    /// With intelligent tiering AWS uses the standard tier if the value fits, else the advanced one.
    pub(super) fn put_request(
        &self,
        aws: &Aws,
        name: &str,
        value: &SecretString,
        overwrite: bool,
    ) -> PutParameterFluentBuilder {
        let key = self.settings.kms_key.as_ref().map(ToString::to_string);
        let request = aws.client.put_parameter().name(name).value(value::encode(value.expose_secret()));
        request
            .r#type(ParameterType::SecureString)
            .tier(ParameterTier::IntelligentTiering)
            .set_key_id(key)
            .overwrite(overwrite)
    }
}

fn opened(
    call: Call<'_>,
    aws: &Aws,
    kind: Option<&ParameterType>,
    version: i64,
    text: Option<&str>,
) -> Result<Secret, SecretError> {
    match kind {
        Some(ParameterType::SecureString) => {}
        Some(other) => return Err(other_type(call.name, other.as_str())),
        None => return Err(call.incomplete(aws, "the type")),
    }
    let text = text.ok_or_else(|| call.incomplete(aws, "the value"))?;
    let value = value::decode(text).ok_or_else(|| SecretError::Shape {
        path: call.name.to_owned(),
        reason: "its value is marked as base64 and is none. Put its former value back.".into(),
    })?;
    Ok(Secret { value: SecretString::from(value), version: number(call, aws, version)? })
}

fn number(call: Call<'_>, aws: &Aws, version: i64) -> Result<u32, SecretError> {
    let version = u32::try_from(version).ok().filter(|version| *version > 0);
    version.ok_or_else(|| call.incomplete(aws, "the version"))
}

/// The token of the next page. Fails for a repeated token, which would loop for ever.
fn turned(
    call: Call<'_>,
    aws: &Aws,
    last: Option<&str>,
    next: Option<String>,
) -> Result<Option<String>, SecretError> {
    let next = next.filter(|next| !next.is_empty());
    if next.is_some() && next.as_deref() == last {
        return Err(call.incomplete(aws, "an end"));
    }
    Ok(next)
}
