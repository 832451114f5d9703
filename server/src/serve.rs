//! `atomo-fleet serve`: starts in order, serves, stops in reverse order.

use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use control_plane::ControlPlane;
use model::{Actor, RepositoryDraft};
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Runs};
use crate::data_dir::DataDir;
use crate::front_end;
use crate::http_server::HttpServer;
use crate::middleware::headers::Scheme;
use crate::notify::{self, State};
use crate::shutdown::{first_error, undo};
use crate::wiring::{Parts, Upgrade};
use crate::{local, shutdown};

/// Arguments of `serve`.
#[derive(Debug, Clone, Copy, Args)]
pub struct ServeArguments {
    /// At the end also stop instances and Caddy, if Postgres is an external server. With the embedded one they are always
    /// stopped. A Caddy that `ATOMO_FLEET_CADDY_ADMIN` names is never stopped.
    #[arg(long)]
    pub stop_all: bool,
}

/// Serves until SIGINT or SIGTERM.
pub async fn serve(config: Config, arguments: ServeArguments) -> anyhow::Result<()> {
    let begun = Instant::now();
    let dir = DataDir::open(&config.data_dir)?;
    let _lock = dir.lock()?;
    let stop = CancellationToken::new();
    shutdown::on_signal(stop.clone()).context("listening for signals")?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("ATOMO_FLEET_LISTEN = {}: it cannot be listened on", config.listen))?;

    let mut parts = Parts::start(&config, &dir, Upgrade::Migrate).await?;
    let http = match get_ready(&config, &parts, begun, &stop).await {
        Ok(http) => http,
        Err(error) => return Err(undo(error, parts.release()).await),
    };

    let (storage, gateway, plane) = (parts.storage.clone(), parts.gateway.clone(), parts.plane.clone());
    let keepers = tokio::spawn(local::keep(storage, gateway, plane.clone(), stop.clone()));
    notify::tell(State::Ready);
    let engine = async {
        let ended = parts.plane.run(&mut parts.term, stop.clone()).await;
        stop.cancel(); // without an engine there is nothing to serve
        ended.map_err(refused).context("the engine ended")
    };
    let served = async {
        let served = http.serve(listener, &stop).await;
        notify::tell(State::Stopping);
        stop.cancel();
        served
    };
    let (engine, served, ()) = tokio::join!(engine, served, notify::while_it_gets_on(&plane, &stop));
    let keepers = keepers.await.context("keeping the local parts");
    if let Err(error) = engine {
        parts.leave().await;
        return Err(error);
    }
    first_error([served, keepers, parts.stop(arguments.stop_all).await])
}

/// What the engine ended with. A registry error stays one: the exit code depends on it.
fn refused(error: control_plane::Error) -> anyhow::Error {
    match error {
        control_plane::Error::Registry(error) => error.into(),
        error => anyhow::anyhow!("{}", error.problem().detail),
    }
}

/// Everything that can fail before anything is supervised.
async fn get_ready(
    config: &Config,
    parts: &Parts,
    begun: Instant,
    stop: &CancellationToken,
) -> anyhow::Result<HttpServer> {
    let http = HttpServer::new(&parts.plane, scheme(config), front_end::load(config)?, stop)?;
    register_examples(&parts.plane, config).await;
    parts.storage.stay()?;
    announce(&parts.plane, config, begun).await?;
    Ok(http)
}

fn scheme(config: &Config) -> Scheme {
    if config.public_url.scheme() == "https" { Scheme::Https } else { Scheme::Http }
}

/// Registers the examples as a repository. Failure is logged: everything else works without them.
async fn register_examples(plane: &ControlPlane, config: &Config) {
    let Some(folder) = &config.examples else { return };
    let draft = RepositoryDraft { url: format!("file://{}", folder.display()), ..RepositoryDraft::default() };
    let op = control_plane::OpContext::platform(Actor::Host);
    if let Err(error) = plane.repositories().add_once(&op, draft).await {
        tracing::warn!(%error, folder = %folder.display(), "the examples were not registered: {error}");
    }
}

/// Prints the URL of the dashboard, and the setup link if there is no operator.
#[expect(clippy::print_stdout, reason = "the answer of the command is its address")]
async fn announce(plane: &ControlPlane, config: &Config, begun: Instant) -> anyhow::Result<()> {
    println!("Atomo Fleet is ready after {} ms: {}", begun.elapsed().as_millis(), config.public_url);
    if config.runs == Runs::Processes(None) {
        println!(
            "Instances run the stand-in server of the test suite. ATOMO_FLEET_SERVER_BIN names a real atomo-server."
        );
    }
    if plane.operators().needs_setup().await? {
        let code = plane.operators().make_setup_link().await?;
        let link = config
            .public_url
            .join(&format!("setup/{}", code.expose_secret()))
            .context("making the setup link")?;
        println!("Create the first operator here, once, within 24 h: {link}");
    }
    Ok(())
}
