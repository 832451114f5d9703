//! The wall screen, and the commands that pages name.

use axum::http::StatusCode;

use super::site::Site;
use crate::middleware::headers::Scheme;

/// A site with the project `shop` and a log-in.
async fn site() -> (Site, String) {
    let site = Site::new(Scheme::Http).await;
    site.fleet.create("shop").await;
    let cookie = site.cookie().await;
    (site, cookie)
}

async fn page(site: &Site, cookie: &str, path: &str) -> String {
    let page = site.get(path, &[("accept", "text/html"), ("cookie", cookie)]).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    page.text().to_owned()
}

#[tokio::test]
async fn a_wall_screen_has_no_controls_and_is_fetched_again_with_and_without_a_script() {
    let (site, cookie) = site().await;
    let html = page(&site, &cookie, "/wall").await;
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\" data-theme=\"dark\">"), "{html}");
    assert!(
        html.contains("<noscript><meta http-equiv=\"refresh\" content=\"15\"></noscript>")
            && html.contains("data-subject=\"fleet\""),
        "{html}"
    );
    assert!(
        html.contains("data-clock") && html.contains("id=\"page-age\"") && html.contains("class=\"live\"")
    );
    for control in ["<form", "<button", "<nav", "<dialog", "Copy as command"] {
        assert!(!html.contains(control), "{control}: {html}");
    }
    let light = format!("{cookie}; theme=light");
    assert!(page(&site, &light, "/wall").await.contains("data-theme=\"light\""));
    let desk = page(&site, &cookie, "/").await;
    assert!(desk.contains("href=\"/wall\"") && !desk.contains("http-equiv=\"refresh\""), "{desk}");
}

#[tokio::test]
async fn a_page_names_the_command_that_shows_or_does_the_same() {
    let (site, cookie) = site().await;
    let pages = [
        ("/", "atomoctl project list</code>"),
        ("/?class=staging&label=team=shop", "atomoctl project list --label team=shop --class staging</code>"),
        ("/projects/shop", "atomoctl project show shop</code>"),
        ("/projects/shop/stop", "atomoctl project stop shop</code>"),
        ("/audit?actor=ines", "atomoctl audit list --actor ines</code>"),
    ];
    for (path, command) in pages {
        let html = page(&site, &cookie, path).await;
        assert_eq!(html.matches(command).count(), 1, "{path}: {html}");
    }
}
