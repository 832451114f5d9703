//! A browser without JavaScript as client: forms, redirects, a cookie, complete pages.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, REFERER, SET_COOKIE};
use reqwest::redirect::Policy;

use crate::api::blocking;
use crate::world::{EMAIL, PASSWORD, World};

/// Longer than a page may take.
const IMPATIENT: Duration = Duration::from_secs(20);

/// A browser with a logged-in operator.
pub struct Browser {
    url: String,
    cookie: String,
}

impl Browser {
    /// Logs in by the form.
    pub fn open(world: &mut World) -> Self {
        world.token(); // makes the operator
        let mut browser = Self { url: format!("http://127.0.0.1:{}", world.listen), cookie: String::new() };
        let (location, cookie) = browser.log_in(PASSWORD);
        assert_eq!(location, "/", "the log-in was refused");
        browser.cookie = cookie;
        browser
    }

    /// Posts the log-in form; returns the redirect and the cookie.
    pub fn log_in(&self, password: &str) -> (String, String) {
        let form = [("email", EMAIL), ("password", password), ("next", "/")];
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        blocking(async {
            let post = client().post(format!("{}/actions/log_in", self.url)).header(ACCEPT, "text/html");
            let referer = format!("{}/login", self.url);
            let post =
                post.header(REFERER, referer).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            let answer = post.body(form).send().await.unwrap();
            assert!(answer.status().is_redirection(), "{}", answer.status());
            let header =
                |name| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
            (header(LOCATION), header(SET_COOKIE).split(';').next().unwrap_or_default().to_owned())
        })
    }

    /// Status and text of a page.
    pub fn page(&self, path: &str) -> (u16, String) {
        blocking(async {
            let get = client().get(format!("{}{path}", self.url)).header(ACCEPT, "text/html");
            let answer = get.header(COOKIE, &self.cookie).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        })
    }

    /// Opens a streaming page and returns all of it; calls `begun` after the first part.
    pub fn follow(&self, path: &str, begun: impl FnOnce()) -> String {
        blocking(async {
            let get = reqwest::Client::new().get(format!("{}{path}", self.url));
            let mut answer = get.header(COOKIE, &self.cookie).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200);
            let mut text = answer.chunk().await.unwrap().unwrap_or_default().to_vec();
            assert!(!text.is_empty(), "it has a first part");
            begun();
            while let Some(part) = answer.chunk().await.unwrap() {
                text.extend(part);
            }
            String::from_utf8(text).unwrap()
        })
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().redirect(Policy::none()).timeout(IMPATIENT).build().unwrap()
}
