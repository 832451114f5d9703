//! From the text of a query to the calls that it makes. Arguments are JSON by then, variables filled in.

use graphql_parser::query::{
    Definition, OperationDefinition, Selection, SelectionSet, Value as Literal, parse_query,
};
use serde_json::{Map, Value};

use super::GraphqlError;

/// The two kinds of operation that are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reads.
    Query,
    /// Writes.
    Mutation,
}

/// One field of the operation's top level; selections below it are not looked at, rows are answered whole.
#[derive(Debug, PartialEq)]
pub struct Call {
    /// Kind of the operation.
    pub kind: Kind,
    /// Key of the answer: the alias, else the field.
    pub key: String,
    /// The field.
    pub field: String,
    /// The arguments by name.
    arguments: Map<String, Value>,
}

impl Kind {
    /// The name of the root type.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Query => "Query",
            Self::Mutation => "Mutation",
        }
    }
}

impl Call {
    /// An argument; null when it is not given.
    pub fn argument(&self, name: &str) -> &Value {
        self.arguments.get(name).unwrap_or(&Value::Null)
    }
}

/// The calls of the operation `name`, or of the first one.
pub fn calls(
    text: &str,
    name: Option<&str>,
    variables: &Map<String, Value>,
) -> Result<Vec<Call>, GraphqlError> {
    let document = parse_query::<&str>(text)?;
    let mut operations = document.definitions.iter().filter_map(|definition| match definition {
        Definition::Operation(operation) => parts(operation),
        Definition::Fragment(_) => None,
    });
    let found = operations.find(|(_, own, _)| name.is_none() || *own == name);
    let (kind, _, selections) =
        found.ok_or_else(|| GraphqlError::NoOperation { name: name.map(str::to_owned) })?;
    selections.items.iter().map(|selection| call(kind, selection, variables)).collect()
}

type Parts<'d, 'a> = (Kind, Option<&'a str>, &'d SelectionSet<'a, &'a str>);

fn parts<'d, 'a>(operation: &'d OperationDefinition<'a, &'a str>) -> Option<Parts<'d, 'a>> {
    match operation {
        OperationDefinition::SelectionSet(selections) => Some((Kind::Query, None, selections)),
        OperationDefinition::Query(query) => Some((Kind::Query, query.name, &query.selection_set)),
        OperationDefinition::Mutation(mutation) => {
            Some((Kind::Mutation, mutation.name, &mutation.selection_set))
        }
        OperationDefinition::Subscription(_) => None,
    }
}

fn call<'a>(
    kind: Kind,
    selection: &Selection<'a, &'a str>,
    variables: &Map<String, Value>,
) -> Result<Call, GraphqlError> {
    let Selection::Field(field) = selection else { return Err(GraphqlError::Fragment) };
    let arguments =
        field.arguments.iter().map(|(name, literal)| ((*name).to_owned(), json(literal, variables)));
    Ok(Call {
        kind,
        key: field.alias.unwrap_or(field.name).to_owned(),
        field: field.name.to_owned(),
        arguments: arguments.collect(),
    })
}

fn json<'a>(literal: &Literal<'a, &'a str>, variables: &Map<String, Value>) -> Value {
    match literal {
        Literal::Variable(name) => variables.get(*name).cloned().unwrap_or_default(),
        Literal::Int(number) => number.as_i64().into(),
        Literal::Float(number) => (*number).into(),
        Literal::String(text) => text.clone().into(),
        Literal::Boolean(boolean) => (*boolean).into(),
        Literal::Null => Value::Null,
        Literal::Enum(name) => (*name).into(),
        Literal::List(items) => items.iter().map(|item| json(item, variables)).collect(),
        Literal::Object(entries) => {
            entries.iter().map(|(name, value)| ((*name).to_owned(), json(value, variables))).collect()
        }
    }
}

#[cfg(test)]
mod tests;
