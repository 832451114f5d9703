//! What a schema file declares, in terms of the database that a server makes of it.
//!
//! Reading is pure: no I/O, no clock. What the reader does not understand, or knows that the server drops without a word, it names:
//! nothing is passed over in silence.

use model::NotChecked;

/// Reads schema files.
pub trait SchemaReader: Send + Sync + 'static {
    /// What the text declares. Never fails and never panics, whatever the text is. Uses the processor for some
    /// 0.3 s for 1 MiB, so it is not called on an async thread.
    fn read(&self, text: &str) -> DeclaredSchema;
}

/// The two formats of a schema file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaFormat {
    /// `export interface Post { .. }`.
    Interfaces,
    /// `model('posts', { fields: .. })`.
    Builder,
}

/// A schema as the server understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredSchema {
    /// Its format.
    pub format: SchemaFormat,
    /// The models that get a table, in the order of the file.
    pub models: Vec<DeclaredModel>,
    /// Why the server does not start with it, in its own words.
    pub refused: Option<String>,
    /// What was not understood, by line.
    pub not_checked: Vec<NotChecked>,
}

/// A model and its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredModel {
    /// The name in the file: `Post`.
    pub name: String,
    /// The table, in schema `public`; as the server writes it, which is without quotes.
    pub table: String,
    /// The line of its declaration, from 1.
    pub line: u32,
    /// Whether it has an `id`: only then the server offers it.
    pub is_offered: bool,
    /// Its columns, the automatic ones too.
    pub columns: Vec<DeclaredColumn>,
    /// Unique indexes.
    pub uniques: Vec<DeclaredIndex>,
    /// Other indexes.
    pub indexes: Vec<DeclaredIndex>,
    /// Check constraints.
    pub checks: Vec<DeclaredCheck>,
    /// Foreign keys, without those to a model that the schema does not have: the server drops them.
    pub foreign_keys: Vec<DeclaredForeignKey>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredColumn {
    /// Its name, as the server writes it: `published_at`.
    pub name: String,
    /// Its type as Postgres prints it: `text`, `bigint`, `boolean`, `timestamp with time zone` or `jsonb`.
    pub sql_type: &'static str,
    /// `NOT NULL`.
    pub required: bool,
    /// The default as SQL: `'draft'`, `now()`.
    pub default: Option<String>,
    /// The line of its field, from 1; that of the model for an automatic column.
    pub line: u32,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredIndex {
    /// Its name: `uq_posts_slug`, `idx_posts_slug`.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The condition of a partial index, as SQL.
    pub predicate: Option<String>,
    /// The line that declares it, from 1.
    pub line: u32,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredCheck {
    /// Its name: `chk_posts_title_min`, `chk_posts_1`.
    pub name: String,
    /// The condition that every row fulfils, as SQL.
    pub expression: String,
    /// The column that a validation rule belongs to; absent: a free condition.
    pub column: Option<String>,
    /// The line that declares it, from 1.
    pub line: u32,
}

/// A foreign key to the column `id` of another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredForeignKey {
    /// Its name: `fk_posts_author_id`.
    pub name: String,
    /// The column.
    pub column: String,
    /// The other table.
    pub target: String,
    /// The line that declares it, from 1.
    pub line: u32,
}
