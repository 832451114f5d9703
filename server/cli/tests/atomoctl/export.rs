//! All events of the audit trail on standard output.

use crate::fake::{Fake, Reply};
use crate::run::Person;

#[tokio::test]
async fn an_export_is_printed_as_the_server_sends_it() {
    let fake = Fake::start().await;
    let csv = "id,at\r\n7,\"two\nlines, \u{fc}\"\r\n";
    fake.on("GET /audit/export?project=crm&actor=ines&format=csv", [Reply::text(200, csv)]);
    let lines = "{\"id\":7}\n{\"id\":6}\n";
    fake.on("GET /audit/export?from=2026-11-01&format=jsonl", [Reply::text(200, lines)]);
    let person = Person::with_token(&fake);

    let ran = person.runs("audit list --project crm --actor ines --format csv").await;
    assert_eq!((ran.code, ran.out.as_str()), (0, csv), "{ran:?}");
    let ran = person.runs("audit list --from 2026-11-01 --format jsonl --json").await;
    assert_eq!((ran.code, ran.out.as_str()), (0, lines), "{ran:?}");
    assert_eq!(fake.lines().len(), 2);
}

#[tokio::test]
async fn an_export_has_no_page_and_a_known_format() {
    let fake = Fake::start().await;
    let person = Person::with_token(&fake);
    for line in ["audit list --format csv --cursor 7", "audit list --format xml"] {
        assert_eq!(person.runs(line).await.code, 2, "{line}");
    }
    assert!(fake.lines().is_empty());
}
