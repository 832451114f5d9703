//! A TCP proxy that can be cut, restored, and stopped in the middle of a request.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What identifies a write.
const WRITE: &[u8] = b"AmazonSSM.PutParameter";
const FOREVER: usize = usize::MAX;

/// A proxy from a port of loopback; it ends when dropped.
pub struct Line {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    target: SocketAddr,
    is_cut: AtomicBool,
    is_over: AtomicBool,
    writes_left: AtomicUsize,
    is_held: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Line {
    /// To an `http://` address.
    pub fn to(url: &str) -> Self {
        let target = url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            target,
            is_cut: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            writes_left: AtomicUsize::new(FOREVER),
            is_held: AtomicBool::new(false),
            open: Mutex::default(),
        });
        std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for stream in listener.incoming().flatten() {
                    if shared.is_over.load(Ordering::SeqCst) {
                        return;
                    }
                    if !shared.is_cut.load(Ordering::SeqCst) {
                        shared.connect(stream);
                    }
                }
            }
        });
        Self { address, shared }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Passes nothing.
    pub fn cut(&self) {
        self.shared.is_cut.store(true, Ordering::SeqCst);
        self.shared.close();
    }

    /// Passes everything.
    pub fn mend(&self) {
        self.shared.writes_left.store(FOREVER, Ordering::SeqCst);
        self.shared.is_held.store(false, Ordering::SeqCst);
        self.shared.is_cut.store(false, Ordering::SeqCst);
    }

    /// Passes this number of writes, then nothing, without an error.
    pub fn hold_after(&self, writes: usize) {
        self.shared.writes_left.store(writes, Ordering::SeqCst);
    }

    /// Whether that number was reached.
    pub fn is_held(&self) -> bool {
        self.shared.is_held.load(Ordering::SeqCst)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        self.shared.close();
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1)); // wakes who accepts
    }
}

impl Shared {
    fn close(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn connect(self: &Arc<Self>, near: TcpStream) {
        let Ok(far) = TcpStream::connect(self.target) else { return };
        let streams = [near.try_clone().unwrap(), far.try_clone().unwrap()];
        self.open.lock().unwrap().extend(streams);
        let (back_near, back_far) = (near.try_clone().unwrap(), far.try_clone().unwrap());
        let shared = Arc::clone(self);
        std::thread::spawn(move || shared.pump(near, far, is_write));
        let shared = Arc::clone(self);
        std::thread::spawn(move || shared.pump(back_far, back_near, |_| false));
    }

    /// Forwards data until one side closes or the proxy is stopped.
    fn pump(&self, mut from: TcpStream, mut to: TcpStream, is_write: fn(&[u8]) -> bool) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            if is_write(&buffer[..length]) && !self.may_write() {
                self.is_held.store(true, Ordering::SeqCst);
                return;
            }
            if to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    }

    fn may_write(&self) -> bool {
        let left = self.writes_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
            FOREVER => Some(FOREVER),
            left => left.checked_sub(1),
        });
        left.is_ok()
    }
}

fn is_write(bytes: &[u8]) -> bool {
    bytes.windows(WRITE.len()).any(|window| window.eq_ignore_ascii_case(WRITE))
}
