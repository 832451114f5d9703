//! The keeper, as cargo builds it for the tests of this package.

use std::process::ExitCode;

fn main() -> ExitCode {
    keeper::run(std::env::args_os().skip(1))
}
