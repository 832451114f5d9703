//! The store in a folder: the conformance suite, a full disk, a folder without permission, crashes.

mod conformance;
mod crashes;
mod full;
mod permissions;
mod support;
