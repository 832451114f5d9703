//! A part that says nothing is named.

use super::*;
use crate::ports::secret_store::SecretError;

#[tokio::test]
async fn a_silent_part_is_named_after_the_limit() {
    let silent = std::future::pending::<std::result::Result<(), SecretError>>();
    let limit = Duration::from_millis(20);
    let problem = within(limit, "secrets", "listing the secrets", silent).await.unwrap_err().problem();
    assert_eq!(problem.part.as_deref(), Some("secrets"));
    assert!(problem.detail.contains("While listing the secrets: no answer"), "{}", problem.detail);
}
