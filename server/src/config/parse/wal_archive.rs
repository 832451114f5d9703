//! The settings of the archive of write-ahead log.

use std::collections::BTreeSet;
use std::time::Duration;

use model::{DatabaseServerName, Invalid};

use super::{Parsed, Reader, within};
use crate::config::{DatabaseServerSetting, WalArchiveSetting, database_servers};

const HOUR: u64 = 3600;

/// All of them.
pub(super) fn settings(r: &mut Reader<'_>) -> WalArchiveSetting {
    // a fault in this one is reported where it is read for itself
    let known = database_servers::parse(r.raw.get("DATABASE_SERVERS").0).unwrap_or_default();
    WalArchiveSetting {
        servers: r.read("WAL_ARCHIVE", BTreeSet::new(), |text| servers(text, &known)),
        folder: r.path("WAL_ARCHIVE_FOLDER"),
        days: r.read("WAL_ARCHIVE_DAYS", 1, |text| within(text, 1, 90)),
        every: r.read("WAL_ARCHIVE_BASE_HOURS", Duration::ZERO, |text| {
            within(text, 1, 168).map(|hours: u64| Duration::from_secs(hours * HOUR))
        }),
    }
}

/// Names of servers, separated by commas.
fn servers(text: &str, known: &[DatabaseServerSetting]) -> Parsed<BTreeSet<DatabaseServerName>> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| {
            let fault = |fault: Invalid| fault.message.trim_end_matches('.').to_owned();
            let name: DatabaseServerName = name.parse().map_err(fault)?;
            if name.is_default() || known.iter().any(|server| server.name == name) {
                return Ok(name);
            }
            Err(format!("{name} is not in DATABASE_SERVERS"))
        })
        .collect()
}
