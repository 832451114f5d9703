//! What the headers and the body of a delivery say. Pure.

use model::{GitHost, Problem, ProblemKind};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// Bytes of a branch name; git itself accepts at most 255 bytes for a path of its folder.
const BRANCH: usize = 255;

/// What a delivery is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// A push.
    Push,
    /// A test of the git host.
    Ping,
    /// Anything else.
    Other,
}

/// How a delivery proves that it comes from the git host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// HMAC-SHA256 of the body.
    Signature(Vec<u8>),
    /// The secret itself.
    Token(String),
}

/// The headers of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delivery {
    pub(super) host: GitHost,
    pub(super) event: Event,
    pub(super) proof: Proof,
    /// The id that the host gave it.
    pub(super) id: Option<String>,
}

/// Identifies a delivery, to refuse a repeated one: SHA-256 in hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digests {
    /// Of the signed body; of the id where no body is signed and there is one.
    pub(super) signed: String,
    /// Of the id, which is not signed, where the body is.
    pub(super) delivery: Option<String>,
}

/// The headers of one host that signs bodies: signature, event, id.
struct Signed {
    host: GitHost,
    signature: &'static str,
    event: &'static str,
    id: &'static str,
}

/// Forgejo also sends the headers of Gitea, and both those of GitHub: the first host that matches is the sender.
const SIGNED: [Signed; 3] = [
    Signed {
        host: GitHost::Forgejo,
        signature: "x-forgejo-signature",
        event: "x-forgejo-event",
        id: "x-forgejo-delivery",
    },
    Signed {
        host: GitHost::Gitea,
        signature: "x-gitea-signature",
        event: "x-gitea-event",
        id: "x-gitea-delivery",
    },
    Signed {
        host: GitHost::Github,
        signature: "x-hub-signature-256",
        event: "x-github-event",
        id: "x-github-delivery",
    },
];

impl Delivery {
    /// Reads the headers; `None` without a proof that has the right form.
    pub(super) fn read(header: impl Fn(&str) -> Option<String>) -> Option<Self> {
        for Signed { host, signature, event, id } in SIGNED {
            let Some(text) = header(signature) else { continue };
            let digits = text.strip_prefix("sha256=").unwrap_or(&text);
            let proof = Proof::Signature(hex::decode(digits).ok()?);
            return Some(Self { host, event: kind(header(event).as_deref()), proof, id: header(id) });
        }
        let proof = Proof::Token(header("x-gitlab-token")?);
        let event = kind(header("x-gitlab-event").as_deref());
        Some(Self { host: GitHost::Gitlab, event, proof, id: header("x-gitlab-event-uuid") })
    }

    /// The digests that identify the delivery. The id is not signed, so an attacker can repeat a body with another id: the digest of
    /// the body counts too.
    pub(super) fn digests(&self, body: &[u8]) -> Digests {
        let id = self.id.as_ref().map(|id| hex::encode(Sha256::digest(id)));
        match (&self.proof, id) {
            (Proof::Token(_), Some(id)) => Digests { signed: id, delivery: None },
            (_, id) => Digests { signed: hex::encode(Sha256::digest(body)), delivery: id },
        }
    }
}

fn kind(event: Option<&str>) -> Event {
    match event {
        Some("push" | "Push Hook") => Event::Push,
        Some("ping") => Event::Ping,
        _ => Event::Other,
    }
}

#[derive(Deserialize)]
struct Push {
    r#ref: String,
}

/// The branch that a push is about; `None` if it is about a tag. 422 if the body is no push.
pub(super) fn branch(body: &[u8]) -> Result<Option<String>, Problem> {
    let Push { r#ref } = serde_json::from_slice(body).map_err(|_| no_push())?;
    let Some(branch) = r#ref.strip_prefix("refs/heads/") else { return Ok(None) };
    let is_name = !branch.is_empty()
        && branch.len() <= BRANCH
        && !branch.contains(|c: char| c.is_control() || c == ' ');
    if is_name { Ok(Some(branch.to_owned())) } else { Err(no_push()) }
}

fn no_push() -> Problem {
    let detail =
        "Nothing was changed. Accepted: the JSON of a push, with the full name of the branch in ref.";
    Problem::new(ProblemKind::Refused, "The delivery is no push", detail)
}

#[cfg(test)]
mod tests;
