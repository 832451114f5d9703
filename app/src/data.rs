//! Data of a page: loaded on the server, sent with the page, reloaded in the browser.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value that is being loaded or has been loaded.
pub(crate) type Data<T> = Resource<T, JsonBytes>;

type Fetch<S, T> = Box<dyn Fn(S) -> Pin<Box<dyn Future<Output = T> + Send>> + Send + Sync>;

/// Loads `fetch(asked())`, again whenever `asked` changes.
pub(crate) fn fetched<S, T, F>(
    asked: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> Data<T>
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    // boxed, so that the resource is compiled once for each type and not for each call
    let asked: Box<dyn Fn() -> S + Send + Sync> = Box::new(asked);
    let fetch: Fetch<S, T> = Box::new(move |asked| Box::pin(fetch(asked)));
    Resource::new_with_options(asked, fetch, false)
}

/// JSON through `serde_json::from_slice`, which server functions use too. The default codec would add a second JSON
/// reader for every type to the bundle.
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
