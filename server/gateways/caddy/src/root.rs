//! The root certificate of the internal issuer, from memory.
//!
//! The look at the parts refreshes it, so that no page and no request waits for Caddy. Caddy 2.6 drops the connection of
//! everyone who asks for it after a refused configuration, until the next one that it accepts (its handler panics). So
//! what was read once is kept, and the file is read where it is on this machine.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use control_plane::ports::gateway::GatewayError;
use serde_json::Value;

use crate::admin::{AdminClient, away};

const DOING: &str = "reading the root certificate of the gateway";

#[derive(Debug)]
pub(crate) struct RootSource {
    file: Option<PathBuf>,
    last: Mutex<Option<String>>,
}

impl RootSource {
    pub(crate) const fn new(file: Option<PathBuf>) -> Self {
        Self { file, last: Mutex::new(None) }
    }

    /// PEM, as it was read last; `None` until then. Waits for nothing.
    pub(crate) fn known(&self) -> Option<String> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// PEM: as it was read last, else as Caddy or the file says.
    pub(crate) async fn get(&self, admin: &AdminClient) -> Result<String, GatewayError> {
        match self.known() {
            Some(pem) => Ok(pem),
            None => self.refresh(admin).await,
        }
    }

    /// PEM: as Caddy says, else as it said last, else from the file. The error is Caddy's.
    pub(crate) async fn refresh(&self, admin: &AdminClient) -> Result<String, GatewayError> {
        let read = match ask(admin).await {
            Ok(pem) => Ok(pem),
            Err(error) => match self.known() {
                Some(pem) => Ok(pem),
                None => self.read_file().await.ok_or(error),
            },
        };
        if let Ok(pem) = &read {
            self.last.lock().unwrap_or_else(PoisonError::into_inner).replace(pem.clone());
        }
        read
    }

    async fn read_file(&self) -> Option<String> {
        let file = self.file.clone()?;
        tokio::task::spawn_blocking(move || std::fs::read_to_string(file).ok()).await.ok()?
    }
}

async fn ask(admin: &AdminClient) -> Result<String, GatewayError> {
    let answer = admin.get("/pki/ca/local").await.map_err(|error| away(DOING, &error))?;
    if !answer.status.is_success() {
        return Err(GatewayError::Away { doing: DOING, reason: answer.error() });
    }
    let authority = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    let pem = authority["root_certificate"].as_str().map(str::to_owned);
    pem.ok_or_else(|| GatewayError::Away { doing: DOING, reason: "the answer holds none".into() })
}
