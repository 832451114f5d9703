//! The whole way in, as it is served: who is let through which door, and what every answer says to a browser.

mod doors;
mod forms;
mod site;
