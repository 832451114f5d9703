//! Every page of an operator has the command that shows or does the same.

use model::command_line::PageCommands;

const UUID: &str = "018f3c5e-0000-7000-8000-000000000000";

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
    // the command line lists the backups of one project only
    for page in pages.into_iter().filter(|page| *page != "/backups") {
        let is_uuid = page.starts_with("/operations") || page.starts_with("/settings");
        let id = if is_uuid { UUID } else { "crm" };
        let path = page.replace("{id}", id).replace("{backup}", UUID).replace("{operation}", UUID);
        let commands = PageCommands::of(&path, &|_| Vec::new());
        assert_ne!(commands, PageCommands::Show(Vec::new()), "{page}");
    }
}
