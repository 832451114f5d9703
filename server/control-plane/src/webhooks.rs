//! Webhooks of repositories: a git host reports a push, and the projects of the repository get proposals.
//!
//! - A delivery changes nothing by itself. Of its body only the name of the branch is used; commits are read from the repository.
//! - An unknown repository, a repository without a webhook and a wrong signature get the same answer.
//! - The request records the delivery and ends. The task `webhooks` reads the repository ([`push`]).
//!
//! `docs/deploys.md` describes webhooks for operators.

mod commands;
mod delivery;
mod limiter;
pub(crate) mod push;
mod signature;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::{Problem, ProblemKind, RepositoryId};
use secrecy::SecretString;
use time::OffsetDateTime;

use crate::registry::NewDelivery;
use crate::secrets::names::webhook_path;
use crate::{Inner, Result};
use delivery::{Delivery, Event};
use limiter::Limiter;

/// The path of a webhook's address.
pub fn path(id: RepositoryId) -> String {
    format!("/hooks/repositories/{id}")
}

/// What became of a delivery with a valid signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// It was a test of the git host.
    Pong,
    /// It is handled in the background.
    Recorded,
    /// It is no push to a branch; nothing follows from it.
    Ignored,
}

/// The keys of signatures that were read from the secret store, and the deliveries of the last minute.
#[derive(Default)]
pub(crate) struct WebhookState {
    secrets: Mutex<HashMap<RepositoryId, (OffsetDateTime, SecretString)>>,
    limiter: Limiter,
}

/// Webhooks.
pub struct Webhooks<'a>(&'a Inner);

impl<'a> Webhooks<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Checks a delivery and records it. `header` returns the value of a header by its lower-case name; `None` as `id` is an address
    /// that names no repository. 404 without a valid signature, 409 for a delivery that was received before, 429 beyond 30 deliveries a
    /// minute.
    #[tracing::instrument(skip_all)]
    pub async fn receive(
        &self,
        id: Option<RepositoryId>,
        header: impl Fn(&str) -> Option<String>,
        body: &[u8],
    ) -> Result<Receipt> {
        let delivery = Delivery::read(header);
        let secret = self.secret(id).await?;
        // the signature is computed in any case: the time of the answer does not tell whether there is a webhook
        let is_valid = signature::is_valid(secret.as_ref(), delivery.as_ref(), body);
        let (Some(id), Some(delivery), true) = (id, delivery, is_valid) else {
            return Err(unknown().into());
        };
        if !self.0.webhooks.limiter.admit(id) {
            return Err(too_many().into());
        }
        self.0.registry.webhook_received(id).await?;
        match delivery.event {
            Event::Ping => Ok(Receipt::Pong),
            Event::Other => Ok(Receipt::Ignored),
            Event::Push => self.push(id, &delivery, body).await,
        }
    }

    async fn push(&self, id: RepositoryId, delivery: &Delivery, body: &[u8]) -> Result<Receipt> {
        let Some(branch) = delivery::branch(body)? else { return Ok(Receipt::Ignored) };
        let digests = delivery.digests(body);
        let new = NewDelivery {
            repository: id,
            digest: &digests.signed,
            delivery: digests.delivery.as_deref(),
            host: delivery.host,
            branch: &branch,
        };
        if self.0.registry.insert_delivery(&new).await? {
            Ok(Receipt::Recorded)
        } else {
            Err(repeated().into())
        }
    }

    /// The key of the repository's signatures; `None` if there is no such webhook.
    async fn secret(&self, id: Option<RepositoryId>) -> Result<Option<SecretString>> {
        // a nil id is in no row: an address that names no repository costs the same query
        let id = id.unwrap_or_else(|| uuid::Uuid::nil().into());
        let Some(made_at) = self.0.registry.webhook_made_at(id).await? else { return Ok(None) };
        let known = |secrets: &HashMap<RepositoryId, (OffsetDateTime, SecretString)>| {
            secrets.get(&id).filter(|(at, _)| *at == made_at).map(|(_, secret)| secret.clone())
        };
        if let Some(secret) = known(&self.0.webhooks.secrets.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(Some(secret));
        }
        let Some(secret) = self.0.ports.secrets.get(&webhook_path(id), None).await? else { return Ok(None) };
        let mut secrets = self.0.webhooks.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.insert(id, (made_at, secret.value.clone()));
        Ok(Some(secret.value))
    }
}

fn unknown() -> Problem {
    let detail = "Nothing was changed. No webhook at this address accepts this signature. Compare address and secret at the git \
                  host with those that were shown when the webhook was created, or create it again.";
    Problem::new(ProblemKind::NotFound, "Delivery not accepted", detail)
}

fn too_many() -> Problem {
    let detail = "Nothing was changed. At most 30 deliveries a minute are accepted for a repository. Deliver again later.";
    Problem { retry_after_s: Some(60), ..Problem::new(ProblemKind::TooMany, "Too many deliveries", detail) }
}

fn repeated() -> Problem {
    let detail = "Nothing was changed. This delivery was received before. Push again, or compare the commit on the page Deploys of \
                  the project.";
    Problem::new(ProblemKind::Conflict, "Delivery received before", detail)
}
