//! The control plane over a real registry and in-memory parts: what an operator would notice.

#![cfg(test)]

mod supervision;
mod support;
mod volumes;

mod actions;
mod alerts;
mod assigned;
mod audit;
mod budget;
mod columns;
mod commands;
mod connections;
mod crashes;
mod creating;
mod database_servers;
mod draining;
mod drift;
mod edge;
mod edits;
mod edits_by_sql;
mod engine_lock;
mod identities;
mod image_registries;
mod interleavings;
mod jobs;
mod labels;
mod lasting;
mod limits;
mod mirror;
mod moving;
mod operators;
mod orphans;
mod outages;
mod plan;
mod ports;
mod publishing;
mod races;
mod readiness;
mod recovery;
mod refusals;
mod registry;
mod repositories;
mod retained;
mod retention;
mod rollouts;
mod routes;
mod secrets;
mod snapshot;
mod webhooks;
