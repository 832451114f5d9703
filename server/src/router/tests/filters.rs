//! Lists with filters: the audit trail, events and operations of a project, operations of the fleet.

use serde_json::json;

use super::site::Site;
use crate::middleware::headers::Scheme;

/// A site with the projects `shop` and `blog`, and a log-in.
async fn site() -> (Site, String) {
    let site = Site::new(Scheme::Http).await;
    site.fleet.create("shop").await;
    site.fleet.create("blog").await;
    let cookie = site.cookie().await;
    (site, cookie)
}

async fn page(site: &Site, cookie: &str, path: &str) -> String {
    let page = site.get(path, &[("accept", "text/html"), ("cookie", cookie)]).await;
    assert_eq!(page.status.as_u16(), 200, "{path}: {}", page.text());
    page.text().to_owned()
}

fn rows(html: &str) -> usize {
    html.matches("<tr data-row=").count()
}

#[tokio::test]
async fn the_audit_trail_is_filtered_by_the_address_and_exported_with_its_filters() {
    let (site, cookie) = site().await;
    let all = page(&site, &cookie, "/audit").await;
    assert!(
        all.contains("Created from shop/schema.ts at ")
            && all.contains("<pre tabindex=\"0\" class=\"code\">"),
        "{all}"
    );
    assert!(all.contains("href=\"/api/v1/audit/export?format=jsonl\"") && !all.contains("Show all"), "{all}");
    let (created, of_shop) =
        ("/audit?action=project.create", "/audit?project=shop&action=project.create&actor=INES");
    assert_eq!(
        (rows(&page(&site, &cookie, created).await), rows(&page(&site, &cookie, of_shop).await)),
        (2, 1)
    );

    let filtered = page(&site, &cookie, of_shop).await;
    let export =
        "href=\"/api/v1/audit/export?format=csv&amp;project=shop&amp;actor=INES&amp;action=project.create\"";
    assert!(filtered.contains(export), "{filtered}");
    assert!(filtered.contains("name=\"project\" value=\"shop\""), "{filtered}");
    assert!(filtered.contains("value=\"project.create\" selected>Create a project</option>"), "{filtered}");
    assert!(
        filtered.contains("<a href=\"/audit\" data-in-place=\"\" class=\"button\">Show all</a>"),
        "{filtered}"
    );
}

#[tokio::test]
async fn a_list_without_a_match_says_so_and_offers_all() {
    let (site, cookie) = site().await;
    for path in [
        "/audit?actor=nobody",
        "/audit?to=2000-01-01",
        "/projects/shop/events?action=orphan.remove",
        "/operations?status=cancelled",
        "/projects/shop/operations?actor=nobody",
    ] {
        let html = page(&site, &cookie, path).await;
        let plain = path.split('?').next().unwrap();
        assert!(rows(&html) == 0 && html.contains("Nothing matches"), "{path}: {html}");
        assert!(
            html.contains(&format!("href=\"{plain}\" data-in-place=\"\" class=\"button\">Show all")),
            "{path}: {html}"
        );
    }
    let html = page(&site, &cookie, "/audit?project=S&from=yesterday").await;
    assert!(html.contains("Nothing matches") && html.contains("neither a date nor a time"), "{html}");
    assert!(html.contains("value=\"yesterday\""), "what was typed stays: {html}");
}

#[tokio::test]
async fn operations_are_filtered_by_kind_outcome_person_and_time() {
    let (site, cookie) = site().await;
    site.fleet.operator().post("/projects/shop/stop", &json!({})).await;
    for (path, number) in [
        ("/operations", 3),
        ("/operations?kind=create", 2),
        ("/operations?status=superseded", 1),
        ("/operations?project=shop&actor=ines", 2),
        ("/operations?from=2000-01-01&to=9999-12-31", 3),
        ("/projects/shop/operations?kind=stop", 1),
        ("/projects/shop/operations?project=blog", 2),
        ("/projects/shop/events?action=project.stop&project=blog", 1),
    ] {
        assert_eq!(rows(&page(&site, &cookie, path).await), number, "{path}");
    }
}

#[tokio::test]
async fn the_pager_keeps_the_filters() {
    let (site, cookie) = site().await;
    for number in 0..55 {
        let edit = json!({"display_name": format!("Shop {number}")});
        site.fleet.operator().edit("shop", &edit).await;
    }
    let first = page(&site, &cookie, "/audit?action=project.edit&project=shop").await;
    let older = first.split("href=\"").map(|rest| rest.split('"').next().unwrap());
    let older = older.into_iter().find(|href| href.contains("before=")).expect("a link to older events");
    assert!(older.starts_with("/audit?project=shop&amp;action=project.edit&amp;before="), "{older}");
    let second = page(&site, &cookie, &older.replace("&amp;", "&")).await;
    assert_eq!((rows(&first), rows(&second)), (50, 5));
    assert!(
        second.contains("href=\"/audit?project=shop&amp;action=project.edit\" class=\"button\">Newest"),
        "{second}"
    );
}
