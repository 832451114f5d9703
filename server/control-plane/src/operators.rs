//! Operators: the first one, log-ins, sessions, tokens.
//!
//! A wrong address and a wrong password are told apart by nothing, not even by the time they take. Links and tokens are
//! kept as hashes only.

pub mod attempts;
pub mod lease;
mod password;

use std::time::Instant;

use model::{Actor, ApiToken, Email, FieldError, Me, OperatorId, Problem, ProblemKind, Role, TokenId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};

use attempts::{Account, Attempts, Peer};
use password::Turns;

use crate::registry::{Event, OperatorRow};
use crate::{Inner, OpContext, Result, random};

/// How long a setup link can be used.
const SETUP_VALID: Duration = Duration::hours(24);
/// How long a token can be used.
const TOKEN_VALID: Duration = Duration::days(90);

/// What a session remembers of a log-in. Ends when the operator's epoch moves on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Who.
    pub operator: OperatorId,
    /// At which epoch.
    pub epoch: i32,
}

/// What stands before every password that is checked.
#[derive(Default)]
pub(crate) struct Gate {
    attempts: Attempts,
    turns: Turns,
}

/// Operators and their ways in.
pub struct Operators<'a>(&'a Inner);

impl<'a> Operators<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Whether there is no operator yet.
    pub async fn needs_setup(&self) -> Result<bool> {
        Ok(self.0.registry.count_operators().await? == 0)
    }

    /// Makes the code of a one-time setup link, valid for a day; earlier ones end.
    pub async fn make_setup_link(&self) -> Result<SecretString> {
        let code = random::secret(24)?;
        let mut change = self.0.registry.change(&OpContext::platform(Actor::Host)).await?;
        change.replace_setup_link(&sha256(&code), OffsetDateTime::now_utc() + SETUP_VALID).await?;
        change.commit(fleet_event("setup_link", serde_json::json!({}))).await?;
        Ok(code)
    }

    /// Whether the link can be used.
    pub async fn check_setup_link(&self, code: &str) -> Result<()> {
        let known = self.0.registry.has_setup_link(&sha256(&code.to_owned().into())).await?;
        if known { Ok(()) } else { Err(no_such_link().into()) }
    }

    /// Makes the first owner and uses the link up.
    pub async fn set_up(&self, code: &str, email: String, password: SecretString) -> Result<Identity> {
        let mut errors = Vec::new();
        let email = FieldError::collect(&mut errors, "email", Email::try_from(email));
        FieldError::collect(&mut errors, "password", password::check(&password));
        let Some(email) = email.filter(|_| errors.is_empty()) else {
            return Err(Problem::invalid(errors).into());
        };
        self.check_setup_link(code).await?;
        let hash = self.hash(password).await?;
        let mut change = self.0.registry.change(&OpContext::platform(Actor::Operator(email.clone()))).await?;
        if !change.use_setup_link(&sha256(&code.to_owned().into())).await? {
            return Err(no_such_link().into());
        }
        let operator =
            change.insert_operator(&email, &hash, Role::Owner).await?.ok_or_else(|| taken(&email))?;
        change
            .commit(fleet_event("operator_create", serde_json::json!({"email": email, "role": Role::Owner})))
            .await?;
        Ok(Identity { operator, epoch: 1 })
    }

    /// Makes an operator on the word of somebody who may.
    pub async fn create(
        &self,
        op: &OpContext,
        email: String,
        password: SecretString,
        role: Role,
    ) -> Result<Me> {
        op.on_fleet()?;
        let mut errors = Vec::new();
        let email = FieldError::collect(&mut errors, "email", Email::try_from(email));
        FieldError::collect(&mut errors, "password", password::check(&password));
        let Some(email) = email.filter(|_| errors.is_empty()) else {
            return Err(Problem::invalid(errors).into());
        };
        let hash = self.hash(password).await?;
        let mut change = self.0.registry.change(op).await?;
        let id = change.insert_operator(&email, &hash, role).await?.ok_or_else(|| taken(&email))?;
        change
            .commit(fleet_event("operator_create", serde_json::json!({"email": email, "role": role})))
            .await?;
        Ok(Me { id, email, roles: vec![role] })
    }

    /// Sets another password for an operator; every session and token of theirs ends.
    pub async fn reset(&self, op: &OpContext, email: &Email, password: SecretString) -> Result<()> {
        op.on_fleet()?;
        password::check(&password)
            .map_err(|fault| Problem::invalid(vec![FieldError::new("password", fault)]))?;
        let operator = self.by_email(email).await?;
        let hash = self.hash(password).await?;
        let mut change = self.0.registry.change(op).await?;
        change.set_password(operator.id, &hash).await?;
        Ok(change.commit(fleet_event("operator_reset", serde_json::json!({"email": email}))).await?)
    }

    async fn hash(&self, password: SecretString) -> Result<String> {
        password::hash(self.0.gate.turns.take().await?, password).await
    }

    /// Logs in. Wrong address and wrong password are told apart by nothing; from the fifth wrong one on the next one
    /// for that address, by whoever is there, has to wait.
    pub async fn log_in(&self, email: String, password: SecretString, peer: Peer) -> Result<Identity> {
        let operator = match Email::try_from(email.clone()) {
            Ok(email) => self.0.registry.operator_by_email(&email).await?,
            Err(_) => None,
        };
        let account = Account::new(&email, operator.as_ref().map_or(0, |operator| operator.epoch), peer);
        self.may_try(&account)?;
        let turn = self.0.gate.turns.take().await?;
        // others may have guessed while this one waited for its turn
        self.may_try(&account)?;
        let hash = operator.as_ref().map(|operator| operator.password_hash.clone());
        let (right, _turn) = password::verify(turn, password, hash).await?;
        let Some(operator) = operator.filter(|_| right) else {
            self.0.gate.attempts.wrong(account, Instant::now());
            return Err(wrong_pair().into());
        };
        self.0.gate.attempts.right(&account);
        let op = OpContext::operator(Actor::Operator(operator.email), operator.id, operator.grants);
        let change = self.0.registry.change(&op).await?;
        change.commit(fleet_event("log_in", serde_json::json!({}))).await?;
        Ok(Identity { operator: operator.id, epoch: operator.epoch })
    }

    fn may_try(&self, account: &Account) -> Result<()> {
        let wait = self.0.gate.attempts.wait(account, Instant::now());
        if wait.is_zero() { Ok(()) } else { Err(too_many(wait).into()) }
    }

    /// Who a session belongs to; `None` when it has ended.
    pub async fn identify(&self, identity: &Identity) -> Result<Option<OpContext>> {
        let operator = self.0.registry.operator(identity.operator).await?;
        Ok(operator.filter(|operator| operator.epoch == identity.epoch).map(|operator| {
            OpContext::operator(Actor::Operator(operator.email), operator.id, operator.grants)
        }))
    }

    /// Who a token belongs to; `None` when it is unknown, revoked or expired.
    pub async fn identify_token(&self, token: &SecretString) -> Result<Option<OpContext>> {
        let owner = self.0.registry.token_owner(&sha256(token)).await?;
        Ok(owner.map(|(operator, name)| {
            OpContext::operator(Actor::Token { name, operator: operator.email }, operator.id, operator.grants)
        }))
    }

    /// Who asks.
    pub async fn me(&self, op: &OpContext) -> Result<Me> {
        let operator = self.of(op).await?;
        Ok(Me { id: operator.id, email: operator.email, roles: operator.grants.roles() })
    }

    /// The asker's tokens, newest first.
    pub async fn tokens(&self, op: &OpContext) -> Result<Vec<ApiToken>> {
        Ok(self.0.registry.tokens(self.of(op).await?.id).await?)
    }

    /// Makes a token for the asker. The token itself is in this answer and nowhere else.
    pub async fn create_token(&self, op: &OpContext, name: String) -> Result<(ApiToken, SecretString)> {
        let operator = self.of(op).await?;
        self.make_token(op, &operator, name).await
    }

    /// Makes a token for another operator, on the server's host.
    pub async fn create_token_for(
        &self,
        op: &OpContext,
        email: &Email,
        name: String,
    ) -> Result<(ApiToken, SecretString)> {
        op.on_fleet()?;
        let operator = self.by_email(email).await?;
        self.make_token(op, &operator, name).await
    }

    async fn make_token(
        &self,
        op: &OpContext,
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
        change.commit(fleet_event("token_create", detail)).await?;
        Ok((info, token))
    }

    /// Revokes a token of the asker.
    pub async fn revoke_token(&self, op: &OpContext, id: TokenId) -> Result<()> {
        let operator = self.of(op).await?;
        let mut change = self.0.registry.change(op).await?;
        if !change.delete_token(operator.id, id).await? {
            return Err(Problem::not_found(format!("token {id}")).into());
        }
        Ok(change.commit(fleet_event("token_revoke", serde_json::json!({"token": id}))).await?)
    }

    async fn of(&self, op: &OpContext) -> Result<OperatorRow> {
        let id = op.operator_id().ok_or_else(log_in_ended)?;
        Ok(self.0.registry.operator(id).await?.ok_or_else(log_in_ended)?)
    }

    async fn by_email(&self, email: &Email) -> Result<OperatorRow> {
        let operator = self.0.registry.operator_by_email(email).await?;
        Ok(operator.ok_or_else(|| Problem::not_found(format!("operator {email}")))?)
    }
}

