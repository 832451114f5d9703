//! What the real server does not have or nobody has established.

mod faults;
mod graphql;
mod rls;
