use model::{Hint, OperationId, ProjectId};

use super::{Pace, Watch};

fn project(id: &str) -> ProjectId {
    id.parse().unwrap()
}

#[test]
fn a_view_is_woken_by_what_it_shows() {
    let (mine, other) =
        (OperationId::from(uuid::Uuid::from_u128(1)), OperationId::from(uuid::Uuid::from_u128(2)));
    let on = |id, operation_id| Hint::Operation { project_id: Some(project(id)), operation_id };
    let watch = Watch::Project(project("crm"));
    assert!(watch.concerns(&Hint::Project { project_id: project("crm") }));
    assert!(watch.concerns(&on("crm", mine)));
    assert!(watch.concerns(&Hint::Fleet));
    assert!(!watch.concerns(&on("shop", mine)));
    let watch = Watch::Operation(mine);
    assert!(watch.concerns(&on("crm", mine)));
    assert!(!watch.concerns(&on("crm", other)));
    assert!(!watch.concerns(&Hint::Project { project_id: project("crm") }));
    assert!(Watch::Fleet.concerns(&on("shop", other)));
}

#[test]
fn the_frame_of_a_page_is_woken_by_parts_and_not_by_every_project() {
    let others = [Hint::Figures, Hint::Project { project_id: project("crm") }];
    assert!(Watch::Parts.concerns(&Hint::Parts) && Watch::Parts.concerns(&Hint::Fleet));
    assert!(!others.iter().any(|hint| Watch::Parts.concerns(hint)));
    assert!(others.iter().all(|hint| Watch::Fleet.concerns(hint)));
    assert!(Watch::Project(project("crm")).concerns(&Hint::Figures), "figures and times of it are newer");
    assert!(!Watch::Project(project("crm")).concerns(&Hint::Parts));
}

#[test]
fn a_burst_of_hints_is_looked_at_twice_and_none_is_lost() {
    let mut pace = Pace::default();
    let looks = (0..50).filter(|_| pace.wake()).count();
    assert_eq!(looks, 1);
    assert!(pace.release(), "hints came while it rested");
    assert!(!pace.wake(), "it rests again");
    assert!(pace.release());
    assert!(!pace.release(), "nothing came");
    assert!(pace.wake());
}
