//! Archives in a bucket of S3, or of a service with the same protocol.
//!
//! ```text
//! s3://BUCKET/PREFIX/shop/0193…/database.dump    a part
//! s3://BUCKET/PREFIX/shop/0193…/SHA256SUMS       the seal: with it the archive is complete
//! ```
//!
//! Invariants:
//! - Parts are staged at their final keys, because S3 has no rename. The seal is put last and removed first, so an archive is
//!   visible exactly while the seal is there.
//! - What is there is found by listing, never by `HEAD`: its answers have no text, so a missing bucket would look like a missing
//!   archive.
//! - A writer holds at most three pieces of 16 MiB: two in flight, one that fills. Every piece is sent with its SHA-256.
//! - No call waits without a limit: a connection has a time-out, and so has every pause between two bytes, in both directions. A
//!   whole transfer has none, because its size has none.
//! - No error contains a credential.
//!
//! The client is `object_store` of Apache Arrow. `aws-sdk-s3` compiles for minutes, which `make run` cannot afford. `rusty-s3` only
//! signs: retries, parsers and multipart uploads would be ours. `object_store` uses the `reqwest` 0.13 and the `ring` of the rest,
//! and adds eight small packages. Region and credentials are found by `aws-config`, as they are for SSM (`credentials.rs`).

mod client;
mod credentials;
mod fault;
mod http;
mod location;
mod objects;
mod patience;
mod reader;
mod refusal;
mod store;
mod upload;
mod writer;

pub use location::{InvalidLocation, S3Location};
pub use patience::Patience;
pub use store::S3Archives;
