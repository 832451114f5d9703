//! People who log in to the control plane, and what they may do.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::text::{uuid_id, validated_text};
use crate::{Grants, Invalid};

uuid_id! {
    /// The id of an operator.
    OperatorId
}

uuid_id! {
    /// The id of an API token (not the token).
    TokenId
}

validated_text! {
    /// An e-mail address, in lower case: one `@`, something on both sides, a dot in the host, no spaces.
    Email, check_email
}

fn check_email(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str = "an e-mail address such as ines@example.com";
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Err(Invalid::new("An e-mail address is needed.", ACCEPTED));
    }
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>' | ',' | ';' | '"');
    match text.split_once('@') {
        Some((user, host))
            if !user.is_empty()
                && host.contains('.')
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !host.contains('@')
                && !text.contains(odd)
                && text.len() <= 254 =>
        {
            Ok(text)
        }
        _ => Err(Invalid::new(format!("\"{text}\" is not an e-mail address."), ACCEPTED)),
    }
}

/// Who is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Their id.
    pub id: OperatorId,
    /// Their address.
    pub email: Email,
    /// What they may do.
    pub grants: Grants,
}

/// An API token, without the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiToken {
    /// Its id.
    pub id: TokenId,
    /// What it was called.
    pub name: String,
    /// Whose it is.
    pub operator: Email,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it ends.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// When it was last used, to the minute.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_used_at: Option<OffsetDateTime>,
}
