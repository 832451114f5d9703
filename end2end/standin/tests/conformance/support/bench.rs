//! One case on one server: a fresh project in a fresh cluster.

use std::{
    env,
    path::{Path, PathBuf},
};

use reqwest::{Method, StatusCode, header::AUTHORIZATION};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use super::{
    postgres::{Cluster, Project},
    server::{Launch, Server},
};

/// A model of the interface format, and all that a case needs of one.
pub const POSTS: &str = "export interface Post { id: string; title: string; views?: number; }
export const schema = { models: { Post: { tableName: 'posts' } } };";

/// What a case gets.
pub struct Bench {
    /// The cluster, for faults and for the superuser.
    pub cluster: Cluster,
    /// The project's database and role.
    pub project: Project,
    binary: PathBuf,
}

/// Runs a case of the contract on every server that there is; the summary of `scripts/test` says which those were.
pub async fn each_server(case: impl AsyncFn(&Bench)) {
    assert!(
        env::var_os("ATOMO_SERVER_IMAGE").is_none(),
        "ATOMO_SERVER_IMAGE: images are not run yet; copy the program out of it and name that in ATOMO_SERVER_BIN"
    );
    run(&standin(), &case).await;
    if let Some(real) = env::var_os("ATOMO_SERVER_BIN").map(PathBuf::from) {
        run(&real, &case).await;
    }
}

/// Runs a case that is not part of the contract.
pub async fn the_standin(case: impl AsyncFn(&Bench)) {
    run(&standin(), &case).await;
}

fn standin() -> PathBuf {
    env!("CARGO_BIN_EXE_atomo-standin").into()
}

async fn run(binary: &Path, case: &impl AsyncFn(&Bench)) {
    eprintln!("server under test: {}", binary.display());
    let cluster = Cluster::start();
    let project = cluster.project("proj_x").await;
    case(&Bench { cluster, project, binary: binary.to_owned() }).await;
}

impl Bench {
    /// A server of this project with this schema.
    pub fn launch(&self, schema: &str) -> Launch {
        self.launch_without_schema().schema(schema)
    }

    /// A server of this project in an empty folder.
    pub fn launch_without_schema(&self) -> Launch {
        Launch::new(&self.binary, &self.project.url)
    }

    /// Boots with this schema and ends again: its migrations are in.
    pub async fn migrate(&self, schema: &str) {
        self.launch(schema).ready().await;
    }

    /// A connection as the project's role.
    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.project.url).await.unwrap()
    }

    /// Runs one statement as the project's role.
    pub async fn execute(&self, sql: &str) {
        sqlx::query(sql).execute(&mut self.connect().await).await.unwrap();
    }

    /// The first column of all rows, as text.
    pub async fn column(&self, sql: &str) -> Vec<String> {
        sqlx::query_scalar(sql).fetch_all(&mut self.connect().await).await.unwrap()
    }

    /// The columns of a table as `name type nullability`, sorted by name.
    pub async fn columns_of(&self, table: &str) -> Vec<String> {
        let mut columns = self
            .column(&format!(
                "select concat_ws(' ', column_name, data_type, case is_nullable when 'NO' then 'required' end)
                 from information_schema.columns where table_schema = 'public' and table_name = '{table}'"
            ))
            .await;
        columns.sort_unstable();
        columns
    }

    /// The tables of schema `public`.
    pub async fn tables(&self) -> Vec<String> {
        self.column("select tablename::text from pg_tables where schemaname = 'public'").await
    }
}

/// The credentials that [`as_admin`] seeds.
pub const ADMIN: (&str, &str) = ("admin@example.test", "planted-password");

/// Seeds an administrator.
pub fn as_admin(launch: Launch) -> Launch {
    launch.env("ADMIN_EMAIL", ADMIN.0).env("ADMIN_PASSWORD", ADMIN.1)
}

/// Logs in; the status, and the body of a 200.
pub async fn login(server: &Server, email: &str, password: &str) -> (StatusCode, Value) {
    let body = json!({ "email": email, "password": password });
    let answer = server.request(Method::POST, "/auth/login").json(&body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap_or_default())
}

/// The administrator's token.
pub async fn admin_token(server: &Server) -> String {
    let (status, body) = login(server, ADMIN.0, ADMIN.1).await;
    assert_eq!(status, StatusCode::OK);
    body["token"].as_str().expect("a token").to_owned()
}

/// One GraphQL request with a token, perhaps for a tenant.
pub async fn graphql(server: &Server, token: &str, tenant: Option<&str>, body: Value) -> Value {
    let mut request =
        server.request(Method::POST, "/graphql").header(AUTHORIZATION, format!("Bearer {token}"));
    if let Some(tenant) = tenant {
        request = request.header("x-tenant-id", tenant);
    }
    let answer = request.json(&body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}
