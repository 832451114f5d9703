//! What a log reader has to cope with: a plain first line, and the database password in it.

use serde_json::Value;

use crate::support::bench::{POSTS, each_server};

#[tokio::test]
async fn the_first_line_is_plain_and_shows_the_url_also_in_json_mode() {
    each_server(async |bench| {
        let server = bench.launch(POSTS).env("LOG_FORMAT", "json").ready().await;
        let stdout = server.output("stdout");
        let (first, rest) = stdout.split_once('\n').unwrap();
        assert_eq!(first, format!("Connecting to database: {}", bench.project.url));
        let lines: Vec<Value> = rest.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        let messages: Vec<_> = lines.iter().filter_map(|line| line["fields"]["message"].as_str()).collect();
        assert!(messages.contains(&&*format!("   Database: {}", bench.project.url)), "{messages:?}");
        let address = format!("🌐 Server running at http://127.0.0.1:{}", server.port());
        assert!(messages.iter().any(|message| message.contains(&address)), "{messages:?}");
    })
    .await;
}

#[tokio::test]
async fn the_project_id_is_not_read() {
    each_server(async |bench| {
        let server = bench.launch(POSTS).env("ATOMO_PROJECT_ID", "planted-project").ready().await;
        assert!(!server.output("stdout").contains("planted-project"));
    })
    .await;
}
