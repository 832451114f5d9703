//! Steps as they happen: one updated line a step on a terminal, one plain line a change elsewhere.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use model::{Operation, StepRecord, StepStatus};

use crate::console::Console;
use crate::failure::Failure;
use crate::render;
use crate::render::words::{plain, step_mark};

const TURN_EVERY: Duration = Duration::from_millis(120);

/// The steps that were printed so far.
pub struct Steps {
    console: Console,
    shown: Vec<StepRecord>,
    waits_for: Option<String>,
    /// The tenth of the work that was shown last; `u8::MAX` where the total is unknown.
    tenth: Option<u8>,
    is_away: bool,
    bars: Option<Bars>,
}

impl Steps {
    /// Nothing printed yet.
    pub fn new(console: Console) -> Self {
        let bars = console.steps_on_terminal().then(|| Bars::new(console));
        Self { console, shown: Vec::new(), waits_for: None, tenth: None, is_away: false, bars }
    }

    /// Prints the changes.
    pub fn show(&mut self, operation: &Operation) -> Result<(), Failure> {
        if std::mem::take(&mut self.is_away) {
            self.say("The server answers again.")?;
        }
        match &mut self.bars {
            Some(bars) => bars.show(&operation.steps),
            None => {
                for line in render::operation::changes(&self.shown, &operation.steps) {
                    self.console.step(&line)?;
                }
            }
        }
        self.shown.clone_from(&operation.steps);
        self.show_progress(operation)?;
        self.say_what_it_waits_for(operation)
    }

    /// Shows how far a job is: in a line of its own that moves on a terminal, elsewhere once for every tenth of the work.
    fn show_progress(&mut self, operation: &Operation) -> Result<(), Failure> {
        let Some(progress) = &operation.progress else { return Ok(()) };
        let text = format!("Progress: {}", plain(&progress.text()));
        if let Some(bars) = &mut self.bars {
            bars.show_progress(text);
            return Ok(());
        }
        let tenth = progress.percent().map_or(u8::MAX, |percent| percent / 10);
        if self.tenth.replace(tenth) == Some(tenth) {
            return Ok(());
        }
        self.console.step(&text)
    }

    /// Reports once that the server does not answer; the wait continues.
    pub fn away(&mut self, failure: &Failure) -> Result<(), Failure> {
        if std::mem::replace(&mut self.is_away, true) {
            return Ok(());
        }
        let problem = failure.problem();
        self.say(&format!("{}; still waiting.", plain(&problem.title)))
    }

    /// Leaves the last state on the screen.
    pub fn end(&mut self) {
        if let Some(bars) = &mut self.bars {
            bars.end();
        }
    }

    /// Reports the problem of an operation that is not over: what it waits for.
    fn say_what_it_waits_for(&mut self, operation: &Operation) -> Result<(), Failure> {
        let problem = operation.problem.as_ref().filter(|_| !operation.status.is_over());
        let waits_for = problem.map(|problem| plain(&problem.to_string()));
        if waits_for == self.waits_for {
            return Ok(());
        }
        self.waits_for.clone_from(&waits_for);
        waits_for.map_or(Ok(()), |text| self.say(&format!("Waiting: {text}")))
    }

    fn say(&self, text: &str) -> Result<(), Failure> {
        match &self.bars {
            Some(bars) => bars.say(text),
            None => self.console.step(text),
        }
    }
}

/// One progress bar a step.
struct Bars {
    all: MultiProgress,
    steps: Vec<ProgressBar>,
    /// How far a job is, below its steps.
    progress: Option<ProgressBar>,
}

impl Bars {
    fn new(console: Console) -> Self {
        let target =
            if console.is_json() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::stdout() };
        Self { all: MultiProgress::with_draw_target(target), steps: Vec::new(), progress: None }
    }

    fn show(&mut self, steps: &[StepRecord]) {
        while self.steps.len() < steps.len() {
            self.steps.push(self.all.add(ProgressBar::new_spinner()));
        }
        for (bar, step) in self.steps.iter().zip(steps) {
            draw(bar, step);
        }
    }

    fn show_progress(&mut self, text: String) {
        let bar = self.progress.get_or_insert_with(|| self.all.add(ProgressBar::new_spinner()));
        set_template(bar, "{msg}");
        bar.set_message(text);
    }

    fn say(&self, text: &str) -> Result<(), Failure> {
        Ok(self.all.println(text)?)
    }

    fn end(&mut self) {
        for bar in self.steps.drain(..).chain(self.progress.take()) {
            bar.abandon();
        }
    }
}

/// Draws a step with one update, so that no mixed state is visible.
fn draw(bar: &ProgressBar, step: &StepRecord) {
    let line = render::operation::step(step);
    bar.disable_steady_tick();
    if step.status == StepStatus::Running {
        set_template(bar, "{spinner} {msg}");
        bar.set_message(line);
        bar.enable_steady_tick(TURN_EVERY);
    } else {
        set_template(bar, "{msg}");
        bar.set_message(format!("{} {line}", step_mark(step.status)));
    }
}

/// Sets a template; keeps the present style if the template is invalid (a test covers both templates).
fn set_template(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

#[cfg(test)]
mod tests;
