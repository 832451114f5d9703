//! The complete router: access, and headers of every answer.

mod creating;
mod doors;
mod filters;
mod forms;
mod labels;
mod logs;
mod permissions;
mod roles;
mod site;
mod wall;
mod webhooks;
