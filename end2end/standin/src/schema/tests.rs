use super::*;

const BLOG: &str = r#"
// the blog's models; don't let this quote confuse anybody
export interface Post {
  id: string;
  title: string;              // @unique
  body?: string;
  // @index
  authorId: EntityId;
  views: number; published: boolean;
  tags: string[];
  cover?: File;
  meta: any;
  state: "draft" | "live";
  publishedAt?: Date;
  // @@unique([authorId, title]) WHERE deleted_at IS NULL
  // @@index([published, views])
  // @@check(views >= 0)
}
export interface Author { id: string; email: string; createdAt: Date; }
export interface Draft { id: string; }
export interface CreatePostInput { title: string; }
export const schema = { models: {
  Post: { tableName: 'blog_posts',
    relationships: { author: { type: "belongsTo", model: "Author", foreignKey: "authorId" } },
    validation: { title: "required|min:1|max:255" } },
  Author: { ui: { listView: ['email'] } },
} };
"#;

fn field<'a>(model: &'a Model, name: &str) -> &'a Field {
    model.fields.iter().find(|field| field.name == name).unwrap()
}

#[test]
fn interfaces_become_the_listed_models() {
    let schema = Schema::parse(BLOG).unwrap();
    let tables: Vec<_> =
        schema.models.iter().map(|model| (model.name.as_str(), model.table.as_str())).collect();
    assert_eq!(tables, [("Post", "blog_posts"), ("Author", "authors")]);
}

#[test]
fn members_get_their_types_and_unions_are_dropped() {
    let schema = Schema::parse(BLOG).unwrap();
    let kinds: Vec<_> = schema.models[0].fields.iter().map(|f| (f.column(), f.kind, f.required)).collect();
    let expected = [
        ("id", FieldKind::String, true),
        ("title", FieldKind::String, true),
        ("body", FieldKind::String, false),
        ("author_id", FieldKind::String, true),
        ("views", FieldKind::Number, true),
        ("published", FieldKind::Boolean, true),
        ("tags", FieldKind::Array, true),
        ("cover", FieldKind::File, false),
        ("meta", FieldKind::Json, true),
        ("published_at", FieldKind::Date, false),
    ];
    assert_eq!(kinds, expected.map(|(name, kind, required)| (name.to_owned(), kind, required)));
}

#[test]
fn comments_carry_the_constraints() {
    let schema = Schema::parse(BLOG).unwrap();
    let post = &schema.models[0];
    assert_eq!(post.uniques[0].columns, ["title"]);
    assert_eq!(post.uniques[1].columns, ["author_id", "title"]);
    assert_eq!(post.uniques[1].predicate.as_deref(), Some("deleted_at IS NULL"));
    assert_eq!(post.indexes, [vec!["author_id"], vec!["published", "views"]]);
    assert_eq!(post.checks, ["views >= 0"]);
    assert_eq!(field(post, "title").rules, [Rule::Min(1), Rule::Max(255)]);
    assert_eq!(field(post, "authorId").references.as_deref(), Some("Author"));
    assert_eq!(schema.models[1].uniques[0].columns, ["email"], "a field named email is unique by itself");
}

#[test]
fn builders_become_models() {
    let schema = Schema::parse(
        r"import { model, text } from '@atomo/schema'
        export const Contact = model('contacts', { fields: {
          id: text().id(), name: text().required().min(1).max(100), email: email().required(),
          stage: select(['lead', 'customer']).default('lead'), // what's the stage
          companyId: relation('companies').optional(), score: number().required().default(5),
          seenAt: datetime().optional(), bornAt: datetime(), odd: geometry().required(),
        }, access: { read: allow.authenticated() } })
        export const Company = model('companies', { fields: { id: text().id() } })
        const Hidden = model('hidden', { fields: {} })",
    )
    .unwrap();
    assert_eq!(schema.models.len(), 2);
    let contact = &schema.models[0];
    assert_eq!(field(contact, "name").rules, [Rule::Min(1), Rule::Max(100)]);
    assert!(field(contact, "email").required && !field(contact, "stage").required);
    assert_eq!(field(contact, "email").rules, [Rule::Email]);
    assert_eq!(field(contact, "stage").default.as_deref(), Some("'lead'"));
    assert_eq!(field(contact, "score").default.as_deref(), Some("5"));
    assert_eq!(field(contact, "companyId").references.as_deref(), Some("companies"));
    assert!(field(contact, "bornAt").required && !field(contact, "seenAt").required);
    assert!(!contact.fields.iter().any(|field| field.name == "odd"), "an unknown builder is dropped");
}

#[test]
fn nothing_parseable_fails_in_one_format_only() {
    assert!(matches!(Schema::parse("export type X = 1"), Err(SchemaError::NoInterfaces)));
    assert_eq!(Schema::parse("import { model } from \"@atomo-cc/schema\"").unwrap(), Schema::default());
}

#[test]
fn a_model_without_id_is_not_registered() {
    let schema = Schema::parse("export interface Note { text: string }").unwrap();
    assert_eq!((schema.models.len(), schema.registered().count()), (1, 0));
    assert_eq!(schema.models[0].table, "notes");
}

#[test]
fn a_table_name_that_is_no_identifier_is_dropped() {
    let text = "import '@' from '@atomo/schema'\nexport const A = model('a; drop table b', { fields: { id: text() } })";
    assert_eq!(Schema::parse(text).unwrap(), Schema::default());
}
