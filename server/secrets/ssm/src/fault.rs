//! Errors of AWS in our words. AWS quotes rejected values, so its message is omitted where it could contain one.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ssm::config::http::HttpResponse;
use aws_sdk_ssm::error::{ProvideErrorMetadata, SdkError};
use control_plane::ports::secret_store::SecretError;

use crate::client::Aws;

/// A call, for messages.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// What it was for.
    pub(crate) doing: &'static str,
    /// The IAM action that it needs.
    pub(crate) action: &'static str,
    /// The parameter, or the path above it.
    pub(crate) name: &'a str,
    /// The KMS key of new values.
    pub(crate) key: &'a str,
}

impl Call<'_> {
    /// The error for a failed call.
    pub(crate) fn failed<E>(&self, aws: &Aws, error: &SdkError<E, HttpResponse>) -> SecretError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(answer) => {
                let said = answer.err().meta();
                self.refused(
                    aws,
                    said.code(),
                    said.message().unwrap_or_default(),
                    answer.raw().status().as_u16(),
                )
            }
            SdkError::TimeoutError(_) => self.away(aws, "no answer in time"),
            SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
                Some(error) => self.not_sent(aws, error),
                None => self.away(aws, "the request could not be sent"),
            },
            SdkError::ResponseError(answer) => self.away(
                aws,
                &format!("an answer that is none of SSM's (HTTP {})", answer.raw().status().as_u16()),
            ),
            other => self.away(aws, &innermost(other)),
        }
    }

    /// The error for an answer that lacks a required field.
    pub(crate) fn incomplete(&self, aws: &Aws, what: &str) -> SecretError {
        self.away(aws, &format!("an answer without {what}, which SSM always gives"))
    }

    fn away(&self, aws: &Aws, what: &str) -> SecretError {
        SecretError::Away { doing: self.doing, reason: format!("{}: {what}", aws.place) }
    }

    fn not_sent(&self, aws: &Aws, error: &(dyn Error + 'static)) -> SecretError {
        let mut cause = Some(error);
        while let Some(inner) = cause {
            if inner.is::<CredentialsError>() {
                return self.credentials(&format!(
                    "no credential was found: {}.",
                    innermost(inner).trim_end_matches('.')
                ));
            }
            cause = inner.source();
        }
        self.away(aws, &innermost(error))
    }

    fn credentials(&self, what: &str) -> SecretError {
        let way_out = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role; and look at its clock.";
        SecretError::Credentials { doing: self.doing, reason: format!("{what} {way_out}") }
    }

    fn refused(&self, aws: &Aws, code: Option<&str>, message: &str, status: u16) -> SecretError {
        match code.unwrap_or_default() {
            "ThrottlingException"
            | "Throttling"
            | "TooManyUpdates"
            | "RequestLimitExceeded"
            | "TooManyRequestsException" => SecretError::Throttled { doing: self.doing },
            "AccessDeniedException" | "AccessDenied" if message.contains("ciphertext") => {
                self.key("access denied")
            }
            "AccessDeniedException" | "AccessDenied" => self.denied(message),
            code @ ("UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "ExpiredTokenException"
            | "ExpiredToken"
            | "RequestExpired"
            | "IncompleteSignature"
            | "MissingAuthenticationToken") => {
                self.credentials(&format!("AWS does not accept the credential ({code})."))
            }
            code if code == "InvalidKeyId" || code.contains("KMS") || code.contains("Kms") => self.key(code),
            "HierarchyTypeMismatchException" | "UnsupportedParameterType" => {
                other_type(self.name, "another type")
            }
            "" => self.away(aws, &format!("HTTP {status}")),
            code if status >= 500 => self.away(aws, &format!("{code} (HTTP {status})")),
            code => SecretError::Refused { doing: self.doing, reason: self.objection(code) },
        }
    }

    fn key(&self, what: &str) -> SecretError {
        SecretError::Key {
            reason: format!(
                "AWS cannot use the KMS key of {} ({what}). See that it exists in this region, is enabled, and is in the policy. \
                 ATOMO_FLEET_KMS_KEY names the one for new values, {} now.",
                self.name, self.key
            ),
        }
    }

    fn objection(&self, code: &str) -> String {
        match code {
            "ParameterLimitExceeded" => {
                "the account holds as many parameters as AWS allows it. Delete some, or have the limit raised.".into()
            }
            "ParameterMaxVersionLimitExceeded" => {
                "the oldest of a hundred versions has a label, so AWS makes no new one. Take the label from it.".into()
            }
            code => format!("AWS refused {} ({code}).", self.name),
        }
    }

    /// AWS names principal, action and resource; the principal is omitted.
    fn denied(&self, message: &str) -> SecretError {
        let word = |after: &str| {
            let rest = message.split_once(after)?.1;
            rest.split_whitespace().next().map(|word| word.trim_end_matches(['.', ',']).to_owned())
        };
        SecretError::Denied {
            doing: self.doing,
            action: word("perform: ").unwrap_or_else(|| self.action.to_owned()),
            resource: word("on resource: ").unwrap_or_else(|| format!("parameter{}", self.name)),
        }
    }
}

/// The error for a parameter that is not a `SecureString`.
pub(crate) fn other_type(name: &str, seen: &str) -> SecretError {
    SecretError::Shape {
        path: name.to_owned(),
        reason: format!(
            "the parameter is of type {seen}, and a secret is a SecureString. Delete the parameter and put its value back as a \
             SecureString."
        ),
    }
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
