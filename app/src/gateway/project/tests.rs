use model::FleetEdge;

use super::beside;

#[test]
fn the_policy_of_the_fleet_is_summed_up_for_a_project() {
    let text = beside(&FleetEdge::default().policy);
    assert!(
        text.starts_with("The fleet blocks /workflows*, /metrics, accepts bodies of up to 104 MB."),
        "{text}"
    );
}
