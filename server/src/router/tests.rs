//! The complete router: access, and headers of every answer.

mod doors;
mod forms;
mod logs;
mod permissions;
mod roles;
mod site;
