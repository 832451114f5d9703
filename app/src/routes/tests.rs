//! Every page of an operator has the command that shows or does the same.

use model::command_line::PageCommands;

/// The paths of the pages of `routes.rs` for which an operator must be logged in.
fn pages() -> Vec<&'static str> {
    let source = include_str!("../routes.rs");
    let routes = source.lines().filter_map(|line| line.trim().strip_prefix(".route(\""));
    let pages = routes.filter(|route| route.contains(", page(site, "));
    pages.filter_map(|route| Some(route.split_once('"')?.0)).collect()
}

#[test]
fn every_page_has_a_command() {
    let pages = pages();
    assert!(pages.len() > 20, "{pages:?}");
    for page in pages {
        let is_uuid = ["/operations", "/settings", "/approvals", "/drift", "/rollouts"]
            .iter()
            .any(|prefix| page.starts_with(prefix));
        let id = if is_uuid { "018f3c5e-0000-7000-8000-000000000000" } else { "crm" };
        let uuid = "018f3c5e-0000-7000-8000-000000000000";
        let address = page
            .replace("{id}", id)
            .replace("{backup}", uuid)
            .replace("{deploy}", uuid)
            .replace("{operation}", uuid);
        let commands = PageCommands::of(&address, &|_| Vec::new());
        assert_ne!(commands, PageCommands::Show(Vec::new()), "{page}");
    }
}
