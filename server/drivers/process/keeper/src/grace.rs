//! How long an instance may take to end, from whoever asks for it to the keeper.
//!
//! A signal carries no number, so the control plane writes the grace into the run folder before it sends `TERM`. Where nothing
//! can be read there, [`DEFAULT`] holds.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

const FILE: &str = "grace";

/// The grace of a `TERM` that came without one.
pub const DEFAULT: Duration = Duration::from_secs(60);

/// For the next `TERM` to the keeper of this run folder.
pub fn write(folder: &Path, grace: Duration) -> io::Result<()> {
    let draft = folder.join(FILE).with_extension("new");
    fs::write(&draft, grace.as_millis().to_string())?;
    fs::rename(draft, folder.join(FILE))
}

/// What was written last.
pub(crate) fn read(folder: &Path) -> Duration {
    let text = fs::read_to_string(folder.join(FILE)).ok();
    text.and_then(|text| text.parse().ok()).map_or(DEFAULT, Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_anything_else_is_the_default() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), DEFAULT);
        write(folder.path(), Duration::from_secs(600)).unwrap();
        assert_eq!(read(folder.path()), Duration::from_secs(600));
        fs::write(folder.path().join(FILE), "ten minutes").unwrap();
        assert_eq!(read(folder.path()), DEFAULT);
    }
}
