//! A disk without space.

use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::geteuid;

/// A full disk. Only root may mount one; other users get a folder that cannot be written.
pub struct FullDisk(PathBuf);

impl FullDisk {
    /// From now on the folder has no space.
    pub fn at(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let disk = Self(folder.to_owned());
        if geteuid().is_root() {
            run(Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m,mode=755", "tmpfs"]).arg(folder));
            let full = std::fs::write(disk.filler(), vec![0; 2 * 1024 * 1024]).unwrap_err();
            assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
        } else {
            disk.mode(0o555);
        }
        disk
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    fn mode(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&self.0, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// The operating system's error.
    pub fn fault() -> &'static str {
        if geteuid().is_root() { "No space left on device" } else { "Permission denied" }
    }

    /// There is space again.
    pub fn free(&self) {
        if geteuid().is_root() {
            std::fs::remove_file(self.filler()).unwrap();
        } else {
            self.mode(0o755);
        }
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        if geteuid().is_root() {
            run(Command::new("umount").arg("--lazy").arg(&self.0));
        }
    }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
