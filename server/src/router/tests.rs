//! The complete router: access, and headers of every answer.

mod creating;
mod doors;
mod forms;
mod permissions;
mod roles;
mod site;
