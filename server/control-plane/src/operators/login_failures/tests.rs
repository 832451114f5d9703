//! Who waits, for how long.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::{Account, ClientNetwork, FORGOTTEN, KEPT, LONGEST, LoginFailures};

fn peer(address: &str) -> ClientNetwork {
    ClientNetwork::from(address.parse::<IpAddr>().unwrap())
}

fn ines(from: &str) -> Account {
    Account::new("ines@example.com", 1, peer(from))
}

/// Counts of so many wrong log-ins at one moment.
fn after(count: u32, account: &Account, now: Instant) -> LoginFailures {
    let attempts = LoginFailures::default();
    for _ in 0..count {
        attempts.wrong(account.clone(), now);
    }
    attempts
}

#[test]
fn the_fifth_wrong_one_makes_wait_and_each_further_one_twice_as_long() {
    let (now, account) = (Instant::now(), ines("192.0.2.1"));
    let seconds = |count| after(count, &account, now).wait(&account, now).as_secs();
    assert_eq!([0, 1, 4].map(seconds), [0, 0, 0]);
    assert_eq!([5, 6, 7].map(seconds), [30, 60, 120]);
    assert_eq!([10, 11, 1_000].map(seconds), [LONGEST.as_secs(); 3], "never longer than 15 min");
}

#[test]
fn a_wait_ends_by_itself_and_the_count_with_it_after_an_hour() {
    let (now, account) = (Instant::now(), ines("192.0.2.1"));
    let attempts = after(5, &account, now);
    assert_eq!(attempts.wait(&account, now + Duration::from_secs(29)).as_secs(), 1);
    assert_eq!(attempts.wait(&account, now + Duration::from_secs(30)), Duration::ZERO);

    let later = now + FORGOTTEN;
    attempts.wrong(account.clone(), later);

    assert_eq!(attempts.wait(&account, later), Duration::ZERO, "the first of a new count");
}

#[test]
fn a_stranger_elsewhere_keeps_nobody_out() {
    let now = Instant::now();
    let attempts = after(20, &ines("203.0.113.9"), now);
    assert!(attempts.wait(&ines("203.0.113.9"), now) > Duration::ZERO);
    assert_eq!(attempts.wait(&ines("192.0.2.1"), now), Duration::ZERO);
}

#[test]
fn one_network_of_ipv6_is_one_asker_and_a_mapped_address_is_its_ipv4() {
    assert_eq!(peer("2001:db8:1:2::7"), peer("2001:db8:1:2:ffff::9"));
    assert_ne!(peer("2001:db8:1:2::7"), peer("2001:db8:1:3::7"));
    assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    assert_ne!(peer("192.0.2.1"), peer("192.0.2.2"));
}

#[test]
fn a_right_one_and_a_new_password_begin_anew() {
    let (now, account) = (Instant::now(), ines("192.0.2.1"));
    let attempts = after(5, &account, now);
    let reset = Account::new("ines@example.com", 2, peer("192.0.2.1"));
    assert_eq!(attempts.wait(&reset, now), Duration::ZERO);
    let typed_otherwise = Account::new(" INES@example.com", 1, peer("192.0.2.1"));
    assert!(attempts.wait(&typed_otherwise, now) > Duration::ZERO);
    attempts.right(&account);
    assert_eq!(attempts.wait(&account, now), Duration::ZERO);
}

#[test]
fn memory_is_bounded_and_the_newest_counts_stay() {
    let now = Instant::now();
    let attempts = LoginFailures::default();
    let somebody = |number: usize| Account::new(&format!("{number}@example.com"), 0, peer("192.0.2.1"));
    for number in 0..KEPT + 10 {
        let at = now + Duration::from_micros(number as u64);
        attempts.wrong(somebody(number), at);
    }
    assert_eq!(attempts.lock().len(), KEPT);
    assert!(attempts.lock().contains_key(&somebody(KEPT + 9)));
    assert!(!attempts.lock().contains_key(&somebody(0)));
}
