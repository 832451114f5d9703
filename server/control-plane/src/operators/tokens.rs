//! Tokens of operators. A token may do what its operator may.

use model::{Action, ApiToken, Email, Problem, Target, TokenId};
use secrecy::{ExposeSecret as _, SecretString};
use time::{Duration, OffsetDateTime};

use super::{Operators, fleet_event, sha256};
use crate::registry::OperatorRow;
use crate::{OpContext, Result, random};

/// How long a token can be used.
const TOKEN_VALID: Duration = Duration::days(90);

impl Operators<'_> {
    /// The caller's tokens, newest first.
    #[tracing::instrument(skip_all)]
    pub async fn tokens(&self, op: &OpContext) -> Result<Vec<ApiToken>> {
        op.may(Action::TokenView, Target::Anywhere)?;
        Ok(self.0.registry.tokens(self.of(op).await?.id).await?)
    }

    /// Makes a token for the caller. The token itself is in this answer and nowhere else.
    #[tracing::instrument(skip_all)]
    pub async fn create_token(&self, op: &OpContext, name: String) -> Result<(ApiToken, SecretString)> {
        op.may(Action::TokenCreate, Target::Anywhere)?;
        let operator = self.of(op).await?;
        self.make_token(op, Action::TokenCreate, &operator, name).await
    }

    /// Makes a token for another operator, on the server's host.
    #[tracing::instrument(skip_all)]
    pub async fn create_token_for(
        &self,
        op: &OpContext,
        email: &Email,
        name: String,
    ) -> Result<(ApiToken, SecretString)> {
        op.may(Action::TokenCreateForOther, Target::Fleet)?;
        let operator = self.by_email(email).await?;
        self.make_token(op, Action::TokenCreateForOther, &operator, name).await
    }

    async fn make_token(
        &self,
        op: &OpContext,
        action: Action,
        operator: &OperatorRow,
        name: String,
    ) -> Result<(ApiToken, SecretString)> {
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
            return Err(Problem::field("name", "This name is not accepted.", "1 to 80 characters").into());
        }
        let token = SecretString::from(format!("atf_{}", random::secret(32)?.expose_secret()));
        let expires_at = OffsetDateTime::now_utc() + TOKEN_VALID;
        let mut change = self.0.registry.change(op).await?;
        let info = change.insert_token(operator, &name, &sha256(&token), expires_at).await?;
        let detail = serde_json::json!({"name": name, "email": operator.email});
        change.commit(fleet_event(action.into(), detail)).await?;
        Ok((info, token))
    }

    /// Revokes a token of the caller.
    #[tracing::instrument(skip_all)]
    pub async fn revoke_token(&self, op: &OpContext, id: TokenId) -> Result<()> {
        op.may(Action::TokenRevoke, Target::Anywhere)?;
        let operator = self.of(op).await?;
        let mut change = self.0.registry.change(op).await?;
        let name = change.delete_token(operator.id, id).await?;
        let name = name.ok_or_else(|| Problem::not_found(format!("token {id}")))?;
        let detail = serde_json::json!({"token": id, "name": name});
        Ok(change.commit(fleet_event(Action::TokenRevoke.into(), detail)).await?)
    }
}
