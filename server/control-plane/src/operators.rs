//! Operators: setup of the first one, log-ins, sessions, tokens.
//!
//! The answers to an unknown address and to a wrong password are equal, including the time they take. Links and tokens are
//! stored as hashes only.

pub mod login_failures;
mod password;
pub mod stream_grant;
mod tokens;

use std::time::Instant;

use model::{
    Action, Actor, Email, EventAction, FieldError, Grants, Invalid, Me, OperatorId, Problem, ProblemKind,
    ProjectSet, Role, SystemEvent, Target,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};

use login_failures::{Account, ClientNetwork, LoginFailures};
use password::HashPermits;

use crate::context::Authentication;
use crate::registry::{Event, OperatorRow, TokenRow};
use crate::{Inner, OpContext, Result, random};

/// Validity of a setup link.
const SETUP_VALID: Duration = Duration::hours(24);

/// The log-in that a session stores. It ends when the epoch of the operator changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The operator.
    pub operator: OperatorId,
    /// Their epoch at the log-in.
    pub epoch: i32,
    /// When they logged in.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// Limits log-ins: delays after failures, and permits for concurrent password hashes.
#[derive(Default)]
pub(crate) struct LoginThrottle {
    failures: LoginFailures,
    permits: HashPermits,
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

    /// Creates the code of a one-time setup link, valid for a day. Earlier codes become invalid.
    pub async fn make_setup_link(&self) -> Result<SecretString> {
        let code = random::secret(24)?;
        let mut change = self.0.registry.change(&OpContext::platform(Actor::Host)).await?;
        change.replace_setup_link(&sha256(&code), OffsetDateTime::now_utc() + SETUP_VALID).await?;
        change.commit(fleet_event(SystemEvent::SetupLink.into(), serde_json::json!({}))).await?;
        Ok(code)
    }

    /// Whether the link can be used.
    pub async fn check_setup_link(&self, code: &str) -> Result<()> {
        let known = self.0.registry.has_setup_link(&sha256(&code.to_owned().into())).await?;
        if known { Ok(()) } else { Err(no_such_link().into()) }
    }

