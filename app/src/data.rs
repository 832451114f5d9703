//! What a page is made from: asked for on the server, brought along with the page, asked for again in the browser.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What was asked for, as soon as it is there.
pub(crate) type Data<T> = Resource<T, JsonBytes>;

type Fetch<S, T> = Box<dyn Fn(S) -> Pin<Box<dyn Future<Output = T> + Send>> + Send + Sync>;

/// What `fetch` answers to `asked`, again whenever that changes.
pub(crate) fn fetched<S, T, F>(
    asked: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> Data<T>
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    // boxed, so that what stands behind a resource is compiled for each type and not for each place that asks
    let asked: Box<dyn Fn() -> S + Send + Sync> = Box::new(asked);
    let fetch: Fetch<S, T> = Box::new(move |asked| Box::pin(fetch(asked)));
    Resource::new_with_options(asked, fetch, false)
}

/// JSON, by the reader of bytes that server functions use too: with another one the browser's bundle would hold the code that
/// reads a type twice.
#[derive(Debug)]
pub(crate) struct JsonBytes;

impl<T: Serialize> Encoder<T> for JsonBytes {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for JsonBytes {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}
