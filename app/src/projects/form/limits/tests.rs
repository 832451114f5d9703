use super::*;

#[test]
fn what_is_shown_is_accepted_again_and_changes_nothing() {
    let limits = Limits::default();
    let edit = LimitsForm::of(&limits).patch().validate().unwrap().limits;
    assert_eq!(edit.over(limits), limits);
}

#[test]
fn an_empty_field_stays_as_it_is() {
    let form = LimitsForm { memory: "1 GiB".into(), cpu: " ".into(), ..LimitsForm::default() };
    let edit = form.patch().validate().unwrap().limits;
    assert!(edit.memory.is_some() && edit.cpu.is_none() && edit.pids.is_none() && edit.restarts.is_none());
    assert!(LimitsForm { memory: "much".into(), ..form }.patch().validate().is_err());
}
