//! The files of the front end, as `scripts/build-front` lays them out.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use app::Assets;
use serde::Deserialize;

use crate::config::Config;
use crate::state::FrontEnd;

/// `assets.json`: the addresses of page script and style sheet, which contain the hash of their content.
#[derive(Deserialize)]
struct Names {
    script: String,
    style: String,
}

/// Finds the folder: the setting `site`, else `../site` beside this program. Fails if it has no `assets.json`.
pub fn load(config: &Config) -> anyhow::Result<FrontEnd> {
    let program = std::env::current_exe().context("finding this program")?;
    let beside = program.parent().map(PathBuf::from).unwrap_or_default();
    let folder = config.site.clone().unwrap_or_else(|| beside.join("../site"));
    let assets = names(&folder).with_context(|| {
        format!("ATOMO_FLEET_SITE: {} is not a folder of scripts/build-front", folder.display())
    })?;
    Ok(FrontEnd { folder, assets })
}

fn names(folder: &Path) -> anyhow::Result<Assets> {
    let file = folder.join("assets.json");
    let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let Names { script, style } =
        serde_json::from_str(&text).with_context(|| format!("reading {}", file.display()))?;
    let build = format!("{}-{}", env!("CARGO_PKG_VERSION"), hash(&script) + &hash(&style));
    Ok(Assets { script, style, build })
}

/// The hash in a name: `/pkg/live.HASH.js`.
fn hash(name: &str) -> String {
    name.split('.').nth(1).unwrap_or_default().to_owned()
}
