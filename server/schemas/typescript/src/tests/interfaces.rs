//! The interface format.

use control_plane::ports::schema_reader::SchemaFormat;

use super::{lines, notes, read};

const BLOG: &str = "export interface Post {
           id: string; title: string; // @unique
           // @index
           authorId: EntityId;
           tags: string[]; blocks?: Block[]; extra: any; views: number; published?: boolean; publishedAt?: Date; photo: File;
           email: string;
           // @@unique([title, authorId]) WHERE published
           // @@index([views, published])
           // @@check(views >= 0)
         }
         export interface Author { id: string; }
         export const schema = { models: {
           Post: { tableName: 'articles', searchable: ['title'],
             relationships: { author: { type: \"belongsTo\", model: \"Author\", foreignKey: \"authorId\" } },
             validation: { title: \"required|min:3|max:255\" } },
           Author: {} }, config: { auditLog: true } };";

#[test]
fn members_become_columns_and_comments_constraints() {
    let schema = read(BLOG);
    assert_eq!((schema.format, schema.refused.as_deref()), (SchemaFormat::Interfaces, None));
    assert_eq!(notes(&schema), []);
    assert_eq!(
        lines(&schema.models[0]),
        [
            "id text not null default gen_random_uuid()::text",
            "title text not null",
            "author_id text not null",
            "tags jsonb not null default '[]'",
            "blocks jsonb default '[]'",
            "extra jsonb not null",
            "views bigint not null",
            "published boolean",
            "published_at timestamp with time zone",
            "photo text not null",
            "email text not null",
            "uq_articles_title (title)",
            "uq_articles_title_author_id (title, author_id) where published",
            "uq_articles_email (email)",
            "idx_articles_author_id (author_id)",
            "idx_articles_views_published (views, published)",
            "chk_articles_1: views >= 0",
            "chk_articles_title_min: char_length(title::text) >= 3",
            "chk_articles_title_max: char_length(title::text) <= 255",
            "fk_articles_author_id: author_id -> authors",
        ]
    );
    assert_eq!(schema.models[1].table, "authors");
}

#[test]
fn what_the_server_drops_is_named() {
    let schema = read(
        "export interface Base { id: string; }
         export interface A extends Base { id: string; state: 'a' | 'b'; deal: Deal; [key: string]: any; go(): void; 'x-y': string; }
         export interface CreateACommand { name: string; }
         interface Hidden { id: string; }
         export interface Unlisted { id: string; }
         export const schema = { models: { Base: {}, A: { validation: { nope: 'min:1' } } }, builtins: { users: {} } };",
    );
    let found = notes(&schema);
    let expected = [
        (2, "does not follow extends"),
        (2, "state is a union"),
        (2, "custom type Deal"),
        (2, "so it drops this"),
        (2, "'x-y' is no plain name"),
        (4, "not exported"),
        (5, "does not list Unlisted"),
        (6, "no field nope"),
        (6, "builtins"),
    ];
    for (line, text) in expected {
        assert!(
            found.iter().any(|(at, what)| *at == line && what.contains(text)),
            "{line} {text}: {found:#?}"
        );
    }
    let tables: Vec<_> = schema.models.iter().map(|model| model.table.as_str()).collect();
    assert_eq!(tables, ["bases", "as"]);
}

#[test]
fn a_file_without_an_interface_is_refused_in_the_words_of_the_server() {
    for text in [
        "",
        "export const x = 1",
        "export interface OnlyCommand { id: string }",
        "interface A { id: string }",
    ] {
        assert_eq!(read(text).refused.as_deref(), Some("No valid interfaces found in schema"), "{text}");
    }
}

#[test]
fn an_interface_in_a_comment_is_named() {
    let schema = read("// export interface Old { id: string }\nexport interface New { id: string }");
    assert_eq!(schema.models.len(), 1);
    assert!(notes(&schema)[0].1.contains("comment"), "{:?}", notes(&schema));
}
