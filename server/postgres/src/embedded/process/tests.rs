//! A process id alone names nobody.

use std::process::{Command, Stdio};

use super::*;

#[test]
fn a_process_of_the_same_id_that_began_at_another_time_is_another_one() {
    let us = Identity::of(std::process::id());
    assert!(us.is_running());
    let before = Identity { started: us.started.map(|ticks| ticks - 1), ..us };
    assert!(!before.is_running(), "the id was given again");
}

#[test]
fn a_process_that_has_ended_does_not_run_also_while_nobody_has_waited_for_it() {
    let mut child = Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().unwrap();
    let sleeping = Identity::of(child.id());
    assert!(sleeping.is_running());
    child.kill().unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while sleeping.is_running() {
        assert!(std::time::Instant::now() < deadline, "a zombie does not run");
        std::thread::yield_now();
    }
    child.wait().unwrap();
    assert!(!sleeping.is_running() && !Identity::of(child.id()).is_running());
}
