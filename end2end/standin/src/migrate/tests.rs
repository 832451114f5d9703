use super::*;

fn statements_of(text: &str) -> Vec<String> {
    statements(&Schema::parse(text).unwrap())
}

const SHOP: &str = "import { model } from '@atomo/schema'
    export const Order = model('orders', { fields: { id: text().id(), total: number().required().min(1),
      note: text().default('it''s'), customerId: relation('customers'), ghostId: relation('ghosts') } })
    export const Customer = model('customers', { fields: { id: text().id(), email: email().required() } })";

#[test]
fn a_new_table_has_declared_and_automatic_columns() {
    let create = &statements_of(SHOP)[0];
    let expected = "CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY DEFAULT gen_random_uuid()::text,
  total BIGINT NOT NULL,
  note TEXT DEFAULT 'it''''s',
  customer_id TEXT,
  ghost_id TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  deleted_at TIMESTAMPTZ,
  tenant_id TEXT
)";
    assert_eq!(create, expected);
}

#[test]
fn only_additive_statements_are_made() {
    for statement in statements_of(SHOP) {
        assert!(
            !["DROP", "RENAME", "ALTER COLUMN", "DELETE"].iter().any(|word| statement.contains(word)),
            "{statement}"
        );
    }
}

#[test]
fn a_required_column_without_default_is_guarded() {
    let statements = statements_of(SHOP);
    let guarded: Vec<_> =
        statements.iter().filter(|sql| sql.contains("atomo: cannot add required column")).collect();
    assert_eq!(guarded.len(), 2);
    assert!(
        guarded[0]
            .contains("column orders.total with no default to a populated table; declare a .default(...)")
    );
}

#[test]
fn foreign_keys_come_last_and_only_to_known_models() {
    let statements = statements_of(SHOP);
    assert!(
        statements
            .last()
            .unwrap()
            .contains("fk_orders_customer_id FOREIGN KEY (customer_id) REFERENCES customers(id)")
    );
    assert!(!statements.iter().any(|sql| sql.contains("fk_orders_ghost_id")));
}

#[test]
fn rules_measure_numbers_by_value_and_text_by_length() {
    let all = statements_of(SHOP).join("\n");
    assert!(all.contains("CONSTRAINT chk_orders_total_min CHECK (total >= 1)"));
    assert!(all.contains("CONSTRAINT chk_customers_email_email CHECK (email ~ "));
}
