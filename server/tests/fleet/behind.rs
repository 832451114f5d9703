//! Access behind the fleet: to its Postgres and its Caddy, with the rights of the machine's administrator.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Row as _};

use crate::api::blocking;
use crate::world::World;

pub fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

impl World {
    /// The process id of the embedded Postgres from its pid file; `None` if none runs.
    pub fn postmaster(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.data().join("postgres/data/postmaster.pid")).ok()?;
        let pid = text.lines().next()?.parse().ok()?;
        self.processes("postgres").contains(&pid).then_some(pid)
    }

    /// The first column of the first row, as text, in the registry of the embedded Postgres.
    pub fn sql(&self, statement: &str) -> String {
        let folder = self.data().join("postgres");
        let password = std::fs::read_to_string(folder.join("atomo_fleet.password")).unwrap();
        let options = PgConnectOptions::new_without_pgpass()
            .socket(folder.join("run"))
            .username("atomo_fleet")
            .password(&password)
            .database("atomo_fleet");
        blocking(async {
            let mut connection: PgConnection = options.connect().await.unwrap();
            let row = sqlx::query(statement).fetch_optional(&mut connection).await.unwrap();
            row.and_then(|row| row.get::<Option<String>, _>(0)).unwrap_or_default()
        })
    }

    /// The number of Caddy's routes that send requests for this name to an instance.
    pub fn routes_of(&self, host: &str) -> usize {
        let mut socket = UnixStream::connect(self.data().join("caddy/admin.sock")).unwrap();
        // an HTTP/1.0 response is not chunked
        let path = "/config/apps/http/servers/atomo_https/routes";
        write!(socket, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let routes: Vec<Value> = serde_json::from_str(body).unwrap();
        let names =
            |route: &Value| route["match"].as_array().into_iter().flatten().any(|m| has(&m["host"], host));
        let proxies = |route: &Value| route["handle"].to_string().contains("reverse_proxy");
        routes.iter().filter(|route| names(route) && proxies(route)).count()
    }
}

fn has(list: &Value, text: &str) -> bool {
    list.as_array().into_iter().flatten().any(|entry| entry == text)
}