fn fleet_event(action: &str, detail: serde_json::Value) -> Event<'_> {
    Event { project: None, action, detail }
}

fn sha256(secret: &SecretString) -> Vec<u8> {
    Sha256::digest(secret.expose_secret()).to_vec()
}

fn no_such_link() -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        "This setup link cannot be used",
        "It was used, has expired, or was replaced. Start the server again: it prints a new one while there is no operator.",
    )
}

fn taken(email: &Email) -> Problem {
    Problem::taken("email", format!("{email} is an operator already."), "an address that no operator has")
}

fn log_in_ended() -> Problem {
    let detail = "Nothing was changed. The log-in has ended; log in again.";
    Problem::new(ProblemKind::Unauthenticated, "Not logged in", detail)
}

/// Does not say how many tries are left: an address that nobody has would have another number.
fn wrong_pair() -> Problem {
    let detail =
        "The address or the password is wrong. After five wrong ones an account waits, up to 15 min.";
    Problem::new(ProblemKind::Unauthenticated, "Not logged in", detail)
}

fn too_many(wait: std::time::Duration) -> Problem {
    let seconds = wait.as_secs().saturating_add(1);
    let time = if seconds < 60 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) };
    let detail = format!("After several wrong log-ins with this address the next one is possible in {time}.");
    let problem = Problem::new(ProblemKind::TooMany, "Too many attempts", detail);
    Problem { retry_after_s: u32::try_from(seconds).ok(), ..problem }
}
