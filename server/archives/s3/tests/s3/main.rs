//! The store in a bucket, over HTTP: against moto (`scripts/with-moto`) and s3s, through a proxy that cuts, throttles, denies and
//! hangs.

mod conformance;
mod reads;
mod refusals;
mod support;
mod uploads;
