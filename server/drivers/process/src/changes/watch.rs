//! The kernel's watch over run folders (inotify), on a thread of its own.
//!
//! A thread, because waiting for a foreign file descriptor in Tokio takes unsafe code. It sleeps until something
//! happens, and ends when the [`Hints`] are dropped.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use keeper::LOCK;
use keeper::record::RECORD;
use model::InstanceKey;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify, InotifyEvent, WatchDescriptor};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::folder::RunFolder;

/// The receiving end.
pub(crate) struct Hints {
    hints: UnboundedReceiver<InstanceKey>,
    /// Its closing ends the thread.
    _alive: PipeWriter,
}

impl Hints {
    /// The next hint; `None` when the watch has failed.
    pub(crate) async fn next(&mut self) -> Option<InstanceKey> {
        self.hints.recv().await
    }
}

/// Watches the root for run folders that come and go, and each of them for its record and lock.
struct Watch {
    inotify: Inotify,
    root: PathBuf,
    run_folders: WatchDescriptor,
    folders: HashMap<WatchDescriptor, InstanceKey>,
}

/// Watches from now on. Makes the root when it is absent.
pub(crate) fn start(root: &Path) -> io::Result<Hints> {
    let mut watch = Watch::new(root)?;
    let (sender, hints) = unbounded_channel();
    let (ending, alive) = io::pipe()?;
    std::thread::Builder::new().name("run-folders".into()).spawn(move || {
        if let Err(fault) = watch.run(&ending, &sender) {
            tracing::error!(%fault, "run folders are watched no longer: only the sweep notices changes now");
        }
    })?;
    Ok(Hints { hints, _alive: alive })
}

impl Watch {
    fn new(root: &Path) -> io::Result<Self> {
        crate::folder::create(root).map_err(io::Error::other)?;
        let inotify = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
        let flags = AddWatchFlags::IN_CREATE
            | AddWatchFlags::IN_MOVED_TO
            | AddWatchFlags::IN_DELETE
            | AddWatchFlags::IN_ONLYDIR;
        let run_folders = inotify.add_watch(root, flags)?;
        let mut watch = Self { inotify, root: root.to_owned(), run_folders, folders: HashMap::new() };
        watch.add_all()?;
        Ok(watch)
    }

    /// Sends hints until the other end of `ending` is closed.
    fn run(&mut self, ending: &PipeReader, hints: &UnboundedSender<InstanceKey>) -> io::Result<()> {
        loop {
            let mut files =
                [self.inotify.as_fd(), ending.as_fd()].map(|file| PollFd::new(file, PollFlags::POLLIN));
            match poll(&mut files, PollTimeout::NONE) {
                Ok(_) if files[1].any().unwrap_or(true) => return Ok(()),
                Ok(_) | Err(Errno::EINTR) => {}
                Err(fault) => return Err(fault.into()),
            }
            for hint in self.read()? {
                // Whoever does not listen any more has closed the pipe.
                let _ = hints.send(hint);
            }
        }
    }

    /// The instances that the waiting events are about, each once.
    fn read(&mut self) -> io::Result<BTreeSet<InstanceKey>> {
        let events = match self.inotify.read_events() {
            Err(Errno::EAGAIN | Errno::EINTR) => Vec::new(),
            events => events?,
        };
        let mut hints = BTreeSet::new();
        for event in &events {
            if event.mask.contains(AddWatchFlags::IN_Q_OVERFLOW) {
                hints.extend(self.add_all()?);
            } else {
                hints.extend(self.meaning(event));
            }
        }
        Ok(hints)
    }

    /// Which instance it is about; `None` when it means nothing.
    fn meaning(&mut self, event: &InotifyEvent) -> Option<InstanceKey> {
        if event.mask.contains(AddWatchFlags::IN_IGNORED) {
            return self.folders.remove(&event.wd);
        }
        let name = event.name.as_ref()?.to_str()?;
        if event.wd != self.run_folders {
            return self.folders.get(&event.wd).filter(|_| [RECORD, LOCK].contains(&name)).cloned();
        }
        let key = InstanceKey::try_from(name.to_owned()).ok()?;
        if !event.mask.contains(AddWatchFlags::IN_DELETE) {
            self.add(&key);
        }
        Some(key)
    }

    fn add_all(&mut self) -> io::Result<Vec<InstanceKey>> {
        let keys: Vec<_> = RunFolder::all(&self.root)?.into_iter().map(|(key, _)| key).collect();
        for key in &keys {
            self.add(key);
        }
        Ok(keys)
    }

    /// A folder that is gone again needs no watch; one that cannot be watched is left to the sweep.
    fn add(&mut self, key: &InstanceKey) {
        let folder = RunFolder::new(&self.root, key);
        let flags = AddWatchFlags::IN_MOVED_TO | AddWatchFlags::IN_CLOSE_WRITE | AddWatchFlags::IN_ONLYDIR;
        match self.inotify.add_watch(folder.path(), flags) {
            Ok(watch) => {
                self.folders.insert(watch, key.clone());
            }
            Err(Errno::ENOENT | Errno::ENOTDIR) => {}
            Err(fault) => {
                tracing::warn!(project.id = %key.project, %fault, "the run folder of {key} cannot be watched");
            }
        }
    }
}
