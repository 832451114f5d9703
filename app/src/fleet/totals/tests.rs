use model::state::DatabaseSeen;
use model::{ByteSize, DatabaseFigures, Observed};

use super::{Sum, Totals};
use crate::fleet::filter::tests::project;

#[test]
fn a_sum_says_what_it_does_not_know() {
    let (mut large, mut gone) = (project("crm"), project("shop"));
    large.observed.facts.database = Observed::Present(DatabaseSeen::default());
    large.observed.figures.database = DatabaseFigures {
        bytes: Some(ByteSize::new(2_000)),
        connections: Some(3),
        ..DatabaseFigures::default()
    };
    gone.observed.facts.database = Observed::Absent;
    let totals = Totals::of(&[large, gone, project("blog")]);
    assert_eq!(totals.database_bytes, Sum { value: 2_000, unknown: 1 });
    assert_eq!(totals.connections, Sum { value: 3, unknown: 1 });
    assert_eq!(totals.memory_bytes, Sum { value: 0, unknown: 3 });
    assert_eq!(totals.running, 0);
}
