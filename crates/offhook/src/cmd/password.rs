use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Context, Result, bail};
use offhook_engine::access::Secret;

/// A password: a line of standard input, or typed twice at a terminal.
pub(super) fn read(from_stdin: bool, what: &str) -> Result<Secret> {
    if from_stdin {
        return read_line();
    }
    if !std::io::stdin().is_terminal() {
        bail!("no terminal to type the {what} at: pipe it in and say --{what}-stdin");
    }
    let first = typed(&format!("New {what}: "))?;
    if typed("Once more: ")? != first {
        bail!("the two are not the same: try again");
    }
    Ok(first)
}

/// The first line of standard input.
pub(super) fn read_line() -> Result<Secret> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("standard input can not be read")?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        bail!("standard input is empty");
    }
    Ok(Secret(line.to_owned()))
}

fn typed(prompt: &str) -> Result<Secret> {
    eprint!("{prompt}");
    std::io::stderr().flush()?;
    rpassword::read_password()
        .map(Secret)
        .context("the terminal can not be read")
}
