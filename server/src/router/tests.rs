//! The complete router: access, and headers of every answer.

mod doors;
mod forms;
mod roles;
mod site;
