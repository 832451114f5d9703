//! `GET /meta/schema`: the registered models, public as in the original.
//!
//! `version` never changes and `generated_at` always does, so a digest of this document must leave both out.

use axum::{Json, extract::State};
use serde_json::{Map, Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::Shared;
use crate::schema::{Field, FieldKind, Model};

/// The document.
pub async fn schema(State(state): State<Shared>) -> Json<Value> {
    let models: Map<String, Value> =
        state.schema.registered().map(|model| (model.name.clone(), describe(model))).collect();
    Json(json!({
        "models": models,
        "version": "1.0.0",
        "generated_at": OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
        "platform": { "name": "Atomo", "version": state.config.build.version },
    }))
}

fn describe(model: &Model) -> Value {
    let fields: Map<String, Value> =
        model.fields.iter().map(|field| (field.name.clone(), describe_field(model, field))).collect();
    let relationships = model.relationships.iter().map(|(name, other)| {
        let value = json!({ "type": other.kind, "model": other.model, "foreignKey": other.foreign_key });
        (name.clone(), value)
    });
    json!({
        "tableName": model.table,
        "primaryKey": "id",
        "fields": fields,
        "relationships": relationships.collect::<Map<_, _>>(),
        "validation": model.validation,
    })
}

fn describe_field(model: &Model, field: &Field) -> Value {
    let alone = |columns: &[String]| columns == [field.column()];
    let attributes = [
        ("id", field.name == "id"),
        ("unique", model.uniques.iter().any(|unique| alone(&unique.columns))),
        ("index", model.indexes.iter().any(|columns| alone(columns))),
        ("default", field.default.is_some() && field.kind != FieldKind::Array),
    ];
    let attributes: Vec<_> = attributes.into_iter().filter_map(|(name, has)| has.then_some(name)).collect();
    json!({
        "name": field.name,
        "type": field.kind.meta(),
        "optional": !field.required,
        "attributes": attributes,
    })
}
