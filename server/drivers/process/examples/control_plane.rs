//! A control plane of one breath, for the tests of this package: it starts one instance, says its pid, and waits to
//! be killed. Arguments: run folder, keeper, program, address, folder for everything else.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use control_plane::ports::driver::{AddressRequest, Driver, InstanceSpec, MediaVolume, Release, SchemaFiles};
use driver_process::{ProcessDriver, ProcessSettings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match start().await {
        Ok(()) => std::future::pending().await,
        Err(fault) => {
            let _ = writeln!(std::io::stderr(), "{fault}");
            ExitCode::FAILURE
        }
    }
}

async fn start() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let mut next = || args.next().ok_or("an argument is missing");
    let (run_dir, keeper) = (next()?.into(), next()?.into());
    let (program, address) = (next()?.into(), next()?.parse()?);
    let folder = PathBuf::from(next()?);
    let driver = ProcessDriver::new(ProcessSettings { run_dir, keeper });
    let spec = InstanceSpec {
        key: "shop".parse()?,
        digest: "first".into(),
        release: Release::Program(program),
        limits: model::Limits::default().instance,
        address: AddressRequest::Given(address),
        env: vec![],
        schema: SchemaFiles::Folder(folder.clone()),
        media: MediaVolume::Folder(folder),
        database_socket: None,
        redact: vec![],
    };
    let seen = driver.ensure_running(&spec).await?;
    writeln!(std::io::stdout(), "{}", seen.pid.unwrap_or_default())?;
    Ok(())
}
