//! `atomoctl login` and `atomoctl logout`.

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::now;
use super::token::Issued;
use crate::args::{Global, LoginArgs};
use crate::client::{Client, Path, ServerUrl};
use crate::console::Console;
use crate::credentials::{Login, Store};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::render::words::{plain, until};

#[derive(Serialize)]
struct Credentials<'a> {
    email: &'a str,
    password: &'a str,
}

/// Creates a token and stores it.
pub async fn log_in(global: &Global, console: Console, args: LoginArgs) -> Result<(), Failure> {
    let server: ServerUrl = global.server.parse().map_err(Failure::Usage)?;
    let store = Store::at_home()?;
    let mut logins = store.read()?;
    if server.is_plain() && !server.is_loopback() {
        console.note(&format!(
            "The connection to {server} is not encrypted: the password can be read on the network."
        ));
    }
    let (email, password) = credentials(args)?;
    let client = Client::new(server.clone(), None)?;
    let body = Credentials { email: &email, password: password.expose_secret() };
    let issued = client.send::<Issued>(Method::POST, &Path::of(&["login"]), &body).await?.value;
    let former = logins.forget(&server);
    logins.remember(&server, issued.info.id, issued.info.operator.clone(), issued.token);
    store.write(&logins)?;
    if let Some(former) = former {
        // best effort: the former token expires anyway, and the new one works
        let _ = revoke(&server, &former).await;
    }
    console.document(&issued.info, || {
        format!(
            "Logged in at {server} as {}. The token {} expires {} and is stored in {}.",
            issued.info.operator,
            plain(&issued.info.name),
            until(issued.info.expires_at, now()),
            store.path().display()
        )
    })
}

fn credentials(args: LoginArgs) -> Result<(String, SecretString), Failure> {
    let email = match args.email {
        Some(email) => email,
        None => input::asked("E-mail: ", "the e-mail address")?.ok_or_else(|| {
            Failure::Usage("There is no terminal to prompt on: use --email and --password-stdin.".into())
        })?,
    };
    let password = if args.password_stdin {
        input::piped("the password")?
    } else {
        input::hidden("Password: ", "the password; without a terminal use --password-stdin")?
    };
    Ok((email, password))
}

/// Revokes the stored token and deletes it. It is deleted even if the server cannot be reached.
pub async fn log_out(global: &Global, console: Console) -> Result<(), Failure> {
    let server: ServerUrl = global.server.parse().map_err(Failure::Usage)?;
    let store = Store::at_home()?;
    let mut logins = store.read()?;
    let login = logins.forget(&server).ok_or_else(|| Failure::NotLoggedIn(server.to_string()))?;
    store.write(&logins)?;
    let revoked = match revoke(&server, &login).await {
        Ok(()) => true,
        Err(failure) if matches!(failure.exit(), Exit::Denied | Exit::NotFound) => true,
        Err(failure) => {
            let why = plain(&failure.problem().title);
            console.note(&format!(
                "{why}: the token {} was deleted here, but stays valid on the server until it expires.",
                login.id
            ));
            false
        }
    };
    let document = serde_json::json!({"server": server.to_string(), "revoked": revoked});
    console.document(&document, || format!("{} was logged out of {server}.", login.operator))
}

async fn revoke(server: &ServerUrl, login: &Login) -> Result<(), Failure> {
    let id = login.id.to_string();
    Client::new(server.clone(), Some(login.token()))?.remove(&Path::of(&["tokens", &id])).await
}
