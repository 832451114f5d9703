//! Row-level security, seen from outside and through requests.

use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{
    bench::{ADMIN, POSTS, admin_token, as_admin, graphql, the_standin},
    server::Server,
};

async fn titles(server: &Server, token: &str, tenant: Option<&str>) -> Vec<String> {
    let answer = graphql(server, token, tenant, json!({ "query": "{ records(model: \"Post\") }" })).await;
    let rows = answer["data"]["records"].as_array().expect("rows").clone();
    let mut titles: Vec<_> = rows.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect();
    titles.sort_unstable();
    titles
}

async fn write(server: &Server, token: &str, tenant: Option<&str>, title: &str) -> Value {
    let query = format!("mutation {{ create(model: \"Post\", data: {{ title: \"{title}\" }}) }}");
    graphql(server, token, tenant, json!({ "query": query })).await
}

#[tokio::test]
async fn the_policy_is_there_and_forced() {
    the_standin(async |bench| {
        bench.launch(POSTS).env("ATOMO_ENABLE_RLS", "true").ready().await;
        let forced = bench
            .column("select relname::text from pg_class where relrowsecurity and relforcerowsecurity")
            .await;
        assert_eq!(forced, ["posts"]);
        let policies = bench.column("select concat_ws(' ', tablename, policyname) from pg_policies").await;
        assert_eq!(policies, ["posts atomo_tenant_isolation"]);
    })
    .await;
}

#[tokio::test]
async fn a_tenant_sees_its_own_rows_and_no_header_sees_rows_of_nobody() {
    the_standin(async |bench| {
        let server = as_admin(bench.launch(POSTS)).env("ATOMO_ENABLE_RLS", "true").ready().await;
        let token = admin_token(&server).await;
        for (tenant, title) in [(Some("a"), "of a"), (Some("b"), "of b"), (None, "of nobody")] {
            let written = write(&server, &token, tenant, title).await;
            assert_eq!(written["data"]["create"]["tenantId"].as_str(), tenant, "{written}");
        }
        assert_eq!(titles(&server, &token, Some("a")).await, ["of a"]);
        assert_eq!(titles(&server, &token, None).await, ["of nobody"]);

        bench.execute(&format!("update users set tenant_id = 'a' where email = '{}'", ADMIN.0)).await;
        assert_eq!(titles(&server, &token, Some("b")).await, ["of nobody"], "another's tenant is dropped");
        assert_eq!(titles(&server, &token, Some("a")).await, ["of a"]);
    })
    .await;
}

#[tokio::test]
async fn a_bypassing_role_is_refused_in_strict_mode_only() {
    the_standin(async |bench| {
        let superuser = bench.cluster.superuser_url(&bench.project.name);
        let launch = || bench.launch(POSTS).env("DATABASE_URL", &superuser).env("ATOMO_ENABLE_RLS", "true");
        launch().ready().await;
        let outcome = launch().env("STANDIN_RLS_STRICT", "1").outcome().await;
        outcome.assert_error("role postgres bypasses it");
    })
    .await;
}

#[tokio::test]
async fn a_table_whose_policy_fails_is_skipped_with_a_warning() {
    the_standin(async |bench| {
        let database = bench.cluster.superuser_url(&bench.project.name);
        let mut superuser = PgConnection::connect(&database).await.unwrap();
        let forbid = "create function forbid() returns event_trigger language plpgsql as
            $$ begin raise exception 'no policies here'; end $$;
            create event trigger forbid on ddl_command_start when tag in ('CREATE POLICY') execute function forbid()";
        superuser.execute(forbid).await.unwrap();
        let server = bench.launch(POSTS).env("ATOMO_ENABLE_RLS", "true").ready().await;
        let stdout = server.output("stdout");
        assert!(stdout.contains("WARN") && stdout.contains("no policies here"), "{stdout}");
        let forced = bench.column("select relname::text from pg_class where relrowsecurity").await;
        assert_eq!(forced, [""; 0]);
    })
    .await;
}
