//! The Docker driver with a real engine (`scripts/with-docker`): containers, networks, foreign containers, an engine that goes away.

#![cfg(test)]

mod conformance;
mod containers;
mod limits;
mod pulls;
mod support;
