//! What a project's database has: tables, columns, constraints, and counts of rows.
//!
//! Everything is read as the backup role, in one read-only transaction, whatever row security says.

use std::collections::BTreeSet;

use async_trait::async_trait;
use model::{DatabaseName, DatabaseOid};

use super::postgres_error::PostgresError;

/// The schema `public` of a project's database, where servers keep their tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogSeen {
    /// Its tables, views and other relations with columns, by name.
    pub tables: Vec<TableSeen>,
    /// Names of indexes, with their table: an index name is unique in a schema.
    pub indexes: Vec<IndexSeen>,
    /// Words that SQL does not take as a name without quotes.
    pub reserved_words: BTreeSet<String>,
}

/// A relation with columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSeen {
    /// Its name.
    pub name: String,
    /// Whether it is a table that can be altered; otherwise it is a view or a foreign table.
    pub is_table: bool,
    /// Whether the project's role may alter it.
    pub is_owned: bool,
    /// Its columns, in their order.
    pub columns: Vec<ColumnSeen>,
    /// Its constraints, by name.
    pub constraints: Vec<ConstraintSeen>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSeen {
    /// Its name.
    pub name: String,
    /// Its type as Postgres prints it: `timestamp with time zone`.
    pub sql_type: String,
    /// `NOT NULL`.
    pub not_null: bool,
    /// Whether it fills itself: a default, an identity, or generated.
    pub fills_itself: bool,
}

/// A constraint of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConstraintSeen {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ConstraintKind,
    /// Its columns, in their order; none for a check.
    pub columns: Vec<String>,
}

/// What a constraint demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// A primary key.
    PrimaryKey,
    /// Unique values.
    Unique,
    /// A condition.
    Check,
    /// A row of another table.
    ForeignKey,
    /// Anything else.
    Other,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSeen {
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: String,
    /// Whether its values are unique and the index is valid.
    pub is_unique: bool,
    /// Its columns; none where it has expressions.
    pub columns: Vec<String>,
}

/// Reads the catalogs of databases of one server.
#[async_trait]
pub trait DatabaseCatalog: Send + Sync + 'static {
    /// What the project's database has. [`PostgresError::Gone`] if there is no such database, [`PostgresError::Another`] if it has
    /// another OID than `oid`.
    async fn seen(
        &self,
        database: &DatabaseName,
        oid: Option<DatabaseOid>,
    ) -> Result<CatalogSeen, PostgresError>;

    /// The whole catalog as sorted lines `kind name: definition`. Equal for two databases with equal definitions. Errors as of
    /// [`DatabaseCatalog::seen`].
    async fn catalog(
        &self,
        database: &DatabaseName,
        oid: Option<DatabaseOid>,
    ) -> Result<Vec<String>, PostgresError>;

    /// The answers of questions, each a statement that returns one number. `None` for one that took longer than 10 s or that the
    /// database refused. All together take at most 60 s; what is left then is `None`. Each statement is text of our own.
    async fn count(
        &self,
        database: &DatabaseName,
        oid: Option<DatabaseOid>,
        questions: &[String],
    ) -> Result<Vec<Option<u64>>, PostgresError>;
}
