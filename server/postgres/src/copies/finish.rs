//! Completes a copy after its rows were loaded, so that it can take a database's place.

use control_plane::ports::database_copies::{CopySpec, RoleSettings};
use control_plane::ports::postgres_host::PostgresError;
use sqlx::postgres::PgConnectOptions;

use super::names::{self, PROJECT, owner};
use super::{access, lookup};
use crate::session::{Session, state};
use crate::sql::{identifier, literal};

const DOING: &str = "completing a copy of a database";

/// Settings whose value is a list of names. Each name is a constant of its own in SQL.
const LISTS: [&str; 5] = [
    "search_path",
    "temp_tablespaces",
    "local_preload_libraries",
    "session_preload_libraries",
    "createrole_self_grant",
];

/// The whole contract of `finish_copy`.
pub async fn copy(admin: &PgConnectOptions, copy: &CopySpec) -> Result<(), PostgresError> {
    names::refuse_other_names(DOING, &copy.name)?;
    let name = copy.name.to_string();
    let mut session = Session::open(admin, DOING).await?;
    session.lock(DOING, &name).await?;
    let gone = || PostgresError::Gone { doing: DOING, database: copy.name.clone() };
    let found = lookup::by_name(&mut session, DOING, &name).await?.ok_or_else(gone)?;
    let role_exists =
        lookup::missing_roles(&mut session, DOING, std::slice::from_ref(&name)).await?.is_empty();
    if role_exists {
        let no_log_in = format!("alter role {} nologin password null", identifier(&name));
        session.run(DOING, &no_log_in).await?;
    }
    access::end_sessions(&mut session, DOING, found.oid).await?;
    let mut inside = Session::open(&admin.clone().database(&name), DOING).await?;
    inside.unlimited();
    if role_exists {
        give_to_owner(&mut inside, copy).await?;
    }
    refresh_views(&mut inside).await?;
    inside.run(DOING, "analyze").await?;
    drop(inside);
    for settings in &copy.facts.settings {
        apply(&mut session, copy, settings).await?;
    }
    Ok(())
}

/// Gives everything to the owner and drops the copy's role. Where it is the owner itself, it loses what only a restore needs.
async fn give_to_owner(inside: &mut Session, copy: &CopySpec) -> Result<(), PostgresError> {
    let name = copy.name.to_string();
    let quoted = identifier(&name);
    let Some(owner) = &copy.owner else {
        inside.run(DOING, &format!("revoke create on database {quoted} from {quoted}")).await?;
        if lookup::bypasses_row_security(inside, DOING, &name).await? {
            inside.run(DOING, &format!("alter role {quoted} nobypassrls")).await?;
        }
        return inside.run(DOING, &format!("alter role {quoted} noinherit")).await;
    };
    let owner = identifier(&owner.to_string());
    let end = format!(
        "begin; reassign owned by {quoted} to {owner}; revoke all on database {quoted} from {quoted}; \
         drop owned by {quoted}; drop role {quoted}; commit"
    );
    inside.run(DOING, &end).await
}

/// Materialized views of a database with forced row security, in the order in which they were created. The restore computed them
/// with the rows of all tenants; their owner may see fewer.
async fn refresh_views(inside: &mut Session) -> Result<(), PostgresError> {
    let query = sqlx::query(
        "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'm' and c.relispopulated
           and exists (select from pg_class where relforcerowsecurity) order by c.oid",
    );
    let views: Vec<(String,)> = inside.rows(DOING, query).await?;
    for (view,) in views {
        inside.run(DOING, &format!("refresh materialized view {view}")).await?;
    }
    Ok(())
}

/// Settings of a role that the server does not have are left out: no session can log in under it.
async fn apply(session: &mut Session, copy: &CopySpec, settings: &RoleSettings) -> Result<(), PostgresError> {
    let database = identifier(&copy.name.to_string());
    let role = settings.role.clone().map(|role| if role == PROJECT { owner(copy) } else { role });
    let target = match role {
        None => format!("database {database}"),
        Some(role)
            if lookup::missing_roles(session, DOING, std::slice::from_ref(&role)).await?.is_empty() =>
        {
            format!("role {} in database {database}", identifier(&role))
        }
        Some(_) => return Ok(()),
    };
    for setting in &settings.settings {
        let Some((name, value)) = setting.split_once('=') else { continue };
        let statement = format!("alter {target} set {} to {}", parameter(name), constants(name, value));
        if !session.run_unless(DOING, state::INSUFFICIENT_PRIVILEGE, &statement).await? {
            let reason = format!(
                "the control plane's role may not set the parameter {name} of the {target}. Have a superuser execute: \
                 grant set on parameter {} to the control plane's role",
                parameter(name)
            );
            return Err(PostgresError::Refused { doing: DOING, reason });
        }
    }
    Ok(())
}

/// The name of a parameter: `"atomo"."tenant_id"`.
fn parameter(name: &str) -> String {
    name.split('.').map(identifier).collect::<Vec<_>>().join(".")
}

/// The value as SQL. A list is split as the server does it: at commas, outside of double quotes.
fn constants(name: &str, value: &str) -> String {
    if !LISTS.contains(&name.to_lowercase().as_str()) {
        return literal(value);
    }
    let (mut parts, mut is_quoted) = (vec![String::new()], false);
    for letter in value.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => parts.push(String::new()),
            ' ' if !is_quoted => {}
            _ => parts.last_mut().into_iter().for_each(|part| part.push(letter)),
        }
    }
    parts.iter().map(|part| literal(part)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
