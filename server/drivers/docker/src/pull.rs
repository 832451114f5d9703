//! Progress of a pull, from the engine's messages about each layer.

use std::collections::BTreeMap;
use std::fmt;

use bollard::models::CreateImageInfo;
use model::ByteSize;

/// Layers that are counted; an image has at most 127.
const MAX_LAYERS: usize = 1_000;

/// The progress so far.
#[derive(Debug, Default)]
pub(crate) struct Pull {
    layers: BTreeMap<String, Layer>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Layer {
    loaded: u64,
    size: u64,
    done: Done,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Done {
    #[default]
    No,
    Yes,
}

impl Pull {
    /// Processes a message. Messages that are not about a layer are ignored.
    pub(crate) fn hear(&mut self, part: &CreateImageInfo) {
        let (Some(id), Some(status)) = (&part.id, part.status.as_deref()) else { return };
        let figure =
            |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok()).unwrap_or_default();
        let detail = part.progress_detail.as_ref();
        let (current, total) =
            (figure(detail.and_then(|it| it.current)), figure(detail.and_then(|it| it.total)));
        match status {
            _ if self.layers.len() >= MAX_LAYERS && !self.layers.contains_key(id) => {}
            "Downloading" => {
                let layer = self.layers.entry(id.clone()).or_default();
                (layer.loaded, layer.size) = (current, total);
            }
            "Download complete" | "Pull complete" | "Already exists" => {
                let layer = self.layers.entry(id.clone()).or_default();
                (layer.loaded, layer.done) = (layer.size, Done::Yes);
            }
            "Pulling fs layer" | "Waiting" => {
                self.layers.entry(id.clone()).or_default();
            }
            _ => {}
        }
    }
}

/// `12 MB of 40 MB, 1 of 3 layers`. The total grows while sizes become known.
impl fmt::Display for Pull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.layers.is_empty() {
            return f.write_str("asking the registry");
        }
        let sum = |part: fn(&Layer) -> u64| ByteSize::new(self.layers.values().map(part).sum());
        let done = self.layers.values().filter(|layer| layer.done == Done::Yes).count();
        let (loaded, size) = (sum(|layer| layer.loaded), sum(|layer| layer.size));
        write!(f, "{loaded} of {size}, {done} of {} layers", self.layers.len())
    }
}

#[cfg(test)]
mod tests;
