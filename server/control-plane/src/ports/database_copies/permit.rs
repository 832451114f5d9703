//! The permission to drop one database.

use model::{DatabaseName, DatabaseOid};

/// Permits the drop of one database that was set aside, and of no other. Only the control plane makes one, of a row whose retention
/// is over; a port cannot drop a project's database in any other way.
#[derive(Debug, PartialEq, Eq)]
pub struct DropPermit {
    database: DatabaseName,
    oid: DatabaseOid,
}

impl DropPermit {
    /// For a database whose retention is over. `None` for the name that a project's instance uses: such a database is set aside
    /// first.
    pub(crate) fn after_retention(database: DatabaseName, oid: DatabaseOid) -> Option<Self> {
        (!database.is_main()).then_some(Self { database, oid })
    }

    /// For the conformance suite of the port.
    #[cfg(feature = "testing")]
    pub fn for_test(database: DatabaseName, oid: DatabaseOid) -> Option<Self> {
        Self::after_retention(database, oid)
    }

    /// The name that the database must have.
    pub const fn database(&self) -> &DatabaseName {
        &self.database
    }

    /// Its OID.
    pub const fn oid(&self) -> DatabaseOid {
        self.oid
    }
}
