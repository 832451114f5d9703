use super::{catalog, differences};
use crate::ports::database_copies::{DatabaseContents, SequenceContents, TableContents};

fn table(name: &str, rows: u64, digest: &str) -> TableContents {
    TableContents { name: name.into(), rows, digest: Some(digest.into()) }
}

fn sequence(last_value: Option<i64>, moved_to: Option<i64>) -> SequenceContents {
    SequenceContents { name: "public.ids".into(), last_value, moved_to }
}

fn contents() -> DatabaseContents {
    DatabaseContents {
        tables: vec![table("public.orders", 3, "1"), table("public.things", 5, "2")],
        sequences: vec![sequence(Some(7), Some(9))],
        catalog: vec!["column public.orders.id: integer".into(), "index public.orders_pkey: ..".into()],
    }
}

#[test]
fn a_database_equals_itself() {
    assert_eq!(differences(&contents(), &contents()), Vec::<String>::new());
}

#[test]
fn every_kind_of_difference_is_named() {
    let mut found = contents();
    found.tables[0].rows = 2;
    found.tables[1].digest = Some("3".into());
    found.tables.push(table("public.extra", 0, "0"));
    found.sequences[0].last_value = Some(6);
    found.catalog.remove(1);
    assert_eq!(
        differences(&contents(), &found),
        [
            "public.orders has 2 rows instead of 3",
            "rows of public.things have another content",
            "the table public.extra is there in addition",
            "the sequence public.ids is at 6 instead of 7",
            "missing: index public.orders_pkey: ..",
        ]
    );
    found.tables.clear();
    assert!(differences(&contents(), &found).contains(&"the table public.orders is missing".to_owned()));
}

#[test]
fn a_sequence_may_lie_between_the_two_readings() {
    let mut found = contents();
    for (value, is_equal) in [(7, true), (8, true), (9, true), (10, false), (6, false)] {
        found.sequences[0].last_value = Some(value);
        assert_eq!(differences(&contents(), &found).is_empty(), is_equal, "{value}");
    }
    let mut unused = contents();
    unused.sequences[0] = sequence(None, None);
    assert!(!differences(&unused, &found).is_empty());
}

#[test]
fn catalogs_are_compared_line_by_line() {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert_eq!(catalog(&lines(&["a", "b", "d"]), &lines(&["a", "c", "d"])), ["missing: b", "in addition: c"]);
    assert_eq!(catalog(&lines(&[]), &lines(&["a"])), ["in addition: a"]);
    assert_eq!(catalog(&lines(&["a"]), &lines(&[])), ["missing: a"]);
}

#[test]
fn many_differences_are_counted() {
    let expected = DatabaseContents {
        catalog: (0..250).map(|n| format!("{n:03}")).collect(),
        ..DatabaseContents::default()
    };
    let told = differences(&expected, &DatabaseContents::default());
    assert_eq!((told.len(), told[100].as_str()), (101, "and 150 more differences"));
}
