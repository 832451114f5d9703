//! The caller and what they may do: the first parameter of every method, background work included.

use model::action::{Action, Target};
use model::{Actor, Grants, OperatorId, Problem, ProblemKind, ProjectSet};
use time::OffsetDateTime;

use crate::Result;

/// By what a caller is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A log-in in the dashboard.
    Session,
    /// An API token.
    Token,
    /// The command line on the server's host: whoever can run it has the data directory.
    Host,
    /// The control plane itself.
    Platform,
}

/// What an operator has proved at the log-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// Their password.
    Password,
}

/// How and when the caller became known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    /// By what.
    pub method: Method,
    /// When: at the log-in of a session, when a token was made; of the host and the platform, now.
    pub at: OffsetDateTime,
    /// What was proved at `at`; empty for everything but a session.
    pub factors: Vec<Factor>,
}

impl Authentication {
    /// A log-in with a password at this time.
    pub fn session(at: OffsetDateTime) -> Self {
        Self { method: Method::Session, at, factors: vec![Factor::Password] }
    }

    /// A token that was made at this time.
    pub const fn token(at: OffsetDateTime) -> Self {
        Self { method: Method::Token, at, factors: Vec::new() }
    }

    fn here(actor: &Actor) -> Self {
        let method = if *actor == Actor::Host { Method::Host } else { Method::Platform };
        Self { method, at: OffsetDateTime::now_utc(), factors: Vec::new() }
    }
}

/// The caller of a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpContext {
    actor: Actor,
    operator: Option<OperatorId>,
    grants: Grants,
    authentication: Authentication,
    idempotency_key: Option<String>,
    made_from: Option<i64>,
}

impl OpContext {
    /// An operator, in person or by a token.
    pub const fn operator(
        actor: Actor,
        id: OperatorId,
        grants: Grants,
        authentication: Authentication,
    ) -> Self {
        Self { actor, operator: Some(id), grants, authentication, idempotency_key: None, made_from: None }
    }

    /// The platform itself, or the command line on its host.
    pub fn platform(actor: Actor) -> Self {
        let authentication = Authentication::here(&actor);
        Self {
            actor,
            operator: None,
            grants: Grants::everything(),
            authentication,
            idempotency_key: None,
            made_from: None,
        }
    }

    /// The same caller with the idempotency key of one request.
    #[must_use]
    pub fn under(self, idempotency_key: Option<String>) -> Self {
        Self { idempotency_key, ..self }
    }

    /// For a request that holds only for the project as it was at this generation.
    #[must_use]
    pub fn made_from(self, generation: Option<i64>) -> Self {
        Self { made_from: generation, ..self }
    }

    /// The generation of the project that the request was made from, if the caller named one.
    pub const fn generation(&self) -> Option<i64> {
        self.made_from
    }

    /// The idempotency key of the request, if the caller sent one.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// Who the audit trail names.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The operator; `None` for the platform and the host.
    pub const fn operator_id(&self) -> Option<OperatorId> {
        self.operator
    }

    /// How and when the caller became known.
    pub const fn authentication(&self) -> &Authentication {
        &self.authentication
    }

    /// Whether the caller may perform the action on the target: for what a list contains.
    pub fn can(&self, action: Action, target: Target<'_>) -> bool {
        self.grants.allow(action, target)
    }

    /// The projects on which the caller may perform the action.
    pub fn projects(&self, action: Action) -> ProjectSet {
        self.grants.projects(action)
    }

    /// Refuses with 403 when the caller may not perform the action on the target.
    pub fn may(&self, action: Action, target: Target<'_>) -> Result<()> {
        if self.can(action, target) { Ok(()) } else { Err(forbidden(action, target).into()) }
    }

    /// Refuses with 403 when the caller may not perform every one of the actions on the target.
    pub fn may_all(&self, actions: &[Action], target: Target<'_>) -> Result<()> {
        actions.iter().try_for_each(|action| self.may(*action, target))
    }

    /// The problem without the last lines of the instance's log, unless the caller may read the log.
    pub(crate) fn redacted(&self, target: Target<'_>, problem: Option<Problem>) -> Option<Problem> {
        problem.map(|problem| {
            if self.redacts(target, &problem) { Problem { log: Vec::new(), ..problem } } else { problem }
        })
    }

    /// Whether the problem has lines of the instance's log that the caller may not read.
    pub(crate) fn redacts(&self, target: Target<'_>, problem: &Problem) -> bool {
        !problem.log.is_empty() && !self.can(Action::ProjectLogs, target)
    }
}

fn forbidden(action: Action, target: Target<'_>) -> Problem {
    let roles = action.roles().iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    let place = match target {
        Target::Fleet => "on all projects".to_owned(),
        Target::Project(id) => format!("on the project {id}"),
        Target::Anywhere => "on at least one project".to_owned(),
    };
    let doing = action.doing();
    let detail =
        format!("Nothing was changed. To {doing} ({action}) you need one of these roles {place}: {roles}.");
    Problem::new(ProblemKind::Forbidden, "Your role does not allow this", detail)
}
