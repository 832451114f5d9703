//! Client of the instance that the drivers' tests run: one connection is one command line and one answer.
#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test's own tools fail by panicking")]

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use model::InstanceSeen;

/// Deadline of a condition.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends a command to an instance as soon as it listens; returns the answer.
pub fn tell(seen: &InstanceSeen, command: &str) -> String {
    until(&format!("the instance answers to {command:?}"), || try_tell(seen, command))
}

/// Sends a command to an instance once; returns the answer, if there is one.
pub fn try_tell(seen: &InstanceSeen, command: &str) -> Option<String> {
    let ask = || -> io::Result<String> {
        let mut stream = TcpStream::connect(&seen.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(format!("{command}\n").as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    // a published port accepts connections before the instance listens
    ask().ok().filter(|answer| !answer.is_empty())
}

/// Polls until there is an answer.
pub fn until<T>(fact: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "it never came true: {fact}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A free address that no other caller gets, below the ephemeral ports, from `first` on. Test programs use different
/// ranges, because several run at once.
pub fn free_address(first: u16) -> SocketAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = std::process::id().wrapping_mul(61) + NEXT.fetch_add(1, Ordering::Relaxed);
        let port = first + u16::try_from(number % 2_000).unwrap();
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return listener.local_addr().unwrap();
        }
    }
}

/// A program of `examples/`, which cargo builds beside the tests.
pub fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(path.exists(), "{} is built by `cargo test`", path.display());
    path
}
