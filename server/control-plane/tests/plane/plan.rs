//! The plan: what is wanted beside what is seen, and the steps between them.

mod examples;
mod interleavings;
mod lives;
mod properties;
mod simulator;
