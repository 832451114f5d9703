//! A Caddy of our own: found again, replaced when it died, ended when asked.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::time::Duration;

use control_plane::ports::gateway::{Applied, Gateway as _, RouteTable};
use control_plane::testing::address::free_address;
use gateway_caddy::child::{CaddyBinary, CaddyChild, ChildError, ChildSettings};
use gateway_caddy::{AdminAddress, CaddyGateway, CaddySettings, RenderSettings};
use nix::unistd::{Pid, geteuid, getpgid};
use tempfile::TempDir;

use crate::support::{end, every_caddy};

const GRACE: Duration = Duration::from_secs(10);

/// A folder for one child, which ends with it, also when the test fails.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn settings(&self, binary: &CaddyBinary) -> ChildSettings {
        ChildSettings {
            binary: binary.clone(),
            folder: self.0.path().join("gateway"),
            http: free_address(),
            https: free_address(),
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let ours = self.0.path().to_str().unwrap();
        for process in fs::read_dir("/proc").unwrap().flatten() {
            let command = fs::read_to_string(process.path().join("cmdline")).unwrap_or_default();
            if command.contains("caddy") && command.contains(ours) {
                end(process.file_name().to_str().unwrap().parse().unwrap());
            }
        }
    }
}

fn gateway(child: &CaddyChild, settings: &ChildSettings) -> CaddyGateway {
    let render = RenderSettings::new(settings.http, settings.https);
    CaddyGateway::new(CaddySettings {
        admin: child.admin().clone(),
        name: None,
        root_file: None,
        certificates: None,
        render,
    })
}

#[tokio::test]
async fn it_is_adopted_by_the_next_start_with_its_routes() {
    for binary in every_caddy().await {
        let home = Home::new();
        let settings = home.settings(&binary);
        let first = CaddyChild::ensure(&settings).await.unwrap();
        assert!(!first.is_adopted() && first.is_running());
        assert_eq!(
            gateway(&first, &settings).apply(&RouteTable::default()).await.unwrap().applied,
            Applied::Changed
        );
        let pid = first.pid();
        drop(first);

        // Also where we died between the start and the record of it.
        for forget in [false, true] {
            if forget {
                fs::remove_file(settings.folder.join("child.json")).unwrap();
            }
            let next = CaddyChild::ensure(&settings).await.unwrap();
            assert!(next.is_adopted() && next.is_running());
            assert_eq!(next.pid(), pid);
            assert_eq!(
                gateway(&next, &settings).apply(&RouteTable::default()).await.unwrap().applied,
                Applied::Unchanged
            );
        }
        CaddyChild::ensure(&settings).await.unwrap().stop(GRACE).await.unwrap();
    }
}

#[tokio::test]
async fn it_has_its_own_process_group_and_leaves_no_file_elsewhere() {
    for binary in every_caddy().await {
        let home = Home::new();
        let settings = home.settings(&binary);
        let child = CaddyChild::ensure(&settings).await.unwrap();
        let pid = Pid::from_raw(child.pid().try_into().unwrap());
        assert_eq!(getpgid(Some(pid)).unwrap(), pid);
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap();
        let environment = String::from_utf8(environment).unwrap();
        let ours = settings.folder.canonicalize().unwrap();
        for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            let value = environment
                .split('\0')
                .find_map(|entry| entry.strip_prefix(name)?.strip_prefix('='))
                .unwrap();
            assert!(value.starts_with(ours.to_str().unwrap()), "{name}={value}");
        }
        assert_eq!(fs::metadata(&ours).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(ours.join("child.json")).unwrap().permissions().mode() & 0o777, 0o600);
        child.stop(GRACE).await.unwrap();
    }
}

