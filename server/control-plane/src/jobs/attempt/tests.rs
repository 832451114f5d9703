use super::*;

fn away() -> Error {
    Problem::unavailable("driver", "It does not answer.").into()
}

fn refused() -> Error {
    Problem::new(ProblemKind::Refused, "No", "No.").into()
}

#[test]
fn an_end_is_reported_as_what_it_was() {
    assert_eq!(conclude(Some(Ok(())), None, true), Report::Succeeded);
    assert_eq!(conclude(Some(Err(refused())), None, true), Report::Failed(refused().problem()));
    assert_eq!(conclude(Some(Err(away())), None, true), Report::Waits(away().problem()));
    assert_eq!(
        conclude(Some(Err(away())), None, false),
        Report::Failed(away().problem()),
        "it cannot go on where it was"
    );
}

#[test]
fn a_cancelled_job_is_cancelled_unless_it_was_done() {
    let cancelled = Some(Reason::Cancelled);
    assert_eq!(conclude(Some(Err(Error::Interrupted)), cancelled, true), Report::Cancelled);
    assert_eq!(conclude(None, cancelled, true), Report::Cancelled);
    assert_eq!(conclude(Some(Err(away())), cancelled, true), Report::Cancelled);
    assert_eq!(conclude(Some(Ok(())), cancelled, true), Report::Succeeded);
}

#[test]
fn a_stopping_control_plane_leaves_its_jobs_to_the_next() {
    let stopping = Some(Reason::Stopping);
    assert_eq!(conclude(Some(Err(Error::Interrupted)), stopping, false), Report::Released);
    assert_eq!(conclude(None, stopping, true), Report::Released);
    assert_eq!(conclude(Some(Err(away())), stopping, true), Report::Released);
    assert_eq!(conclude(Some(Err(refused())), stopping, true), Report::Failed(refused().problem()));
}

#[test]
fn what_another_control_plane_works_on_is_not_reported() {
    for outcome in [Some(Ok(())), None, Some(Err(refused()))] {
        assert_eq!(conclude(outcome, Some(Reason::Lost), true), Report::Nothing);
    }
}
