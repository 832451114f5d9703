//! Brings the project's tables up to its schema: one transaction, additive only.
//!
//! Nothing is ever dropped, renamed or changed in type or nullability; a rule that existing rows break fails the boot and leaves
//! the database as it was. The statements are a pure function of the schema and can be run again at every boot.
//! Identifiers are not quoted, as in the original up to 0.7.0: a field named `order` is an error of Postgres.

mod constraints;
mod tables;

use sqlx::PgPool;

use crate::schema::Schema;

/// Runs [`statements`] in one transaction.
pub async fn run(pool: &PgPool, schema: &Schema) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::query("set local client_min_messages = warning").execute(&mut *transaction).await?;
    for statement in statements(schema) {
        sqlx::query(&statement).persistent(false).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}

/// Tables, then columns, then what ties them together: a foreign key may point to a later table.
fn statements(schema: &Schema) -> Vec<String> {
    let models = &schema.models;
    let tables = models.iter().map(tables::create);
    let columns = models.iter().flat_map(tables::add_columns);
    let constraints = models.iter().flat_map(constraints::of_model);
    let keys = models.iter().flat_map(|model| constraints::foreign_keys(model, schema));
    tables.chain(columns).chain(constraints).chain(keys).collect()
}

#[cfg(test)]
mod tests;
