//! What a project's `schema.ts` declares: models, fields and constraints.
//!
//! Two formats exist, told apart by whether the text imports `@atomo/schema`. As in the original neither is parsed as TypeScript:
//! the known constructs are picked out and everything else is dropped without a word.

mod dsl;
mod interface;
mod scan;

use std::collections::BTreeMap;

use thiserror::Error;

/// Why a schema text stops the boot.
#[derive(Debug, Error)]
pub enum SchemaError {
    /// The interface format with no interface in it. The builder format has no such error: it boots without models.
    #[error("No valid interfaces found in schema")]
    NoInterfaces,
}

/// All models of a project, in the order of the file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The models, also those without an `id`.
    pub models: Vec<Model>,
}

/// One model and its table.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Model {
    /// The TypeScript name.
    pub name: String,
    /// The table, unquoted.
    pub table: String,
    /// The declared fields; the automatic columns are not among them.
    pub fields: Vec<Field>,
    /// Declared relationships by name.
    pub relationships: BTreeMap<String, Relationship>,
    /// Unique sets of columns, single ones included.
    pub uniques: Vec<UniqueSet>,
    /// Indexed sets of columns.
    pub indexes: Vec<Vec<String>>,
    /// Free `CHECK` expressions, as SQL.
    pub checks: Vec<String>,
    /// Validation texts by field, as declared.
    pub validation: BTreeMap<String, String>,
}

/// Columns that are unique together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueSet {
    /// Column names.
    pub columns: Vec<String>,
    /// SQL of a partial index.
    pub predicate: Option<String>,
}

/// A relationship of the interface format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relationship {
    /// `belongsTo`, `hasMany`, ...
    pub kind: String,
    /// The other model.
    pub model: String,
    /// The field that holds the other's id.
    pub foreign_key: String,
}

/// One field and its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The TypeScript name.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// `NOT NULL`.
    pub required: bool,
    /// The default, as SQL.
    pub default: Option<String>,
    /// Rules that become `CHECK` constraints.
    pub rules: Vec<Rule>,
    /// The model or table that it points to, as written.
    pub references: Option<String>,
}

/// The kinds of value that the original tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text, also of e-mail, URL, select and relation.
    String,
    /// Whole numbers only.
    Number,
    /// True or false.
    Boolean,
    /// `Date` of the interface format.
    Date,
    /// `datetime()` of the builder format.
    DateTime,
    /// Anything.
    Json,
    /// A list of anything.
    Array,
    /// The path of an upload.
    File,
}

/// A validation rule that the database enforces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Looks like an e-mail address.
    Email,
    /// Begins like a web address.
    Url,
    /// Smallest number or shortest text.
    Min(i64),
    /// Largest number or longest text.
    Max(i64),
}

impl Schema {
    /// Reads either format.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let mut schema = if is_builder_format(text) { dsl::parse(text) } else { interface::parse(text)? };
        schema.models.retain(|model| scan::is_identifier(&model.table));
        Ok(schema)
    }

    /// The models that the API offers: those with an `id`.
    pub fn registered(&self) -> impl Iterator<Item = &Model> {
        self.models.iter().filter(|model| model.has_id())
    }

    /// The table behind a model name or table name; absent when the schema has no such model.
    pub fn table_of(&self, name: &str) -> Option<&str> {
        self.registered()
            .find(|model| model.name == name || model.table == name)
            .map(|model| model.table.as_str())
    }
}

impl Model {
    /// Whether it declares a field `id`.
    pub fn has_id(&self) -> bool {
        self.fields.iter().any(|field| field.name == "id")
    }
}

impl Field {
    /// A field without constraints. Lists are never null: they start empty.
    pub fn new(name: &str, kind: FieldKind, required: bool) -> Self {
        let default = (kind == FieldKind::Array).then(|| "'[]'".to_owned());
        Self { name: name.to_owned(), kind, required, default, rules: vec![], references: None }
    }

    /// The column.
    pub fn column(&self) -> String {
        snake_case(&self.name)
    }
}

impl FieldKind {
    /// The column's SQL type.
    pub fn sql(self) -> &'static str {
        match self {
            Self::String | Self::File => "TEXT",
            Self::Number => "BIGINT",
            Self::Boolean => "BOOLEAN",
            Self::Date | Self::DateTime => "TIMESTAMPTZ",
            Self::Json | Self::Array => "JSONB",
        }
    }

    /// The type in `/meta/schema`.
    pub fn meta(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Json => "json",
            Self::Array => "array",
            Self::File => "file",
        }
    }
}

impl Rule {
    /// A rule of the form `email` or `min:3`; others, such as `required`, are not the database's.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().split_once(':') {
            Some(("min", n)) => n.trim().parse().ok().map(Self::Min),
            Some(("max", n)) => n.trim().parse().ok().map(Self::Max),
            None if text.trim() == "email" => Some(Self::Email),
            None if text.trim() == "url" => Some(Self::Url),
            _ => None,
        }
    }
}

/// `publishedAt` -> `published_at`.
pub fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for (at, c) in name.char_indices() {
        if c.is_ascii_uppercase() && at > 0 {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

fn is_builder_format(text: &str) -> bool {
    ["'@atomo/schema'", "'@atomo-cc/schema'"].iter().any(|package| {
        let double = package.replace('\'', "\"");
        text.contains(&format!("from {package}")) || text.contains(&format!("from {double}"))
    })
}

#[cfg(test)]
mod tests;
