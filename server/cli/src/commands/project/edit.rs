//! `atomoctl project edit`. Omitted options stay.

use super::send;
use crate::args::EditArgs;
use crate::commands::follow;
use crate::failure::Failure;
use crate::session::Session;

/// Sends the change, with the generation of the project that it was made from.
pub async fn run(session: &Session, args: EditArgs) -> Result<(), Failure> {
    let patch = |now: &_| args.patch(now).map(Some).map_err(Failure::Usage);
    let taken = send::edit(session, &args.id, patch).await?;
    match taken {
        Some(taken) => follow::command(session, taken, args.follow).await,
        None => Ok(()),
    }
}
