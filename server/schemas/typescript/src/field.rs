//! Models and fields of both formats, before they become tables.

/// A model as its file has it.
#[derive(Debug, Clone)]
pub struct Model {
    pub name: String,
    pub table: String,
    pub line: u32,
    pub fields: Vec<Field>,
    pub uniques: Vec<Index>,
    pub indexes: Vec<Index>,
    /// Free conditions, as SQL.
    pub checks: Vec<(String, u32)>,
    /// Whether it is of the interface format, and so counts as one that the server found.
    pub is_interface: bool,
    /// Whether the server keeps it.
    pub is_kept: bool,
}

impl Model {
    /// A model without fields.
    pub fn new(name: &str, table: &str, line: u32) -> Self {
        Self {
            name: name.to_owned(),
            table: table.to_owned(),
            line,
            fields: Vec::new(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            is_interface: false,
            is_kept: true,
        }
    }
}

/// Columns that are indexed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub columns: Vec<String>,
    pub predicate: Option<String>,
    pub line: u32,
}

/// A field.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub required: bool,
    pub default: Option<String>,
    pub rules: Vec<Rule>,
    /// The model or table that it points to.
    pub references: Option<String>,
    pub line: u32,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Boolean,
    Time,
    Json,
    List,
}

/// A validation rule that becomes a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Email,
    Url,
    Min(i64),
    Max(i64),
}

impl Kind {
    /// Its type as Postgres prints it.
    pub const fn sql(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "bigint",
            Self::Boolean => "boolean",
            Self::Time => "timestamp with time zone",
            Self::Json | Self::List => "jsonb",
        }
    }
}

impl Field {
    /// A field without rules. A list is never null: it begins empty.
    pub fn new(name: &str, kind: Kind, required: bool, line: u32) -> Self {
        let default = (kind == Kind::List).then(|| "'[]'".to_owned());
        Self { name: name.to_owned(), kind, required, default, rules: Vec::new(), references: None, line }
    }

    /// Its column.
    pub fn column(&self) -> String {
        snake_case(&self.name)
    }
}

impl Rule {
    /// A rule of the form `email` or `min:3`. `None` for one that is not the database's.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().split_once(':') {
            Some(("min", number)) => number.trim().parse().ok().map(Self::Min),
            Some(("max", number)) => number.trim().parse().ok().map(Self::Max),
            Some(_) => None,
            None => match text.trim() {
                "email" => Some(Self::Email),
                "url" => Some(Self::Url),
                _ => None,
            },
        }
    }
}

/// `publishedAt` as `published_at`.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Whether the server takes it as a name.
pub fn is_identifier(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.chars().all(plain) && text.starts_with(|first: char| !first.is_ascii_digit())
}
