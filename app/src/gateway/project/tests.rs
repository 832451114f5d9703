use model::FleetEdge;

use super::beside;

#[test]
fn what_the_fleet_says_is_said_where_a_project_is_edited() {
    let said = beside(&FleetEdge::default().policy);
    assert!(
        said.starts_with("The fleet blocks /workflows*, /metrics, accepts bodies of up to 104 MB."),
        "{said}"
    );
}
