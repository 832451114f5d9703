//! Who asks, and what they may do: the first parameter everywhere, background work included.

use model::{Actor, OperatorId, Problem, ProblemKind, ProjectId, ProjectSet, Role};

use crate::Result;

/// What an operator may do: (role, project set), several of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants(Vec<(Role, ProjectSet)>);

impl Grants {
    /// These grants.
    pub const fn new(grants: Vec<(Role, ProjectSet)>) -> Self {
        Self(grants)
    }

    /// Every role on every project: the platform's own work, and the command line on the server's host.
    pub fn everything() -> Self {
        Self(vec![(Role::Owner, ProjectSet::All)])
    }

    /// The roles, on whatever projects.
    pub fn roles(&self) -> Vec<Role> {
        self.0.iter().map(|(role, _)| *role).collect()
    }

    fn on_project(&self, id: &ProjectId) -> bool {
        self.0.iter().any(|(Role::Owner, set)| set.contains(id))
    }

    fn on_fleet(&self) -> bool {
        self.0.iter().any(|(Role::Owner, set)| *set == ProjectSet::All)
    }
}

/// Who asks for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpContext {
    actor: Actor,
    operator: Option<OperatorId>,
    grants: Grants,
    request_key: Option<String>,
}

impl OpContext {
    /// An operator, in person or by a token.
    pub const fn operator(actor: Actor, id: OperatorId, grants: Grants) -> Self {
        Self { actor, operator: Some(id), grants, request_key: None }
    }

    /// The platform itself, or the command line on its host.
    pub fn platform(actor: Actor) -> Self {
        Self { actor, operator: None, grants: Grants::everything(), request_key: None }
    }

    /// For one request that is acted upon once, whatever way and however often it comes under this key.
    #[must_use]
    pub fn under(self, request_key: Option<String>) -> Self {
        Self { request_key, ..self }
    }

    /// The key of the request, if its asker gave one.
    pub fn request_key(&self) -> Option<&str> {
        self.request_key.as_deref()
    }

    /// On whose word.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The person behind it; `None` for the platform.
    pub const fn operator_id(&self) -> Option<OperatorId> {
        self.operator
    }

    /// What they may do.
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Whether they may see and change the project.
    pub fn may_see(&self, id: &ProjectId) -> bool {
        self.grants.on_project(id)
    }

    /// Refuses who may not see and change the project.
    pub fn on_project(&self, id: &ProjectId) -> Result<()> {
        if self.may_see(id) { Ok(()) } else { Err(forbidden(&format!("the project {id}"))) }
    }

    /// Refuses who may not see and change what concerns the whole fleet.
    pub fn on_fleet(&self) -> Result<()> {
        if self.grants.on_fleet() { Ok(()) } else { Err(forbidden("the whole fleet")) }
    }
}

fn forbidden(what: &str) -> crate::Error {
    let detail = format!("Nothing was changed. An owner of {what} may do this.");
    Problem::new(ProblemKind::Forbidden, "Your role does not allow this", detail).into()
}
