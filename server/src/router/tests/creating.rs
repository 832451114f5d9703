//! The create form and the environment as text, as a browser without JavaScript posts them.

use axum::http::StatusCode;
use model::Project;
use serde_json::json;

use super::site::{Page, Site};
use crate::api::tests::support::{PATH, REPO};
use crate::middleware::headers::Scheme;

struct Browser {
    site: Site,
    cookie: String,
}

impl Browser {
    async fn new() -> Self {
        let site = Site::new(Scheme::Http).await;
        let cookie = site.cookie().await;
        Self { site, cookie }
    }

    async fn get(&self, path: &str) -> String {
        let path = path.split('#').next().unwrap();
        self.site.get(path, &[("accept", "text/html"), ("cookie", &self.cookie)]).await.text().to_owned()
    }

    /// Posts a form of the page `from`.
    async fn post(&self, action: &str, from: &str, fields: &[(&str, &str)]) -> Page {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let referer = format!("http://fleet.example{from}");
        let headers = [
            ("accept", "text/html"),
            ("sec-fetch-site", "same-origin"),
            ("referer", referer.as_str()),
            ("cookie", self.cookie.as_str()),
        ];
        self.site.post(&format!("/actions/{action}"), &headers, &form).await
    }

    /// The page that follows a form.
    async fn follow(&self, page: &Page) -> String {
        assert!(page.status.is_redirection(), "{}", page.text());
        self.get(page.header("location")).await
    }

    async fn project(&self) -> Project {
        self.site.fleet.operator().get("/projects/shop").await.ok(StatusCode::OK).json()
    }
}

#[tokio::test]
async fn a_check_comes_back_with_the_plan_and_everything_that_was_typed() {
    let browser = Browser::new().await;
    let commit = browser.site.fleet.commit.to_string();
    let mut fields = vec![
        ("form[id]", "shop"),
        ("form[hostname]", "shop.example.com"),
        ("form[schema][repo]", REPO),
        ("form[schema][path]", PATH),
        ("form[schema][commit]", commit.as_str()),
        ("form[env][0][name]", "GREETING"),
        ("form[env][0][value]", "good\r\nmorning"),
        ("form[env_text]", "MODE=blue\r\nKEY=secret:API_KEY"),
    ];
    let before = browser.site.fleet.dump().await;

    let checked = browser.post("check_project", "/projects/new", &fields).await;

    assert_eq!(checked.header("location"), "/projects/new?flash=1#plan");
    let page = browser.follow(&checked).await;
    for text in ["shop can be created", "proj_shop", "A shop", "A Tester", "JWT_SECRET", "Secrets to set"] {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
    for typed in ["value=\"shop.example.com\"", "good\r\nmorning", "MODE=blue"] {
        assert!(page.contains(typed), "{typed} is missing in {page}");
    }
    assert_eq!(browser.site.fleet.dump().await, before, "something was written");

    fields[0].1 = "Shop";
    fields[7].1 = "MODE";
    let page = browser.follow(&browser.post("check_project", "/projects/new", &fields).await).await;
    assert!(page.contains("Line 1: The line contains no =.") && !page.contains("can be created"), "{page}");
    fields[7].1 = "GREETING2=x\nDATABASE_URL=y";
    let page = browser.follow(&browser.post("check_project", "/projects/new", &fields).await).await;
    assert!(page.contains("A capital letter is not accepted"), "{page}");
    assert!(page.contains("Line 2: DATABASE_URL is set by the platform"), "{page}");
}

#[tokio::test]
async fn names_follow_the_id_by_the_pattern_of_the_fleet() {
    let browser = Browser::new().await;
    let page = browser.get("/projects/new").await;
    assert!(page.contains("data-follows=\"id\" data-pattern=\"{id}.localhost\""), "{page}");
    assert!(page.contains("data-follows=\"id\" data-pattern=\"{id}\""), "the display name too: {page}");
    assert!(page.contains("the project will have no hostname"), "{page}");
    let page = browser.get("/projects/new?id=shop").await;
    assert!(page.contains("value=\"shop.localhost\""), "{page}");
    assert!(!page.contains("the project will have no hostname"), "{page}");
    assert!(!browser.get("/projects/new?id=shop&hostname=").await.contains("value=\"shop.localhost\""));
}

#[tokio::test]
async fn a_duplicate_is_filled_from_its_project() {
    let browser = Browser::new().await;
    let fleet = &browser.site.fleet;
    let mut draft = fleet.draft("shop");
    draft["hostname"] = "shop.example.com".into();
    draft["env"] = json!({"GREETING": "hello", "KEY": {"secret": "API_KEY"}});
    draft["pool_size"] = 3.into();
    fleet.operator().post("/projects", &draft).await.ok(StatusCode::ACCEPTED);

    let settings = browser.get("/projects/shop/settings").await;
    assert!(settings.contains("href=\"/projects/new?from=shop\""), "{settings}");
    let page = browser.get("/projects/new?from=shop").await;

    for text in ["Filled from shop", REPO, PATH, "GREETING", "API_KEY", "value=\"3\""] {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
    assert!(!page.contains("shop.example.com") && !page.contains("value=\"shop\""), "{page}");
    let unknown = browser.get("/projects/new?from=none").await;
    assert!(unknown.contains("There is no project none"), "{unknown}");
}

#[tokio::test]
async fn an_environment_is_saved_as_text() {
    let browser = Browser::new().await;
    let fleet = &browser.site.fleet;
    fleet.create("shop").await;
    let settings = "/projects/shop/settings";
    let generation = browser.project().await.generation.to_string();
    let save = async |text: &str, generation: &str| {
        let fields = [("id", "shop"), ("generation", generation), ("form[env_text]", text)];
        browser.post("change_environment_text", settings, &fields).await
    };

    let page = browser.follow(&save("A=1\r\nB=\"2", &generation).await).await;
    assert!(
        page.contains("Line 2: The value has no closing") && page.contains(">A=1\nB=\"2</textarea>"),
        "{page}"
    );
    let page = browser.follow(&save("A=1\r\n\r\nKEY=secret:API_KEY", &generation).await).await;
    assert!(page.contains("Line 3: The secret API_KEY is not set"), "{page}");
    let saved = save("# mine\r\nexport A=1\r\nPEM=\"x\r\ny\r\n\"\r\n", &generation).await;
    assert!(saved.header("location").starts_with("/operations/"), "{}", saved.header("location"));

    let env = serde_json::to_value(&browser.project().await.env).unwrap();
    assert_eq!(env, json!({"A": "1", "PEM": "x\ny\n"}));
    let page = browser.get(settings).await;
    assert!(page.contains(">A=1\nPEM=\"x\ny\n\"\n</textarea>"), "{page}");
}

#[tokio::test]
async fn a_variable_shows_the_version_of_its_secret() {
    let browser = Browser::new().await;
    let fleet = &browser.site.fleet;
    let mut draft = fleet.draft("shop");
    draft["env"] = json!({"A": {"secret": "API_KEY"}, "B": {"secret": "OTHER"}});
    fleet.operator().post("/projects", &draft).await.ok(StatusCode::ACCEPTED);
    let value = json!({"value": "planted"});
    fleet.operator().put("/projects/shop/secrets/API_KEY", &value).await.ok(StatusCode::ACCEPTED);

    let page = browser.get("/projects/shop/settings").await;

    assert!(page.contains("id=\"env-0-note\" class=\"hint\">Version 1"), "{page}");
    let second = page.split("id=\"env-1-note\"").nth(1).unwrap();
    assert!(second[..400].contains("Not set"), "{second}");
}
