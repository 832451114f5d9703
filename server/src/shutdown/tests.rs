//! What is told of several faults.

use super::*;

#[test]
fn the_first_error_is_told() {
    assert!(first_error([Ok(()), Ok(())]).is_ok());
    let outcomes = [Ok(()), Err(anyhow::anyhow!("Caddy")), Ok(()), Err(anyhow::anyhow!("Postgres"))];
    assert_eq!(first_error(outcomes).unwrap_err().to_string(), "Caddy");
}
