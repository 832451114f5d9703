//! The sums, at their edges.

use super::*;

fn server(max: u32, given: u32) -> Budget {
    Budget { max, reserved: 3, own: 28, backup: 4, given }
}

fn pool(size: u32) -> PoolSize {
    size.try_into().unwrap()
}

#[test]
fn a_pool_is_1_to_100() {
    for wrong in [0, 101, u32::MAX] {
        assert_eq!(PoolSize::try_from(wrong).unwrap_err().accepted, PoolSize::ACCEPTED);
    }
    assert_eq!("7".parse::<PoolSize>().unwrap().connections(), 9);
    assert!("-1".parse::<PoolSize>().is_err() && "many".parse::<PoolSize>().is_err());
}

#[test]
fn the_last_connection_can_be_given_and_no_more() {
    let budget = server(100, 58);
    assert_eq!((budget.for_projects(), budget.free()), (65, 7));
    assert!(budget.has_room_for(pool(5)) && !budget.has_room_for(pool(6)));
    assert_eq!(budget.largest_pool(), Some(pool(5)));
}

#[test]
fn without_room_for_the_smallest_pool_there_is_no_largest() {
    assert_eq!(server(100, 63).largest_pool(), None);
    assert_eq!(server(100, 62).largest_pool(), Some(PoolSize::LEAST));
    assert_eq!(server(10_000, 0).largest_pool(), Some(PoolSize::MOST));
}

#[test]
fn a_server_that_was_made_smaller_is_overdrawn() {
    let budget = server(50, 58);
    assert_eq!((budget.for_projects(), budget.free(), budget.overdrawn()), (15, 0, 43));
    let tiny = server(20, 0);
    assert_eq!((tiny.for_projects(), tiny.largest_pool()), (0, None));
}