    /// Creates the first owner and invalidates the link.
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
            .commit(fleet_event(
                Action::OperatorCreate.into(),
                serde_json::json!({"email": email, "role": Role::Owner}),
            ))
            .await?;
        Ok(Identity { operator, epoch: 1, at: OffsetDateTime::now_utc() })
    }

    /// Creates an operator with this role on every project. Only owners can be created yet.
    #[tracing::instrument(skip_all)]
    pub async fn create(
        &self,
        op: &OpContext,
        email: String,
        password: SecretString,
        role: Role,
    ) -> Result<Me> {
        op.may(Action::OperatorCreate, Target::Fleet)?;
        let mut errors = Vec::new();
        FieldError::collect(&mut errors, "role", only_owners(role));
        let email = FieldError::collect(&mut errors, "email", Email::try_from(email));
        FieldError::collect(&mut errors, "password", password::check(&password));
        let Some(email) = email.filter(|_| errors.is_empty()) else {
            return Err(Problem::invalid(errors).into());
        };
        let hash = self.hash(password).await?;
        let mut change = self.0.registry.change(op).await?;
        let id = change.insert_operator(&email, &hash, role).await?.ok_or_else(|| taken(&email))?;
        change
            .commit(fleet_event(
                Action::OperatorCreate.into(),
                serde_json::json!({"email": email, "role": role}),
            ))
            .await?;
        Ok(Me { id, email, grants: Grants::one(role, ProjectSet::All) })
    }

    /// Sets another password for an operator; every session and token of theirs ends.
    #[tracing::instrument(skip_all)]
    pub async fn reset(&self, op: &OpContext, email: &Email, password: SecretString) -> Result<()> {
        op.may(Action::OperatorReset, Target::Fleet)?;
        password::check(&password)
            .map_err(|fault| Problem::invalid(vec![FieldError::new("password", fault)]))?;
        let operator = self.by_email(email).await?;
        let hash = self.hash(password).await?;
        let mut change = self.0.registry.change(op).await?;
        change.set_password(operator.id, &hash).await?;
        let detail = serde_json::json!({"email": email});
        Ok(change.commit(fleet_event(Action::OperatorReset.into(), detail)).await?)
    }

    async fn hash(&self, password: SecretString) -> Result<String> {
        password::hash(self.0.login_throttle.permits.take().await?, password).await
    }

    /// Logs in. An unknown address and a wrong password get the same answer. From the fifth failure on, the next attempt for
    /// this address from this network is delayed.
    pub async fn log_in(
        &self,
        email: String,
        password: SecretString,
        peer: ClientNetwork,
    ) -> Result<Identity> {
        let operator = match Email::try_from(email.clone()) {
            Ok(email) => self.0.registry.operator_by_email(&email).await?,
            Err(_) => None,
        };
        let account = Account::new(&email, operator.as_ref().map_or(0, |operator| operator.epoch), peer);
        self.may_try(&account)?;
        let permit = self.0.login_throttle.permits.take().await?;
        // concurrent attempts may have failed while this one waited for its permit
        self.may_try(&account)?;
        let hash = operator.as_ref().map(|operator| operator.password_hash.clone());
        let (right, _permit) = password::verify(permit, password, hash).await?;
        let Some(operator) = operator.filter(|_| right) else {
            self.0.login_throttle.failures.wrong(account, Instant::now());
            return Err(wrong_pair().into());
        };
        self.0.login_throttle.failures.right(&account);
        let identity =
            Identity { operator: operator.id, epoch: operator.epoch, at: OffsetDateTime::now_utc() };
        let change = self.0.registry.log_in_change(&in_session(operator, identity.at)).await?;
        change.commit(fleet_event(SystemEvent::LogIn.into(), serde_json::json!({}))).await?;
        Ok(identity)
    }

    fn may_try(&self, account: &Account) -> Result<()> {
        let wait = self.0.login_throttle.failures.wait(account, Instant::now());
        if wait.is_zero() { Ok(()) } else { Err(too_many(wait).into()) }
    }

    /// The caller of a session; `None` if it has ended.
    pub async fn identify(&self, identity: &Identity) -> Result<Option<OpContext>> {
        let operator = self.0.registry.operator(identity.operator).await?;
        let operator = operator.filter(|operator| operator.epoch == identity.epoch);
        Ok(operator.map(|operator| in_session(operator, identity.at)))
    }

    /// The caller of a token; `None` if it is unknown, revoked or expired.
    pub async fn identify_token(&self, token: &SecretString) -> Result<Option<OpContext>> {
        let token = self.0.registry.token_by_hash(&sha256(token)).await?;
        Ok(token.map(|TokenRow { operator, name, created_at }| {
            let actor = Actor::Token { name, operator: operator.email };
            OpContext::operator(actor, operator.id, operator.grants, Authentication::token(created_at))
        }))
    }

    /// The caller and their grants. Needs no grant.
    #[tracing::instrument(skip_all)]
    pub async fn me(&self, op: &OpContext) -> Result<Me> {
        let operator = self.of(op).await?;
        Ok(Me { id: operator.id, email: operator.email, grants: operator.grants })
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

fn fleet_event(action: EventAction, detail: serde_json::Value) -> Event<'static> {
    Event { project: None, action, detail }
}

fn in_session(operator: OperatorRow, since: OffsetDateTime) -> OpContext {
    let authentication = Authentication::session(since);
    OpContext::operator(Actor::Operator(operator.email), operator.id, operator.grants, authentication)
}

/// Until roles can be assigned, every operator is an owner.
fn only_owners(role: Role) -> Result<(), Invalid> {
    if role == Role::Owner {
        return Ok(());
    }
    Err(Invalid::new(format!("Operators with the role {role} cannot be created yet."), "owner"))
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

/// Does not tell the remaining attempts: an unknown address would show another number.
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
