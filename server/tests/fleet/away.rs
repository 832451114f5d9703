//! A real part goes away: pages are requested meanwhile, and work continues when it is back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::api::until;
use crate::browser::Browser;
use crate::full_disk::FullDisk;
use crate::world::{World, processes_in};

/// Kills a program of the fleet repeatedly while this value lives.
struct Down {
    over: Arc<AtomicBool>,
    killer: Option<JoinHandle<()>>,
}

impl Down {
    fn keep(world: &World, program: &'static str) -> Self {
        let (over, folder) = (Arc::new(AtomicBool::new(false)), world.folder.clone());
        let killer = std::thread::spawn({
            let over = Arc::clone(&over);
            move || {
                while !over.load(Ordering::Relaxed) {
                    for pid in processes_in(&folder, program) {
                        let _ = kill(Pid::from_raw(i32::try_from(pid).unwrap()), Signal::SIGKILL);
                    }
                    std::thread::park_timeout(Duration::from_millis(5));
                }
            }
        });
        Self { over, killer: Some(killer) }
    }
}

impl Drop for Down {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.killer.take().unwrap().join().unwrap();
    }
}

#[test]
fn pages_name_postgres_while_it_is_away_and_projects_go_on_when_it_is_back() {
    let mut world = World::started();
    world.created("acme");
    let browser = Browser::open(&mut world);
    let pid = world.processes("atomo-standin")[0];
    let pages = ["/", "/projects/acme", "/projects/new", "/operations", "/login"];
    for path in pages {
        assert!(!browser.page(path).1.contains("Postgres"), "{path} names it without a reason");
    }

    let down = Down::keep(&world, "postgres");

    for path in pages {
        until(&format!("{path} names Postgres"), || {
            let (status, text) = browser.page(path);
            assert!([200, 302, 503].contains(&status), "{path}: {status} {text}");
            text.contains("Postgres").then_some(())
        });
    }
    let (status, problem) = world.ask("GET", "/projects", None);
    assert_eq!((status, &problem["part"]), (503, &"postgres".into()), "{problem}");
    assert_eq!(world.processes("atomo-standin"), [pid], "instances are left alone");
    drop(down);
    until("the page is back", || (browser.page("/projects/acme").0 == 200).then_some(()));
    until("the project is served", || {
        (world.through_gateway("acme.localhost", "/ready") == Ok(200)).then_some(())
    });
    world.created("later");
}

#[test]
fn a_create_waits_for_the_gateway_and_pages_say_so() {
    let mut world = World::started();
    let browser = Browser::open(&mut world);
    let down = Down::keep(&world, "caddy");
    let draft = world.draft("acme");
    let operation = world.command("POST", "/projects", Some(draft));

    until("the step that needs the gateway was tried", || {
        let now = world.get(&format!("/operations/{operation}"));
        assert!(["waiting", "running"].contains(&now["status"].as_str().unwrap()), "{now:#}");
        let steps = now["steps"].as_array().unwrap();
        steps.iter().any(|it| it["step"] == "sync_route" && it["attempts"].as_i64() > Some(1)).then_some(())
    });
    for path in ["/", "/projects/acme", &format!("/operations/{operation}")] {
        let (status, text) = browser.page(path);
        assert_eq!(status, 200, "{path}");
        assert!(text.contains("gateway"), "{path} says what is away");
    }
    drop(down);

    assert_eq!(world.ended(&operation)["status"], "succeeded");
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
}

#[test]
fn a_full_disk_is_named_and_the_create_goes_on_when_there_is_space() {
    let mut world = World::started();
    let browser = Browser::open(&mut world);
    let disk = FullDisk::at(&world.data().join("projects"));
    let draft = world.draft("acme");
    let operation = world.command("POST", "/projects", Some(draft));

    until("the operation says what is in the way", || {
        let now = world.get(&format!("/operations/{operation}"));
        assert!(["waiting", "running"].contains(&now["status"].as_str().unwrap()), "{now:#}");
        now.to_string().contains(FullDisk::fault()).then_some(())
    });
    until("the page says it too", || {
        let (status, text) = browser.page(&format!("/operations/{operation}"));
        assert_eq!(status, 200, "{text}");
        text.contains(FullDisk::fault()).then_some(())
    });
    assert_eq!(browser.page("/projects/acme").0, 200);
    disk.free();

    assert_eq!(world.ended(&operation)["status"], "succeeded");
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
    world.end(Signal::SIGTERM);
}
