use super::*;

fn faults(name: &str, value: &str) -> Result<Faults, FaultError> {
    Faults::from_vars(&[(name.to_owned(), value.to_owned())].into_iter().collect())
}

#[test]
fn an_unparsable_fault_is_an_error_that_names_it() {
    let error = faults("STANDIN_EXIT_AT_BOOT", "300").unwrap_err();
    assert_eq!(error.to_string(), "STANDIN_EXIT_AT_BOOT is \"300\", expected a whole number");
    let error = faults("STANDIN_NEVER_READY", "yes").unwrap_err();
    assert_eq!(error.to_string(), "STANDIN_NEVER_READY is \"yes\", expected 1, true, 0 or false");
}

#[test]
fn a_planted_fault_is_read() {
    assert_eq!(faults("STANDIN_EXIT_AT_BOOT", "42").unwrap().exit_at_boot, Some(42));
    assert!(matches!(faults("STANDIN_READY_HANGS", "1").unwrap().ready, Some(ReadyFault::Hangs)));
}
