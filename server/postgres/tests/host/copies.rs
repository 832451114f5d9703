//! Snapshots, copies and exchanges of databases on real servers.

mod differences;
mod exchange;
mod rights;
mod round_trip;
mod set_aside;
mod workshop;
mod writes;
