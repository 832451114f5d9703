//! What is understood, and what is not.

use clap::CommandFactory;
use clap::error::ErrorKind;
use model::{EnvDraft, SecretDraft};

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
         --pool-size 8 --wait --json",
    )
    .unwrap();
    assert!(cli.global.json);
    let Command::Project(ProjectCommand::Create(args)) = cli.command else { panic!("another command") };
    assert_eq!(args.aliases, ["a.example", "b.example"]);
    assert_eq!(
        args.schema_ref().r#ref,
        "main",
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