#[tokio::test]
async fn one_that_was_killed_is_replaced_and_its_stale_files_do_no_harm() {
    for binary in every_caddy().await {
        let home = Home::new();
        let settings = home.settings(&binary);
        let first = CaddyChild::ensure(&settings).await.unwrap();
        end(first.pid());
        let deadline = tokio::time::Instant::now() + GRACE;
        while first.is_running() {
            assert!(tokio::time::Instant::now() < deadline, "it was killed and still runs");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(settings.folder.join("admin.sock").exists() && settings.folder.join("child.json").exists());
        let second = CaddyChild::ensure(&settings).await.unwrap();
        assert!(!second.is_adopted());
        assert_ne!(second.pid(), first.pid());
        second.stop(GRACE).await.unwrap();
    }
}

#[tokio::test]
async fn a_record_of_somebody_elses_process_is_not_believed() {
    for binary in every_caddy().await {
        let home = Home::new();
        let settings = home.settings(&binary);
        fs::create_dir(&settings.folder).unwrap();
        let record = format!(r#"{{"pid":{},"started":1,"admin":"127.0.0.1:1"}}"#, std::process::id());
        for record in [record.as_str(), "{", ""] {
            fs::write(settings.folder.join("child.json"), record).unwrap();
            let child = CaddyChild::ensure(&settings).await.unwrap();
            assert!(!child.is_adopted());
            child.stop(GRACE).await.unwrap();
        }
    }
}

#[tokio::test]
async fn stopping_ends_the_process_and_a_second_time_is_no_error() {
    for binary in every_caddy().await {
        let home = Home::new();
        let settings = home.settings(&binary);
        let child = CaddyChild::ensure(&settings).await.unwrap();
        let adopted = CaddyChild::ensure(&settings).await.unwrap();
        child.stop(GRACE).await.unwrap();
        assert!(!adopted.is_running());
        assert!(!settings.folder.join("child.json").exists() && !settings.folder.join("admin.sock").exists());
        adopted.stop(GRACE).await.unwrap();
    }
}

#[tokio::test]
async fn a_taken_port_stops_the_start_and_names_its_holder() {
    for binary in every_caddy().await {
        let home = Home::new();
        let settings = home.settings(&binary);
        let holder = TcpListener::bind(settings.https).unwrap();
        let error = CaddyChild::ensure(&settings).await.unwrap_err();
        assert!(matches!(error, ChildError::PortTaken { purpose: "HTTPS", .. }), "{error}");
        let message = error.to_string();
        let us = format!("(pid {})", std::process::id());
        assert!(message.contains(&settings.https.to_string()) && message.contains(&us), "{message}");
        assert!(!settings.folder.join("child.json").exists());
        drop(holder);
        CaddyChild::ensure(&settings).await.unwrap().stop(GRACE).await.unwrap();
    }
}

/// A folder whose path leaves no room for a socket, and where that goes instead.
fn deep(home: &Home) -> (PathBuf, PathBuf) {
    let folder = home.0.path().join("long".repeat(30));
    fs::create_dir(&folder).unwrap();
    let found = folder.metadata().unwrap();
    let base = if geteuid().is_root() { "/run" } else { "/tmp" };
    let short = format!("{base}/atomo-fleet-caddy-{:x}-{:x}", found.dev(), found.ino());
    (folder, short.into())
}

#[tokio::test]
async fn where_the_path_is_too_long_for_a_socket_it_lies_in_a_closed_folder_of_the_machines() {
    for binary in every_caddy().await {
        let home = Home::new();
        let (folder, short) = deep(&home);
        let settings = ChildSettings { folder, ..home.settings(&binary) };
        let child = CaddyChild::ensure(&settings).await.unwrap();
        assert_eq!(child.admin(), &AdminAddress::Unix(short.join("admin.sock")));
        assert_eq!(fs::metadata(&short).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(
            gateway(&child, &settings).apply(&RouteTable::default()).await.unwrap().applied,
            Applied::Changed
        );
        for forget in [false, true] {
            if forget {
                fs::remove_file(settings.folder.join("child.json")).unwrap();
            }
            let adopted = CaddyChild::ensure(&settings).await.unwrap();
            assert!(adopted.is_adopted());
            assert_eq!((adopted.pid(), adopted.admin()), (child.pid(), child.admin()));
        }
        child.stop(GRACE).await.unwrap();
        assert!(!short.exists());
    }
}

#[tokio::test]
async fn what_somebody_else_put_in_the_place_of_that_folder_is_not_used() {
    let binary = every_caddy().await.remove(0);
    let home = Home::new();
    let (folder, short) = deep(&home);
    symlink(home.0.path(), &short).unwrap();
    let settings = ChildSettings { folder, ..home.settings(&binary) };
    let error = CaddyChild::ensure(&settings).await.unwrap_err();
    fs::remove_file(&short).unwrap();
    assert!(matches!(&error, ChildError::Folder { path, .. } if *path == short), "{error}");
    assert!(!home.0.path().join("admin.sock").exists());
}

#[tokio::test]
async fn one_that_cannot_start_says_why() {
    let home = Home::new();
    let path = home.0.path().join("caddy");
    fs::write(
        &path,
        "#!/bin/sh\n[ \"$1\" = version ] && echo v2.11.7 && exit\necho 'no space left' >&2\nexit 3\n",
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    let binary = CaddyBinary::at(&path).await.unwrap();
    let error = CaddyChild::ensure(&home.settings(&binary)).await.unwrap_err().to_string();
    assert!(error.contains("no space left") && error.contains('3'), "{error}");
}
