//! The program: reads its configuration, wires the crates together, and runs one command.

mod cmd;
mod config;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

/// The system's allocator spends a sixth of an event's time: a batch is made on one thread and freed
/// on another, which it takes badly. SQLite's memory comes from here as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
