//! Creates an empty copy: database, log-in role, schema and extensions.

use control_plane::ports::database_copies::{CopySpec, DatabaseFacts, Extension};
use control_plane::ports::postgres_host::PostgresError;
use model::DatabaseOid;
use sqlx::postgres::PgConnectOptions;

use super::{access, lookup, names, remove};
use crate::session::{Session, state};
use crate::sql::{identifier, literal};

const DOING: &str = "making a copy of a database";

/// From here on a membership says by itself whether rights are inherited.
const WITH_INHERIT_OPTION: u32 = 160_000;

/// The whole contract of `create_copy`.
pub async fn copy(admin: &PgConnectOptions, copy: &CopySpec) -> Result<DatabaseOid, PostgresError> {
    names::refuse_other_names(DOING, &copy.name)?;
    let name = copy.name.to_string();
    let mut session = Session::open(admin, DOING).await?;
    session.lock(DOING, &name).await?;
    remove::database_and_role(&mut session, DOING, &copy.name).await?;
    check(&mut session, copy).await?;
    session.unlimited(); // copying the template on a slow disk
    create(&mut session, &name, &copy.facts).await?;
    session.limited();
    complete(&mut session, copy, "a copy for an operation").await?;
    let mut inside = Session::open(&admin.clone().database(&name), DOING).await?;
    let owner = identifier(&name);
    let schema = format!("create schema if not exists public; alter schema public owner to {owner}");
    inside.run(DOING, &schema).await?;
    for extension in &copy.facts.extensions {
        create_extension(&mut inside, extension, &owner).await?;
    }
    let found = lookup::by_name(&mut session, DOING, &name).await?;
    let none = || PostgresError::Gone { doing: DOING, database: copy.name.clone() };
    found.map(|found| found.oid).ok_or_else(none)
}

fn refused(doing: &'static str, reason: String) -> PostgresError {
    PostgresError::Refused { doing, reason }
}

/// Refuses what this server cannot restore, before anything is made.
async fn check(session: &mut Session, copy: &CopySpec) -> Result<(), PostgresError> {
    let facts = &copy.facts;
    let (version, theirs) =
        (lookup::server_version(session, DOING).await? / 10_000, facts.server_version / 10_000);
    if version < theirs {
        let reason = format!(
            "the backup is of PostgreSQL {theirs} and this server is PostgreSQL {version}. Restore it to {theirs} or newer"
        );
        return Err(refused(DOING, reason));
    }
    if facts.large_objects > 0 {
        let reason = format!(
            "the database has {} large objects, which a backup does not contain",
            facts.large_objects
        );
        return Err(refused(DOING, reason));
    }
    let roles = lookup::missing_roles(session, DOING, &facts.roles).await?;
    if !roles.is_empty() {
        let reason = format!("the server has no role {}. Create it without log-in first", roles.join(", "));
        return Err(refused(DOING, reason));
    }
    let missing = unavailable(session, &facts.extensions).await?;
    if !missing.is_empty() {
        let reason = format!(
            "the server has no extension {}. Install its package on the machine of the server first",
            missing.join(", ")
        );
        return Err(refused(DOING, reason));
    }
    Ok(())
}

