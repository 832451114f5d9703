//! Registration of users, and which of them stops Postgres.

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

    async fn register(&self, origin: Origin) -> User {
        RegistrationLock::wait(&self.dir).await.unwrap().register(origin).unwrap()
    }

    /// Releases the user; returns how often Postgres was stopped so far.
    async fn release(&self, user: User) -> u32 {
        self.release_with(user, Then::AsRecorded).await
    }

    async fn release_with(&self, user: User, then: Then) -> u32 {
        let stop = async || {
            self.stops.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        user.release(&self.dir, then, stop).await.unwrap();
        self.stops.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn the_last_of_two_commands_stops_what_the_first_started() {
    let place = Place::new();
    let first = place.register(Origin::Started).await;
    let second = place.register(Origin::Adopted).await;
    assert_eq!(place.release(first).await, 0, "the second still uses it");
    assert_eq!(place.release(second).await, 1);
    let third = place.register(Origin::Adopted).await;
    assert_eq!(place.release(third).await, 1, "a server that ran already is left running");
}

#[tokio::test]
async fn a_server_that_adopts_keeps_what_a_command_started() {
    let place = Place::new();
    let command = place.register(Origin::Started).await;
    let server = place.register(Origin::Adopted).await;
    server.keep_postgres().unwrap();
    assert_eq!(place.release(command).await, 0);
    drop(server); // killed
    let command = place.register(Origin::Adopted).await;
    assert_eq!(place.release(command).await, 0, "instances use it");
}

#[tokio::test]
async fn a_command_that_starts_it_under_a_server_does_not_stop_it() {
    let place = Place::new();
    let server = place.register(Origin::Started).await;
    server.keep_postgres().unwrap();
    let command = place.register(Origin::Started).await; // it had crashed
    drop(server);
    assert_eq!(place.release(command).await, 0);
}

#[tokio::test]
async fn a_server_that_ends_leaves_the_stop_to_a_command_that_is_there() {
    let place = Place::new();
    let server = place.register(Origin::Started).await;
    server.keep_postgres().unwrap();
    let command = place.register(Origin::Adopted).await;
    assert_eq!(place.release_with(server, Then::Stop).await, 0);
    assert_eq!(place.release(command).await, 1);
    let adopter = place.register(Origin::Adopted).await;
    assert_eq!(place.release_with(adopter, Then::Stop).await, 2, "also one that ran already");
}

#[tokio::test]
async fn a_killed_command_leaves_the_stop_to_the_next_one() {
    let place = Place::new();
    drop(place.register(Origin::Started).await);
    let next = place.register(Origin::Adopted).await;
    assert_eq!(place.release(next).await, 1);
}

#[tokio::test]
async fn no_process_registers_while_it_is_stopped() {
    let place = Place::new();
    let user = place.register(Origin::Started).await;
    let left = user.release(&place.dir, Then::AsRecorded, async || {
        let too_early =
            tokio::time::timeout(Duration::from_millis(200), RegistrationLock::wait(&place.dir)).await;
        assert!(too_early.is_err(), "a process registered");
        Ok(())
    });
    left.await.unwrap();
    place.register(Origin::Started).await;
}
