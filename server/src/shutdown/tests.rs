//! Several errors at once.

use std::cell::Cell;

use super::*;

#[test]
fn the_first_error_is_told() {
    assert!(first_error([Ok(()), Ok(())]).is_ok());
    let outcomes = [Ok(()), Err(anyhow::anyhow!("Caddy")), Ok(()), Err(anyhow::anyhow!("Postgres"))];
    assert_eq!(first_error(outcomes).unwrap_err().to_string(), "Caddy");
}

#[tokio::test]
async fn what_is_cleaned_up_after_an_error_does_not_hide_it() {
    let done = Cell::new(false);
    let cleanup = async {
        done.set(true);
        Err(anyhow::anyhow!("the clean-up"))
    };
    assert_eq!(undo(anyhow::anyhow!("the start"), cleanup).await.to_string(), "the start");
    assert!(done.get());
}
