//! The pause between two looks at what is about to happen.

use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_millis(250);

/// Short at first, for what takes a moment, then longer by a quarter each time.
pub(super) struct Pause(Duration);

impl Pause {
    pub(super) const fn new() -> Self {
        Self(SHORTEST)
    }

    pub(super) async fn pass(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 5 / 4).min(LONGEST);
    }
}
