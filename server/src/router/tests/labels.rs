//! Labels and class on pages: set by forms, shown, filtered and grouped by.

use axum::http::StatusCode;
use model::{Project, ProjectClass};
use serde_json::json;

use super::site::Site;
use crate::middleware::headers::Scheme;

/// A site with the projects `shop` (team=shop, production) and `wiki` (team=blog, staging), and a log-in.
async fn site() -> (Site, String) {
    let site = Site::new(Scheme::Http).await;
    for (id, team, class) in [("shop", "shop", "production"), ("wiki", "blog", "staging")] {
        let mut draft = site.fleet.draft(id);
        draft["labels"] = json!({"team": team});
        draft["class"] = json!(class);
        site.fleet.operator().post("/projects", &draft).await.ok(StatusCode::ACCEPTED);
    }
    let cookie = site.cookie().await;
    (site, cookie)
}

async fn page(site: &Site, cookie: &str, path: &str) -> String {
    site.get(path, &[("accept", "text/html"), ("cookie", cookie)]).await.text().to_owned()
}

#[tokio::test]
async fn the_fleet_is_filtered_and_grouped_by_labels_and_class() {
    let (site, cookie) = site().await;
    let has_row = |html: &str, id: &str| html.contains(&format!("<tr role=\"row\" data-row=\"{id}\">"));

    let all = page(&site, &cookie, "/").await;
    assert!(
        has_row(&all, "shop") && has_row(&all, "wiki") && all.contains(">Group by team</option>"),
        "{all}"
    );
    for address in ["/?label=team=shop", "/?q=team%3Dshop", "/?class=production", "/?q=class:production"] {
        let html = page(&site, &cookie, address).await;
        assert!(has_row(&html, "shop") && !has_row(&html, "wiki"), "{address}");
    }
    let filtered = page(&site, &cookie, "/?label=team=shop&class=production").await;
    assert!(filtered.contains("aria-label=\"Remove the filter team=shop\""), "{filtered}");
    assert!(
        filtered.contains("type=\"hidden\" name=\"label\" value=\"team=shop\""),
        "a search keeps the filter"
    );
    for address in ["/?class=prod", "/?label=Team%20A"] {
        let html = page(&site, &cookie, address).await;
        assert!(html.contains("Nothing matches") && !has_row(&html, "shop"), "{address}: {html}");
    }
    let grouped = page(&site, &cookie, "/?group=team").await;
    let at = |text: &str| grouped.find(text).unwrap_or_else(|| panic!("{text} is not in {grouped}"));
    assert!(at("scope=\"rowgroup\">team=blog") < at("scope=\"rowgroup\">team=shop"));
}

#[tokio::test]
async fn the_general_settings_change_labels_and_class_and_show_what_is_wrong() {
    let (site, cookie) = site().await;
    let settings = page(&site, &cookie, "/projects/wiki/settings").await;
    assert!(
        settings.contains(">team=blog</textarea>") && settings.contains("selected>Staging</option>"),
        "{settings}"
    );
    let post = async |labels: &str| {
        let form = [
            ("id", "wiki"),
            ("generation", "1"),
            ("form[display_name]", "wiki"),
            ("form[description][class]", "development"),
            ("form[description][labels]", labels),
        ];
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let headers = [
            ("accept", "text/html"),
            ("sec-fetch-site", "same-origin"),
            ("referer", "http://fleet.example/projects/wiki/settings"),
            ("cookie", cookie.as_str()),
        ];
        let answer = site.post("/actions/edit_project", &headers, &form).await;
        answer.header("location").split('#').next().unwrap().to_owned()
    };

    let refused = page(&site, &cookie, &post("team=Shop\nTeam=x").await).await;
    assert!(
        refused.contains("is not a valid label key") && refused.contains("team=Shop\nTeam=x</textarea>"),
        "{refused}"
    );
    assert!(post("team=shop\r\ntier=gold").await.starts_with("/operations/"));

    let wiki: Project = site.fleet.operator().get("/projects/wiki").await.ok(StatusCode::OK).json();
    assert_eq!(
        (wiki.class, wiki.labels.to_string()),
        (ProjectClass::Development, "team=shop, tier=gold".into())
    );
    let head = page(&site, &cookie, "/projects/wiki").await;
    assert!(head.contains("href=\"/?label=tier=gold\" class=\"tag not-phone\">tier=gold</a>"), "{head}");
    assert!(head.contains("href=\"/?class=development\" class=\"tag not-phone\">development</a>"), "{head}");
}
