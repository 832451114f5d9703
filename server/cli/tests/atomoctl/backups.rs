//! Commands for backups.

use model::{BackupPolicy, ProjectBackupPolicy};
use serde_json::json;

use crate::fake::{Fake, Reply};
use crate::run::Person;

#[tokio::test]
async fn a_policy_is_changed_where_it_was_named_and_sent_as_a_whole() {
    let policy = ProjectBackupPolicy { policy: BackupPolicy::default(), inherited: true, next_run: None };
    let fake = Fake::start().await;
    for line in ["GET", "PUT", "DELETE"].map(|method| format!("{method} /projects/crm/backup-policy")) {
        fake.on(&line, [Reply::json(200, &policy)]);
    }
    let person = Person::with_token(&fake);
    let shown = person.runs("backup policy show crm").await;
    assert_eq!(shown.code, 0, "{shown:?}");
    assert!(shown.out.contains("30 2 * * * UTC") && shown.out.contains("that of the fleet"), "{shown:?}");
    let ran = person.runs("backup policy set crm --schedule every-6h --daily 3 --boot true").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let expected = json!({
        "schedule": "every-6h", "retention": {"last": "7", "daily": "3", "weekly": "8", "monthly": "12"},
        "verify": true, "digests": true, "boot": true,
    });
    assert_eq!(fake.sent("PUT /projects/crm/backup-policy"), expected);
    assert_eq!(person.runs("backup policy reset crm").await.code, 0);
    assert_eq!(fake.count("DELETE /projects/crm/backup-policy"), 1);
    let nothing = person.runs("backup policy set crm").await;
    assert_eq!((nothing.code, fake.count("PUT /projects/crm/backup-policy")), (2, 1), "{nothing:?}");
}
