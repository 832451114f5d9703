use model::Observed;

use super::{release, upstream};
use crate::projects::cell_text::CellText;
use crate::projects::sample::{project, running};

#[test]
fn a_stopped_project_has_no_server_and_that_is_known() {
    let mut stopped = project();
    stopped.observed.facts.instance = Observed::Absent;
    assert_eq!(release(&stopped), CellText::Known("\u{2013}".into()));
    assert_eq!(upstream(&stopped), "\u{2013}");
}

#[test]
fn a_server_that_refuses_is_not_one_that_nobody_asked() {
    let mut refuses = running();
    assert_eq!(release(&refuses), CellText::Unknown);
    refuses.observed.facts.ready = Observed::Absent;
    assert_eq!(release(&refuses), CellText::Known("does not answer".into()));
}

#[test]
fn of_an_unseen_instance_nothing_is_said() {
    assert_eq!(release(&project()), CellText::Unknown);
    assert_eq!(upstream(&project()), "?");
}
