//! What is understood, and what is not.

use clap::CommandFactory;
use clap::error::ErrorKind;
use model::command_line::PageCommands;
use model::{EnvDraft, SecretDraft};

use super::labels::LabelChange;
use super::*;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split_whitespace())
}

fn fault(line: &str) -> clap::Error {
    parse(line).expect_err(line)
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn a_create_is_what_was_typed() {
    let cli = parse(
        "atomoctl project create crm --hostname crm.localhost --alias a.example --alias b.example --repo file:///r \
         --path crm.ts --ref main --env A=b=c --env-secret KEY=API_KEY --database-server eu \
         --pool-size 8 --label team=shop --class staging --wait --json",
    )
    .unwrap();
    assert!(cli.global.json);
    let Command::Project(ProjectCommand::Create(args)) = cli.command else { panic!("another command") };
    assert_eq!(args.aliases, ["a.example", "b.example"]);
    assert_eq!(
        (args.labels.as_slice(), args.class.as_str()),
        ([("team".into(), "shop".into())].as_slice(), "staging")
    );
    assert_eq!(
        args.commit.as_deref(),
        Some("main"),
        "the server says what a branch is, and which commit was meant"
    );
    assert_eq!((args.database_server.as_str(), args.pool_size), ("eu", Some(8)));
    assert_eq!(args.follow.limit().unwrap().as_secs(), 300);
    let env = args.env.drafts();
    assert_eq!(env["A"], EnvDraft::Text("b=c".into()));
    assert_eq!(env["KEY"], EnvDraft::Secret(SecretDraft { secret: "API_KEY".into() }));
}

#[test]
fn the_address_of_a_repository_is_not_that_of_the_server() {
    let cli = parse("atomoctl --url http://h.example repository commits file:///r crm.ts").unwrap();
    assert_eq!(cli.global.server, "http://h.example");
    let Command::Repository(RepositoryCommand::Commits { url, .. }) = cli.command else {
        panic!("another command")
    };
    assert_eq!(url, "file:///r");
}

#[test]
fn the_release_of_a_project_is_an_option_of_its_own() {
    let line = "atomoctl --url http://h.example project create crm --hostname h.x --repo r --path p --ref s";
    for (line, named) in [(line.to_owned(), None), (format!("{line} --release s:1"), Some("s:1"))] {
        let cli = parse(&line).unwrap();
        assert_eq!(cli.global.server, "http://h.example");
        let Command::Project(ProjectCommand::Create(args)) = cli.command else { panic!("another command") };
        assert_eq!(args.release.as_deref(), named);
    }
    let cli = parse("atomoctl project edit crm --display-name CRM").unwrap();
    let Command::Project(ProjectCommand::Edit(args)) = cli.command else { panic!("another command") };
    assert_eq!(args.release, None);
}

#[test]
fn a_name_is_given_or_declined() {
    let line = "atomoctl project create crm --repo r --path p --ref s";
    assert_eq!(fault(line).kind(), ErrorKind::MissingRequiredArgument);
    assert!(parse(&format!("{line} --no-hostname")).is_ok());
    assert_eq!(fault(&format!("{line} --no-hostname --hostname h.x")).kind(), ErrorKind::ArgumentConflict);
}

#[test]
fn an_edit_changes_something() {
    assert_eq!(fault("atomoctl project edit crm").kind(), ErrorKind::MissingRequiredArgument);
    assert!(parse("atomoctl project edit crm --unset A --env B=c --no-aliases").is_ok());
    assert!(fault("atomoctl project edit crm --env B").to_string().contains("Accepted: NAME=VALUE"));
}

#[test]
fn an_id_that_goes_into_an_address_is_one() {
    for wrong in ["..", "a/b", "A", "-x", "%2e%2e"] {
        let error = fault(&format!("atomoctl project show -- {wrong}"));
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("Accepted: 3 to 40"), "{error}");
    }
    for line in [
        "atomoctl operation show 7",
        "atomoctl token revoke ..",
        "atomoctl secret set crm lower",
        "atomoctl secret list ../x",
    ] {
        assert_eq!(fault(line).kind(), ErrorKind::ValueValidation, "{line}");
    }
}

#[test]
fn a_limit_is_for_who_waits() {
    for command in
        ["project stop crm", "secret set crm KEY", "operation retry 01900000-0000-7000-8000-000000000001"]
    {
        let line = format!("atomoctl {command} --timeout 5");
        assert_eq!(fault(&line).kind(), ErrorKind::MissingRequiredArgument, "{line}");
        assert!(parse(&format!("{line} --wait")).is_ok(), "{line}");
        assert!(parse(&format!("atomoctl {command}")).is_ok(), "{command}");
    }
}

#[test]
fn no_argument_takes_a_secret() {
    for line in [
        "atomoctl login --email a@b.example --password hunter2",
        "atomoctl secret set crm KEY value",
        "atomoctl --token x fleet status",
        "atomoctl repository add file:///r --credential x",
    ] {
        assert_eq!(fault(line).exit_code(), 2, "{line}");
    }
}

