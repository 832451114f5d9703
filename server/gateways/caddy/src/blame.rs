//! On whose route did Caddy stumble?

use model::ProjectId;

use crate::identifiers::{HTTP, HTTPS};
use crate::rendered::Rendered;

/// Caddy names the place: `server atomo_https: setting up route handlers: route 8: ...`, counted from 0. Where it is about
/// certificates, it names the host: `cannot apply more than one automation policy to host: shop.example.com`.
pub(crate) fn project(reason: &str, rendered: &Rendered) -> Option<ProjectId> {
    by_place(reason, rendered).or_else(|| by_name(reason, rendered))
}

fn by_place(reason: &str, rendered: &Rendered) -> Option<ProjectId> {
    [HTTP, HTTPS].iter().find_map(|server| {
        let (_, place) = reason.split_once(&format!("server {server}: "))?;
        let number = place.split("route ").find_map(|rest| rest.split(':').next()?.parse::<usize>().ok())?;
        rendered.routes(server)?.get(number)?.project.clone()
    })
}

/// The only project one of whose names stands in the text.
fn by_name(reason: &str, rendered: &Rendered) -> Option<ProjectId> {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '.' || letter == '-';
    let words = reason.split(|letter| !is_of_name(letter)).map(|word| word.trim_matches(['.', '-']));
    let mut named: Vec<&ProjectId> = words.filter_map(|word| rendered.project_of_name(word)).collect();
    named.dedup();
    match named.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
