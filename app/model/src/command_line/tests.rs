use super::{CommandLine, PageCommands};

fn of(path: &str, query: &[(&str, &str)]) -> String {
    let values = |name: &str| {
        query.iter().filter(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()).collect()
    };
    match PageCommands::of(path, &values) {
        PageCommands::Show(lines) => lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        PageCommands::Act(line) => format!("! {line}"),
    }
}

#[test]
fn a_word_is_quoted_where_a_shell_would_read_it() {
    let line = CommandLine::new(["project", "edit", "crm"]).with("--display-name", "It's $HOME");
    assert_eq!(line.to_string(), r"atomoctl project edit crm --display-name 'It'\''s $HOME'");
    assert_eq!(line.words().last().unwrap(), "It's $HOME");
    assert_eq!(CommandLine::new([""]).to_string(), "atomoctl ''");
}

#[test]
fn the_fleet_is_listed_with_its_filters() {
    assert_eq!(of("/", &[]), "atomoctl project list");
    let filters = [("label", "team=shop"), ("q", "tier= class:Staging"), ("sort", "changed")];
    assert_eq!(of("/", &filters), "atomoctl project list --label team=shop --label tier --class staging");
    assert_eq!(of("/", &[("show", "ill")]), "atomoctl fleet status");
    for beyond in [("q", "tier= crm"), ("show", "drift"), ("label", "not a label"), ("class", "?")] {
        assert_eq!(of("/", &[beyond]), "", "the command has no such condition");
    }
}

#[test]
fn a_page_of_a_project_is_what_the_command_prints_and_a_confirmation_what_it_does() {
    assert_eq!(of("/projects/crm", &[]), "atomoctl project show crm");
    assert_eq!(of("/projects/crm/events", &[("before", "17")]), "atomoctl project events crm --cursor 17");
    assert!(of("/projects/crm/settings", &[]).contains("\natomoctl secret list crm\n"));
    assert_eq!(of("/projects/crm/stop", &[]), "! atomoctl project stop crm");
    assert_eq!(of("/orphans/crm/remove", &[]), "! atomoctl orphan remove crm");
}

#[test]
fn a_backup_is_shown_and_its_questions_are_commands() {
    const ID: &str = "018f3c5e-0000-7000-8000-000000000000";
    let at = |rest: &str| of(&format!("/projects/crm/{}", rest.replace("ID", ID)), &[]);
    let line = |line: &str| line.replace("ID", ID);
    assert_eq!(at("back-up"), "! atomoctl backup create crm");
    assert_eq!(at("backups"), "atomoctl backup list crm\natomoctl backup window crm");
    assert_eq!(at("recovery"), "! atomoctl backup restore --project crm --at TIME --confirm crm");
    assert_eq!(at("backups/ID"), line("atomoctl backup show ID\natomoctl backup verify ID"));
    assert_eq!(at("backups/ID/restore"), line("! atomoctl backup restore ID --confirm crm"));
    assert_eq!(at("backups/ID/restore-new"), format!("{} NEW_ID", line("! atomoctl backup restore ID --as")));
    assert_eq!(at("clone"), "! atomoctl project clone crm NEW_ID");
    assert_eq!(at("expiry"), "! atomoctl project expiry crm --expires 7d");
    assert_eq!(at("backups/ID/remove"), line("! atomoctl backup remove ID"));
    assert_eq!(at("restores/ID/undo"), line("! atomoctl backup undo crm --operation ID"));
    assert_eq!(at("backups/7"), "");
}

#[test]
fn what_no_command_shows_has_none() {
    for path in ["/login", "/setup/x", "/projects/Not an id", "/operations/7", "/nothing", "/x/y/remove"] {
        assert_eq!(of(path, &[]), "", "{path}");
    }
}

#[test]
fn lists_of_events_and_operations_have_their_filters() {
    let filters =
        [("project", "crm"), ("actor", "ines@x.example "), ("kind", ""), ("from", "2026-11-30"), ("q", "x")];
    assert_eq!(
        of("/audit", &filters),
        "atomoctl audit list --project crm --actor ines@x.example --from 2026-11-30"
    );
    let filters = [("project", "other"), ("kind", "edit"), ("status", "failed")];
    assert_eq!(
        of("/projects/crm/operations", &filters),
        "atomoctl operation list --project crm --kind edit --status failed"
    );
    assert_eq!(of("/operations", &[("project", "Not an id")]), "atomoctl operation list");
}