#[test]
fn every_exit_code_is_in_the_help_of_every_noun() {
    let mut root = Cli::command();
    let nouns = ["project", "secret", "repository", "operation", "fleet", "audit", "token", "login"];
    for noun in nouns {
        let help = root.find_subcommand_mut(noun).unwrap().render_long_help().to_string();
        assert!((0..=7).all(|code| help.contains(&format!("\n  {code}  "))), "{noun}: {help}");
    }
    assert!(root.render_long_help().to_string().contains(exit::TABLE));
}

#[test]
fn a_label_of_an_edit_is_set_or_removed() {
    let cli = parse("atomoctl project edit crm --label team=shop --label old- --label on-call= --label a=b-")
        .unwrap();
    let Command::Project(ProjectCommand::Edit(args)) = cli.command else { panic!("another command") };
    let set = |key: &str, value: &str| LabelChange::Set(key.into(), value.into());
    let changes =
        [set("team", "shop"), LabelChange::Remove("old".into()), set("on-call", ""), set("a", "b-")];
    assert_eq!(args.labels, changes);
    let fault = fault("atomoctl project edit crm --label team").to_string();
    assert!(fault.contains("KEY=VALUE to set a label, KEY- to remove it"), "{fault}");
}

#[test]
fn a_list_takes_conditions_that_the_model_accepts() {
    let line = "atomoctl project list -l team=shop -l tier --class staging --status failed -o wide";
    let Command::Project(ProjectCommand::List(args)) = parse(line).unwrap().command else {
        panic!("another")
    };
    assert_eq!(args.labels.iter().map(ToString::to_string).collect::<Vec<_>>(), ["team=shop", "tier"]);
    assert!(args.filters() && args.output == Some(ListFormat::Wide));
    for wrong in ["-l Team=x", "--class test", "--status broken", "-o json"] {
        assert_eq!(fault(&format!("atomoctl project list {wrong}")).exit_code(), 2, "{wrong}");
    }
}

/// Path and query of every page that a command shows, or whose button a command presses.
const PAGES: &[(&str, &[(&str, &str)])] = &[
    ("/", &[]),
    ("/", &[("label", "team=shop"), ("label", "on-call"), ("class", "staging"), ("q", "tier=1")]),
    ("/", &[("show", "ill")]),
    ("/", &[("part", "postgres eu")]),
    ("/wall", &[]),
    ("/projects/new", &[]),
    ("/projects/crm", &[]),
    ("/projects/crm/operations", &[("before", "018f3c5e-0000-7000-8000-000000000000")]),
    ("/projects/crm/events", &[("before", "17")]),
    ("/projects/crm/logs", &[("level", "error")]),
    ("/projects/crm/settings", &[]),
    ("/projects/crm/start", &[]),
    ("/projects/crm/stop", &[]),
    ("/projects/crm/restart", &[]),
    ("/projects/crm/delete", &[]),
    ("/projects/crm/back-up", &[]),
    ("/projects/crm/backups", &[]),
    ("/projects/crm/backups/018f3c5e-0000-7000-8000-000000000000", &[]),
    ("/projects/crm/backups/018f3c5e-0000-7000-8000-000000000000/restore", &[]),
    ("/projects/crm/backups/018f3c5e-0000-7000-8000-000000000000/remove", &[]),
    ("/projects/crm/restores/018f3c5e-0000-7000-8000-000000000000/undo", &[]),
    ("/orphans/crm/remove", &[]),
    ("/retained-databases/crm/remove", &[]),
    ("/operations", &[]),
    (
        "/operations",
        &[("project", "crm"), ("kind", "edit"), ("status", "failed"), ("actor", "a b"), ("to", "2026-11-30")],
    ),
    (
        "/audit",
        &[("project", "crm"), ("action", "project.stop"), ("actor", "x"), ("from", "2026-11-30"), ("to", "")],
    ),
    ("/operations/018f3c5e-0000-7000-8000-000000000000", &[]),
    ("/databases", &[]),
    ("/gateway", &[]),
    ("/audit", &[("before", "17")]),
    ("/settings", &[]),
    ("/settings/tokens/018f3c5e-0000-7000-8000-000000000000/revoke", &[]),
    ("/settings/repositories/018f3c5e-0000-7000-8000-000000000000/remove", &[]),
    ("/settings/image-registries/018f3c5e-0000-7000-8000-000000000000/remove", &[]),
];

#[test]
fn every_command_that_the_dashboard_shows_is_one() {
    for (path, query) in PAGES {
        let values = |name: &str| {
            query.iter().filter(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()).collect()
        };
        let lines = match PageCommands::of(path, &values) {
            PageCommands::Show(lines) => lines,
            PageCommands::Act(line) => vec![line],
        };
        assert!(!lines.is_empty(), "{path} has no command");
        for line in lines {
            assert!(Cli::try_parse_from(line.words()).is_ok(), "{path}: {line}");
        }
    }
}
