//! The process driver with real processes: keepers, instances, control planes that are killed.

mod conformance;
mod crashes;
mod instances;
mod limits;
mod support;
