//! The names of copies and of their roles.

use control_plane::ports::database_copies::CopySpec;
use control_plane::ports::postgres_host::PostgresError;
use model::DatabaseName;

/// How facts and catalogs name the project's role.
pub const PROJECT: &str = "{project}";

/// The names under which the project's role owns a database: its own, and in a copy without it the copy's.
pub fn of_project(database: &DatabaseName) -> Vec<String> {
    vec![DatabaseName::main(database.project.clone()).to_string(), database.to_string()]
}

/// The role that owns everything in a copy.
pub fn owner(copy: &CopySpec) -> String {
    copy.owner.as_ref().unwrap_or(&copy.name).to_string()
}

/// Copies have scratch names only, so that nothing else can be removed or replaced by mistake.
pub fn refuse_other_names(doing: &'static str, name: &DatabaseName) -> Result<(), PostgresError> {
    if name.is_scratch() {
        return Ok(());
    }
    let reason = format!("{name} is not the name of a copy");
    Err(PostgresError::Refused { doing, reason })
}
