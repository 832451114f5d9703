//! Any text is read: nothing panics, and what is no TypeScript is named.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{notes, read};

const VALID: &str = "import { model, text } from '@atomo/schema'
export const A = model('as', { fields: { id: text().id(), name: text().required().min(1) } })
export interface B { id: string; title?: string; // @unique
}
export const schema = { models: { B: { tableName: 'bs' } } };";

proptest! {
    #[test]
    fn any_text_is_read(text in "(?s).{0,400}") {
        read(&text);
    }

    #[test]
    fn a_damaged_schema_is_read(at in 0..VALID.len(), len in 0..40_usize, noise in "[(){}\\[\\]'\"`/*.,:;<>a-z \n]{0,6}", dsl: bool) {
        let text = if dsl { VALID.to_owned() } else { VALID.replace("@atomo", "other") };
        let at = at.min(text.len());
        let end = (at + len).min(text.len());
        read(&format!("{}{noise}{}", &text[..at], &text[end..]));
    }
}

#[test]
fn deep_brackets_are_not_followed() {
    for open in ["(", "[", "{", "a<"] {
        let schema = read(&open.repeat(100_000));
        assert!(notes(&schema)[0].1.contains("more than 200 deep"));
    }
}

#[test]
fn a_syntax_error_is_named_with_its_line() {
    let schema = read("export interface A { id: string }\nexport const = = ;\n");
    assert!(
        notes(&schema).iter().any(|(line, what)| *line == 2 && what.contains("not TypeScript")),
        "{:?}",
        notes(&schema)
    );
    assert_eq!(schema.models.len(), 1);
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let plain = read(VALID);
    let windows = read(&format!("\u{feff}{}", VALID.replace('\n', "\r\n")));
    assert_eq!(plain.models, windows.models);
}

#[test]
fn a_large_file_is_read_in_time() {
    let model = |number: usize| {
        format!(
            "export const M{number} = model('m{number}s', {{ fields: {{ id: text().id(), name: text().required().min(1).max(200) }} }})\n"
        )
    };
    let text: String = std::iter::once("import { model } from '@atomo/schema'\n".to_owned())
        .chain((0..8000).map(model))
        .collect();
    assert!(text.len() > 800_000);
    let begun = Instant::now();
    assert_eq!(read(&text).models.len(), 8000);
    // optimised it takes some 100 ms; this guards against a square
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
