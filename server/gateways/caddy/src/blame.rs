//! On whose route did Caddy stumble?

use model::ProjectId;
use serde_json::Value;

use crate::read::project_of;
use crate::render::{HTTP, HTTPS};

/// Caddy names the place: `server atomo_https: setting up route handlers: route 8: ...`, counted from 0.
pub(crate) fn project(reason: &str, rendered: &Value) -> Option<ProjectId> {
    [HTTP, HTTPS].iter().find_map(|server| {
        let (_, place) = reason.split_once(&format!("server {server}: "))?;
        let number = place.split("route ").find_map(|rest| rest.split(':').next()?.parse::<usize>().ok())?;
        project_of(&rendered["apps"]["http"]["servers"][server]["routes"][number])
    })
}

#[cfg(test)]
mod tests;
