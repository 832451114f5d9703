//! Who comes and goes, and who of them stops Postgres.

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

struct Place {
    dir: DataDir,
    stops: AtomicU32,
    _folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { dir: DataDir::open(folder.path()).unwrap(), stops: AtomicU32::new(0), _folder: folder }
    }

    async fn come(&self, origin: Origin) -> User {
        Turn::wait(&self.dir).await.unwrap().come(origin).unwrap()
    }

    /// Leaves; how often Postgres was stopped up to now.
    async fn leave(&self, user: User) -> u32 {
        self.leave_and(user, Then::AsSaid).await
    }

    async fn leave_and(&self, user: User, then: Then) -> u32 {
        let stop = async || {
            self.stops.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        user.leave(&self.dir, then, stop).await.unwrap();
        self.stops.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn the_last_of_two_commands_stops_what_the_first_started() {
    let place = Place::new();
    let first = place.come(Origin::Started).await;
    let second = place.come(Origin::Adopted).await;
    assert_eq!(place.leave(first).await, 0, "the second still uses it");
    assert_eq!(place.leave(second).await, 1);
    let third = place.come(Origin::Adopted).await;
    assert_eq!(place.leave(third).await, 1, "a server that ran already is left running");
}

#[tokio::test]
async fn a_server_that_adopts_keeps_what_a_command_started() {
    let place = Place::new();
    let command = place.come(Origin::Started).await;
    let server = place.come(Origin::Adopted).await;
    server.keep_postgres().unwrap();
    assert_eq!(place.leave(command).await, 0);
    drop(server); // killed
    let command = place.come(Origin::Adopted).await;
    assert_eq!(place.leave(command).await, 0, "instances use it");
}

#[tokio::test]
async fn a_command_that_starts_it_under_a_server_does_not_stop_it() {
    let place = Place::new();
    let server = place.come(Origin::Started).await;
    server.keep_postgres().unwrap();
    let command = place.come(Origin::Started).await; // it had crashed
    drop(server);
    assert_eq!(place.leave(command).await, 0);
}

#[tokio::test]
async fn a_server_that_ends_leaves_the_stop_to_a_command_that_is_there() {
    let place = Place::new();
    let server = place.come(Origin::Started).await;
    server.keep_postgres().unwrap();
    let command = place.come(Origin::Adopted).await;
    assert_eq!(place.leave_and(server, Then::Stop).await, 0);
    assert_eq!(place.leave(command).await, 1);
    let adopter = place.come(Origin::Adopted).await;
    assert_eq!(place.leave_and(adopter, Then::Stop).await, 2, "also one that ran already");
}

#[tokio::test]
async fn a_killed_command_leaves_the_stop_to_the_next_one() {
    let place = Place::new();
    drop(place.come(Origin::Started).await);
    let next = place.come(Origin::Adopted).await;
    assert_eq!(place.leave(next).await, 1);
}

#[tokio::test]
async fn nobody_comes_while_it_is_stopped() {
    let place = Place::new();
    let user = place.come(Origin::Started).await;
    let left = user.leave(&place.dir, Then::AsSaid, async || {
        let too_early = tokio::time::timeout(Duration::from_millis(200), Turn::wait(&place.dir)).await;
        assert!(too_early.is_err(), "somebody came");
        Ok(())
    });
    left.await.unwrap();
    place.come(Origin::Started).await;
}
