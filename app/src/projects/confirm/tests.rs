use model::state::DatabaseSeen;
use model::{ByteSize, DatabaseFigures, Observed};
use time::Duration;

use super::stops;
use crate::projects::sample::{LOOKED, project, running};

#[test]
fn stop_names_every_host_that_goes_down_and_when_it_was_counted() {
    let mut project = running();
    project.observed.facts.database = Observed::Present(DatabaseSeen::default());
    project.observed.figures.database =
        DatabaseFigures { bytes: Some(ByteSize::new(1)), connections: Some(1), ..DatabaseFigures::default() };
    let lines = stops(&project, LOOKED + Duration::seconds(14));
    assert_eq!(lines[0], "The instance stops now; 1 connection to its database is open, counted 14 s ago.");
    assert_eq!(
        lines[1],
        "crm.example.com and kunden.example.com answer with the maintenance page until it is started again."
    );
}

#[test]
fn connections_that_nobody_counted_are_not_told_as_none() {
    let lines = stops(&project(), LOOKED);
    assert!(lines[0].contains("is unknown"), "{}", lines[0]);
}
