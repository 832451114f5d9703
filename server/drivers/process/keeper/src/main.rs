//! `atomo-keeper`: the parent process of one instance. The library's documentation says what it does and why.

use std::process::ExitCode;

fn main() -> ExitCode {
    keeper::run(std::env::args_os().skip(1))
}