async fn unavailable(session: &mut Session, extensions: &[Extension]) -> Result<Vec<String>, PostgresError> {
    let names: Vec<&str> = extensions.iter().map(|extension| extension.name.as_str()).collect();
    let query = sqlx::query(
        "select name from unnest($1::text[]) name
         where not exists (select from pg_available_extensions a where a.name = name.name)",
    );
    let rows: Vec<(String,)> = session.rows(DOING, query.bind(names)).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// The database takes no connections until `PUBLIC` has lost its rights. Its template is template0, because an
/// administrator may have added objects to template1.
async fn create(session: &mut Session, name: &str, facts: &DatabaseFacts) -> Result<(), PostgresError> {
    let create = format!(
        "create database {} template template0 allow_connections false {}",
        identifier(name),
        locale(facts)
    );
    session.run(DOING, &create).await.map_err(|error| match error {
        PostgresError::Refused { doing, reason } => {
            let DatabaseFacts { encoding, collate, ctype, .. } = facts;
            let wanted = format!("encoding {encoding}, collation {collate}, character type {ctype}");
            refused(doing, format!("{reason}. The copy needs what the database has: {wanted}"))
        }
        other => other,
    })
}

/// The options of encoding and collation. Facts that were not read leave the server's own.
fn locale(facts: &DatabaseFacts) -> String {
    let encoding = if facts.encoding.is_empty() { "UTF8" } else { &facts.encoding };
    let locale = facts.locale.as_deref().unwrap_or_default();
    let (provider, name) = match facts.locale_provider.as_str() {
        "c" => ("libc", ""),
        "i" => ("icu", "icu_locale"),
        "b" => ("builtin", "builtin_locale"),
        _ => ("", ""),
    };
    let options = [
        ("encoding", encoding),
        ("locale_provider", provider),
        ("lc_collate", &facts.collate),
        ("lc_ctype", &facts.ctype),
        (name, locale),
    ];
    let given = options.into_iter().filter(|(name, value)| !name.is_empty() && !value.is_empty());
    given.map(|(name, value)| format!("{name} {}", literal(value))).collect::<Vec<_>>().join(" ")
}

/// Role and rights of a new database. The log-in of the role comes with the restore. Until the copy is finished, the role owns
/// everything in it and may create schemas.
pub async fn complete(session: &mut Session, copy: &CopySpec, text: &str) -> Result<(), PostgresError> {
    let name = copy.name.to_string();
    let quoted = identifier(&name);
    access::create_loader(session, DOING, &name).await?;
    if let Some(owner) = &copy.owner {
        let owner = owner.to_string();
        if !lookup::missing_roles(session, DOING, std::slice::from_ref(&owner)).await?.is_empty() {
            access::create_role(session, DOING, &owner).await?; // lost with its database: `ensure_database` completes it
        }
        let owner = identifier(&owner);
        let version = lookup::server_version(session, DOING).await?;
        let options = if version >= WITH_INHERIT_OPTION { " with inherit true, set true" } else { "" };
        session.run(DOING, &format!("grant {owner} to {quoted}{options}")).await?;
    }
    access::comment(session, DOING, &name, text).await?;
    let rights = format!(
        "revoke all on database {quoted} from public; \
         grant connect, create, temporary on database {quoted} to {quoted}; \
         alter database {quoted} with allow_connections true"
    );
    session.run(DOING, &rights).await
}

/// Creates an extension in the version of the original if the server has it. A trusted one belongs to the copy's role, which has to
/// own it to restore the comment on it; one in a schema of the dump is left to the restore. Any other one is ours.
async fn create_extension(
    inside: &mut Session,
    extension: &Extension,
    loader: &str,
) -> Result<(), PostgresError> {
    let (name, schema) = (identifier(&extension.name), identifier(&extension.schema));
    let query = sqlx::query(
        "select version = $2, trusted or not superuser from pg_available_extension_versions where name = $1",
    );
    let query = query.bind(&extension.name).bind(&extension.version);
    let versions: Vec<(bool, bool)> = inside.rows(DOING, query).await?;
    let is_trusted = versions.iter().any(|(_, is_trusted)| *is_trusted);
    let has_schema = matches!(extension.schema.as_str(), "public" | "pg_catalog");
    if is_trusted && !has_schema {
        return Ok(());
    }
    if !has_schema {
        inside.run(DOING, &format!("create schema if not exists {schema} authorization {loader}")).await?;
    }
    let is_there = versions.iter().any(|(is_same, _)| *is_same);
    let version = if is_there { format!(" version {}", literal(&extension.version)) } else { String::new() };
    let create = format!("create extension if not exists {name} with schema {schema}{version} cascade");
    let role = if is_trusted { loader } else { "none" };
    inside.run(DOING, &format!("set role {role}")).await?;
    let is_created = inside.run_unless(DOING, state::INSUFFICIENT_PRIVILEGE, &create).await?;
    inside.run(DOING, "reset role").await?;
    if is_created {
        return Ok(());
    }
    let reason = format!(
        "the control plane's role may not create the extension {}, which only a superuser may",
        extension.name
    );
    Err(refused(DOING, reason))
}
