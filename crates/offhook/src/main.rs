//! The program: reads its configuration, wires the crates together, and runs one command.

mod cmd;
mod config;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let command = cmd::Cli::parse();
    match command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line that says why and what to do: causes after colons.
            eprintln!("offhook: {error:#}");
            ExitCode::FAILURE
        }
    }
}
