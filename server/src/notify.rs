//! Reports the state of this process to the service manager: `sd_notify(3)`, one datagram to the socket that it names
//! in the environment. Small enough to be written here. Child processes have a cleared environment and cannot notify.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use control_plane::ControlPlane;
use tokio_util::sync::CancellationToken;

/// The reported state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Requests are served.
    Ready,
    /// The process is stopping on request.
    Stopping,
    /// We get on; without this for `WatchdogSec`, the service manager starts us again.
    GetsOn,
}

/// Reports the state, if the service manager wants it. A failure is logged and ignored.
pub fn tell(state: State) {
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET").filter(|socket| !socket.is_empty()) else { return };
    if let Err(error) = send(&socket, state) {
        tracing::warn!(socket = %socket.display(), "reporting {state:?} to the service manager: {error}");
    }
}

/// Tells every third of the time that the service manager's watchdog allows, for as long as the engine gets on, until `stop`.
pub async fn while_it_gets_on(plane: &ControlPlane, stop: &CancellationToken) {
    let Some(period) = watchdog(std::env::var("WATCHDOG_USEC").ok().as_deref()) else { return };
    loop {
        if plane.gets_on() {
            tell(State::GetsOn);
        }
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// How often to tell, of the microseconds that the watchdog allows; `None` where there is no watchdog.
fn watchdog(allowed: Option<&str>) -> Option<Duration> {
    let allowed = allowed?.parse().ok().filter(|microseconds| *microseconds > 0)?;
    Some(Duration::from_micros(allowed) / 3)
}

fn send(socket: &OsStr, state: State) -> io::Result<()> {
    let address = match socket.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name),
        path => SocketAddr::from_pathname(OsStr::from_bytes(path)),
    };
    let text: &[u8] = match state {
        State::Ready => b"READY=1",
        State::Stopping => b"STOPPING=1",
        State::GetsOn => b"WATCHDOG=1",
    };
    UnixDatagram::unbound()?.send_to_addr(text, &address?).map(drop)
}

#[cfg(test)]
mod tests;
