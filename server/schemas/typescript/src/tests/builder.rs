//! The builder format.

use control_plane::ports::schema_reader::SchemaFormat;

use super::{lines, notes, read};

const HEAD: &str = "import { model, text, number } from '@atomo/schema'\n";

fn of(text: &str) -> control_plane::ports::schema_reader::DeclaredSchema {
    read(&format!("{HEAD}{text}"))
}

#[test]
fn fields_become_columns_with_their_rules() {
    let schema = of("export const Contact = model('contacts', { fields: {
        id: text().id(), name: text().required().min(1).max(100), email: email().required(),
        stage: select(['lead', 'customer']).default('lead'), score: number().default(3).min(0),
        companyId: relation('companies').optional(), seenAt: datetime(), doneAt: datetime().optional(),
        createdAt: datetime().defaultNow(), active: boolean().default(true), extra: json(), photo: file() } })
      export const Company = model('companies', { fields: { id: text().id() } })");
    assert_eq!(schema.format, SchemaFormat::Builder);
    assert_eq!(notes(&schema), []);
    assert_eq!(
        lines(&schema.models[0]),
        [
            "id text not null default gen_random_uuid()::text",
            "name text not null",
            "email text not null",
            "stage text default 'lead'",
            "score bigint default 3",
            "company_id text",
            "seen_at timestamp with time zone not null",
            "done_at timestamp with time zone",
            "active boolean default true",
            "extra jsonb",
            "photo text",
            "chk_contacts_name_min: char_length(name::text) >= 1",
            "chk_contacts_name_max: char_length(name::text) <= 100",
            r"chk_contacts_email_email: email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$'",
            "chk_contacts_score_min: score >= 0",
            "fk_contacts_company_id: company_id -> companies",
        ]
    );
    assert_eq!(schema.models[0].columns.len(), 11 + 4);
}

#[test]
fn what_the_server_ignores_is_named() {
    let schema = of("export const A = model('as', { fields: { id: text().id(), slug: text().unique(),
        tags: array(text()), note: text().nullable(), at: datetime().default('now') }, constraints: ['x'], access: {} })
      const B = model('bs', { fields: { id: text().id() } })
      export const C = wrap(model('cs', { fields: { id: text().id() } }))
      export const D = model(name, { fields: {} })
      export const E = model('no name', { fields: { id: text().id() } })
      export const F = model('fs', { fields: { title: text(), owner: relation('nobody') } })");
    let found = notes(&schema);
    let expected = [
        (2, ".unique()"),
        (3, "array()"),
        (3, ".nullable()"),
        (3, "no default of this kind"),
        (3, "constraints: the server ignores it"),
        (4, "not exported"),
        (5, "made by wrap"),
        (6, "no table name"),
        (7, "no plain name"),
        (8, "no field id"),
        (8, "points to nobody"),
    ];
    for (line, text) in expected {
        assert!(
            found.iter().any(|(at, what)| *at == line && what.contains(text)),
            "{line} {text}: {found:#?}"
        );
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    let tables: Vec<_> = schema.models.iter().map(|model| (model.table.as_str(), model.is_offered)).collect();
    assert_eq!(tables, [("as", true), ("fs", false)]);
}

#[test]
fn a_file_without_a_model_is_a_schema_without_tables() {
    let schema = of("export const x = 1");
    assert_eq!((schema.models.len(), schema.refused), (0, None));
}

#[test]
fn a_model_in_a_comment_or_a_string_is_none() {
    let schema = of(
        "// export const A = model('as', { fields: { id: text().id() } })\nexport const b = \"model('bs')\"",
    );
    assert!(schema.models.is_empty());
}

#[test]
fn what_a_plain_parser_does_not_follow_is_named() {
    let schema = of("export const A: Model = model('as', { fields: { id: text().id() } })
      export let B = model('bs', { fields: { id: text().id() } })
      export const C = model('cs', { fields: { id: text().id(), a: text()?.required(), b: text<'x'>(), c: (text()),
        d: relation('cs', { onDelete: 'cascade' }) } }), D = model('ds', { fields: {} })");
    let columns: Vec<_> = schema.models[0].columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(columns[..2], ["id", "d"]);
    assert_eq!((schema.models.len(), schema.models[0].foreign_keys.len()), (1, 0));
    let found: Vec<u32> = notes(&schema).into_iter().map(|(line, _)| line).collect();
    assert_eq!(found, [2, 3, 4, 4, 4, 5, 5], "{:#?}", notes(&schema));
}
