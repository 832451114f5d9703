//! Starting, adopting and stopping.

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::Path;

use postgres_host::embedded::{Cluster, ClusterSettings, Durability, Origin};
use postgres_host::testing::installed;

use crate::support::{LIMIT, Place, connect, mark, marked, place, places, wait_until, works_in};

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_cluster_is_made_stopped_and_started_again() {
    for place in places().await {
        let first = place.start().await;
        assert_eq!(first.origin(), Origin::Started);
        mark(&first).await;
        first.stop(LIMIT).await.unwrap();
        first.stop(LIMIT).await.unwrap();
        assert!(!works_in(first.pid(), &place.data()), "it is gone");
        assert_eq!(place.pid_in_file(), None, "it ended in order");

        let second = place.start().await;
        assert_eq!(second.origin(), Origin::Started);
        assert_eq!(marked(&second).await, "kept");
    }
}

#[tokio::test]
async fn a_running_cluster_is_adopted() {
    for place in places().await {
        let first = place.start().await;
        let pid = first.pid();
        mark(&first).await;
        drop(first); // as a control plane that is killed
        let second = place.start().await;
        assert_eq!((second.origin(), second.pid()), (Origin::Adopted, pid));
        assert_eq!(marked(&second).await, "kept");
        second.stop(LIMIT).await.unwrap();
        assert!(!works_in(pid, &place.data()), "an adopted one is stopped as well");
    }
}

#[tokio::test]
async fn two_starts_at_once_share_one_server() {
    let place = place().await;
    let (one, other) = tokio::join!(place.start(), place.start());
    assert_eq!(one.pid(), other.pid());
    let started = [&one, &other].iter().filter(|it| it.origin() == Origin::Started).count();
    assert_eq!(started, 1, "the other adopted it");
}

#[tokio::test]
async fn nothing_listens_on_the_network_and_everybody_needs_a_password() {
    for place in places().await {
        let cluster = place.start().await;
        let mut connection = connect(&cluster.admin()).await;
        let settings = "select current_setting('listen_addresses'), current_setting('max_connections'),
                               (select string_agg(distinct auth_method, ',') from pg_hba_file_rules)";
        let told: (String, String, String) =
            sqlx::query_as(settings).fetch_one(&mut connection).await.unwrap();
        assert_eq!(told, (String::new(), "500".into(), "scram-sha-256".into()));

        let wrong = cluster.admin().password("a guess");
        let refused = sqlx::Connection::connect_with(&wrong).await.map(|_: sqlx::PgConnection| ());
        assert!(refused.unwrap_err().to_string().contains("password authentication failed"));
    }
}

#[tokio::test]
async fn only_the_socket_is_open_to_others() {
    let place = place().await;
    let cluster = place.start().await;
    let home = &place.settings.folder;
    assert_eq!(mode(home), 0o711);
    assert_eq!(mode(&home.join("data")), 0o700);
    assert_eq!(mode(&home.join("postgres.password")), 0o600);
    assert_eq!(mode(&cluster.log_file()), 0o600);
    assert_eq!(mode(cluster.socket_folder()), 0o711);
    let socket = cluster.socket_folder().join(".s.PGSQL.5432").metadata().unwrap();
    assert!(socket.file_type().is_socket() && socket.permissions().mode() & 0o777 == 0o777);
    let password = fs::read_to_string(home.join("postgres.password")).unwrap();
    assert!(password.len() >= 32, "a password that nobody guesses");
    assert!(!format!("{cluster:?}").contains(&password), "which is not shown");
    let command = fs::read_to_string(format!("/proc/{}/cmdline", cluster.pid())).unwrap();
    let environment = fs::read_to_string(format!("/proc/{}/environ", cluster.pid())).unwrap();
    assert!(!command.contains(&password) && !environment.contains(&password), "nor told to the system");
    assert!(!environment.contains("ATOMO_FLEET_PG_BIN"), "our environment stays ours");
}

#[tokio::test]
async fn a_deep_folder_gets_a_socket_elsewhere() {
    let mut place = place().await;
    let deep = place.above().join("d".repeat(90));
    place.settings.folder = deep.join("post'gres, too");
    let cluster = place.start().await;
    assert!(!cluster.socket_folder().starts_with(&deep), "{}", cluster.socket_folder().display());
    mark(&cluster).await;
    assert_eq!(marked(&place.start().await).await, "kept", "and it is found there again");
    cluster.stop(LIMIT).await.unwrap();
    fs::remove_dir_all(cluster.socket_folder()).unwrap();
}

#[tokio::test]
async fn a_durable_cluster_forces_everything_onto_the_disk() {
    let binaries = installed().await.swap_remove(0);
    let mut place = Place::new(binaries.clone());
    let durable = ClusterSettings::new(&place.settings.folder, binaries);
    assert_eq!(durable.durability, Durability::Durable, "durable unless asked otherwise");
    place.settings = durable;
    let cluster: Cluster = place.start().await;
    let mut connection = connect(&cluster.admin()).await;
    let settings = "select concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'),
                           current_setting('full_page_writes'), current_setting('data_checksums'),
                           current_setting('recovery_init_sync_method'))";
    let told: String = sqlx::query_scalar(settings).fetch_one(&mut connection).await.unwrap();
    assert_eq!(told, "on on on on syncfs");
}

#[tokio::test]
async fn a_log_that_grows_while_the_server_runs_is_put_aside() {
    let place = place().await;
    let cluster = place.start().await;
    let (log, before) = (cluster.log_file(), place.settings.folder.join("server.log.1"));
    cluster.rotate_log().await.unwrap();
    assert!(!before.exists(), "a small one stays where it is");
    for round in 0..2 {
        let large = fs::File::options().append(true).open(&log).unwrap();
        large.set_len(10_000_000).unwrap();
        cluster.rotate_log().await.unwrap();
        assert_eq!(before.metadata().unwrap().len(), 10_000_000);
        assert_eq!(mode(&before), 0o600);
        let nobody = cluster.admin().username(&format!("nobody_{round}"));
        let refused = sqlx::Connection::connect_with(&nobody).await.map(|_: sqlx::PgConnection| ());
        assert!(refused.is_err());
        wait_until("the server prints into the same file", || {
            let text = fs::read(&log).unwrap();
            text.len() < 10_000 && String::from_utf8_lossy(&text).contains(&format!("nobody_{round}"))
        });
    }
    let logs = fs::read_dir(&place.settings.folder).unwrap().flatten();
    let logs = logs.filter(|entry| entry.file_name().to_string_lossy().starts_with("server.log"));
    assert_eq!(logs.count(), 2);
}
