//! `atomo-keeper`: the parent process of one instance. See the library for what it does and why.

use std::process::ExitCode;

fn main() -> ExitCode {
    keeper::run(std::env::args_os().skip(1))
}
