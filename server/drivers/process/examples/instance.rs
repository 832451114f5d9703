//! A stand-in for an instance, for the tests of this package: listens at the given address and executes commands of a
//! line protocol. One connection is one command line and one answer.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};

fn main() -> io::Result<ExitCode> {
    if env::args().nth(1).as_deref() == Some("wait") {
        wait();
    }
    if env::var_os("IGNORE_TERM").is_some() {
        SigSet::from(Signal::SIGTERM).thread_block()?;
    }
    if let Ok(text) = env::var("PRINT") {
        print(io::stdout(), &text)?;
    }
    let variable = |name: &str| env::var(name).map_err(io::Error::other);
    let ip: IpAddr = variable("HOST")?.parse().map_err(io::Error::other)?;
    let port: u16 = variable("PORT")?.parse().map_err(io::Error::other)?;
    let listener = TcpListener::bind(SocketAddr::new(ip, port))?;
    for stream in listener.incoming() {
        if let Some(code) = serve(stream?)? {
            return Ok(code);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Answers one command. An exit code ends the program after the answer.
fn serve(mut stream: TcpStream) -> io::Result<Option<ExitCode>> {
    let mut line = String::new();
    BufReader::new(stream.try_clone()?).read_line(&mut line)?;
    let (command, text) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
    let mut code = None;
    let answer = match command {
        "print" => print(io::stdout(), text).map(|()| "printed".into())?,
        "shout" => print(io::stderr(), text).map(|()| "shouted".into())?,
        "exit" => {
            code = text.parse::<u8>().ok().map(ExitCode::from);
            "bye".into()
        }
        "env" => env::vars().map(|(name, value)| name + "=" + &value + "\n").collect(),
        "home" => env::current_dir()?.display().to_string(),
        "limits" => std::fs::read_to_string("/proc/self/limits")?,
        "status" => std::fs::read_to_string("/proc/self/status")?,
        "stdin" => format!("{} bytes", io::stdin().read_to_end(&mut Vec::new())?),
        "eat" => {
            let bytes: usize = text.parse().map_err(io::Error::other)?;
            let eaten = vec![1_u8; bytes];
            let last = eaten[bytes - 1];
            std::mem::forget(eaten);
            format!("eaten {last}")
        }
        "threads" => {
            let count: usize = text.parse().map_err(io::Error::other)?;
            let start = |_: &usize| std::thread::Builder::new().spawn(|| wait()).is_ok();
            (0..count).filter(start).count().to_string()
        }
        "fork" => {
            Command::new(env::current_exe()?).arg("wait").stdin(Stdio::piped()).spawn()?.id().to_string()
        }
        "connect" => {
            let address: SocketAddr = text.parse().map_err(io::Error::other)?;
            let outcome = TcpStream::connect_timeout(&address, Duration::from_secs(2));
            outcome.map_or("refused", |_| "connected").into()
        }
        other => format!("unknown: {other}"),
    };
    stream.write_all(answer.as_bytes())?;
    Ok(code)
}

/// Sleeps for ever.
fn wait() -> ! {
    loop {
        std::thread::park();
    }
}

fn print(mut to: impl Write, text: &str) -> io::Result<()> {
    writeln!(to, "{text}")?;
    to.flush()
}
