//! The root certificate of the internal issuer.
//!
//! Caddy 2.6 drops the connection of everyone who asks for it after a refused configuration, until the next one that it
//! accepts (its handler panics). So what was read once is kept, and the file is read where it is on this machine.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use control_plane::ports::gateway::GatewayError;
use serde_json::Value;

use crate::admin::AdminClient;
use crate::gateway::away;

#[derive(Debug)]
pub(crate) struct RootSource {
    file: Option<PathBuf>,
    last: Mutex<Option<String>>,
}

impl RootSource {
    pub(crate) const fn new(file: Option<PathBuf>) -> Self {
        Self { file, last: Mutex::new(None) }
    }

    /// PEM: as Caddy says, else as it said last, else from the file. The error is Caddy's.
    pub(crate) async fn get(&self, admin: &AdminClient) -> Result<String, GatewayError> {
        match ask(admin).await {
            Ok(pem) => {
                self.last.lock().unwrap_or_else(PoisonError::into_inner).replace(pem.clone());
                Ok(pem)
            }
            Err(error) => self.known().ok_or(error),
        }
    }

    fn known(&self) -> Option<String> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        last.or_else(|| std::fs::read_to_string(self.file.as_ref()?).ok())
    }
}

async fn ask(admin: &AdminClient) -> Result<String, GatewayError> {
    let doing = "reading the root certificate of the gateway";
    let answer = admin.get("/pki/ca/local").await.map_err(|error| away(doing, &error))?;
    if !answer.status.is_success() {
        return Err(GatewayError::Away { doing, reason: answer.error() });
    }
    let authority = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    let pem = authority["root_certificate"].as_str().map(str::to_owned);
    pem.ok_or_else(|| GatewayError::Away { doing, reason: "the answer holds none".into() })
}
