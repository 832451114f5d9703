//! Merges our parts into Caddy's configuration. Pure and idempotent.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::identifiers::{HTTP, HTTPS, OWN_TAG, TLS_POLICY};

/// The value of `apps` that contains `ours` and leaves everything else of `live` (a whole configuration, or null)
/// unchanged.
pub(crate) fn merge(live: &Value, ours: &Value) -> Value {
    let mut apps = live.get("apps").filter(|apps| apps.is_object()).cloned().unwrap_or_else(|| json!({}));
    let ours = &ours["apps"];
    for server in [HTTP, HTTPS] {
        put(&mut apps, &["http", "servers", server], ours["http"]["servers"][server].clone());
    }
    let former = names(&policies(&apps).iter().find(|policy| is_ours(policy)).cloned().unwrap_or_default());
    merge_policy(&mut apps, ours["tls"]["automation"]["policies"].get(0));
    merge_files(&mut apps, &ours["tls"]["certificates"]["load_files"]);
    merge_names(&mut apps, &former, &ours["tls"]["certificates"]["automate"]);
    let trust = &ours["pki"]["certificate_authorities"]["local"]["install_trust"];
    if !trust.is_null() && apps["pki"]["certificate_authorities"]["local"]["install_trust"].is_null() {
        put(&mut apps, &["pki", "certificate_authorities", "local", "install_trust"], trust.clone());
    }
    apps
}

/// A new policy of ours is put first: a policy without subjects, as others may have, applies to every name.
fn merge_policy(apps: &mut Value, ours: Option<&Value>) {
    let mut merged = policies(apps);
    let place = merged.iter().position(is_ours);
    match (place, ours) {
        (Some(at), Some(ours)) => merged[at] = ours.clone(),
        (Some(at), None) => drop(merged.remove(at)),
        (None, Some(ours)) => merged.insert(0, ours.clone()),
        (None, None) => return,
    }
    put(apps, &["tls", "automation", "policies"], Value::Array(merged));
}

/// The list of names is shared with others; the subjects of our former policy tell which names were ours.
fn merge_names(apps: &mut Value, former: &BTreeSet<String>, ours: &Value) {
    let live = apps["tls"]["certificates"]["automate"].as_array().cloned().unwrap_or_default();
    let ours = ours.as_array().cloned().unwrap_or_default();
    if former.is_empty() && ours.is_empty() {
        return;
    }
    let is_theirs =
        |name: &Value| !name.as_str().is_some_and(|name| former.contains(name)) && !ours.contains(name);
    let mut merged: Vec<Value> = live.into_iter().filter(is_theirs).collect();
    merged.extend(ours.iter().cloned());
    put(apps, &["tls", "certificates", "automate"], Value::Array(merged));
}

/// The list of files is shared with others; the tag tells which are ours.
fn merge_files(apps: &mut Value, ours: &Value) {
    let live = apps["tls"]["certificates"]["load_files"].as_array().cloned();
    let ours = ours.as_array().cloned().unwrap_or_default();
    if live.is_none() && ours.is_empty() {
        return;
    }
    let is_theirs =
        |file: &Value| !file["tags"].as_array().is_some_and(|tags| tags.contains(&json!(OWN_TAG)));
    let mut merged: Vec<Value> = live.unwrap_or_default().into_iter().filter(is_theirs).collect();
    merged.extend(ours);
    put(apps, &["tls", "certificates", "load_files"], Value::Array(merged));
}

fn policies(apps: &Value) -> Vec<Value> {
    apps["tls"]["automation"]["policies"].as_array().cloned().unwrap_or_default()
}

fn is_ours(policy: &Value) -> bool {
    policy["@id"] == TLS_POLICY
}

fn names(policy: &Value) -> BTreeSet<String> {
    let subjects = policy["subjects"].as_array();
    subjects.into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect()
}

/// Sets the value at a path, and creates missing objects. A value in its way that is not an object is replaced: Caddy
/// would have rejected it.
fn put(at: &mut Value, path: &[&str], value: Value) {
    let [key, rest @ ..] = path else {
        *at = value;
        return;
    };
    if !at.is_object() {
        *at = json!({});
    }
    put(&mut at[*key], rest, value);
}

#[cfg(test)]
mod tests;
