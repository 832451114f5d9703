//! How the server ends on SIGTERM: its listener is closed at once, and the process is gone some time after, as any server is
//! that still has something to finish. The original ends by the signal's default action, and so does this one, only later:
//! a control plane that takes the signal for the end has to be found out.
//!
//! As PID 1 of a container nothing is done: the kernel keeps the default action of a signal from PID 1, as it does from the
//! original.

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal, raise};
use tokio::sync::oneshot;

/// SIGTERM, as something to wait for.
pub struct Ending(Option<oneshot::Receiver<()>>);

impl Ending {
    /// Holds SIGTERM back. Call it before there is any other thread: they inherit that.
    pub fn hold_back() -> Result<Self, Errno> {
        if std::process::id() == 1 {
            return Ok(Self(None));
        }
        let signal = SigSet::from(Signal::SIGTERM);
        signal.thread_block()?;
        let (told, received) = oneshot::channel();
        std::thread::spawn(move || {
            if signal.wait().is_ok() {
                let _ = told.send(());
            }
        });
        Ok(Self(Some(received)))
    }

    /// Returns when SIGTERM has come.
    pub async fn begun(&mut self) {
        let came = match &mut self.0 {
            Some(received) => received.await.is_ok(),
            None => false,
        };
        if !came {
            std::future::pending::<()>().await;
        }
    }

    /// Ends the process by SIGTERM.
    pub fn end() -> Result<(), Errno> {
        raise(Signal::SIGTERM)?;
        SigSet::from(Signal::SIGTERM).thread_unblock()
    }
}
