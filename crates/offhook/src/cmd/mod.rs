//! The commands, a file each.

mod backup;
mod demo;
mod password;
mod serve;
mod simulate;
mod source;
mod store;
mod token;
mod user;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::config::PlaceOptions;

/// Who calls, who took it, who needs a call back: a CTI server for any PBX.
#[derive(Debug, Parser)]
#[command(name = "offhook", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    place: PlaceOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The server: PBX endpoints, agents' web page, API
    Serve(serve::Options),
    /// A throw-away server with made-up people and simulated calls, to look around
    Demo(demo::Options),
    /// People who sign in
    #[command(subcommand)]
    User(user::Command),
    /// Tokens for scripts
    #[command(subcommand)]
    Token(token::Command),
    /// PBXs and providers that report calls
    #[command(subcommand)]
    Source(source::Command),
    /// Plays realistic calls against an endpoint
    Simulate(simulate::Options),
    /// A consistent copy of the embedded database, also while the server runs
    Backup(backup::BackupOptions),
    /// Puts a copy back; the server must not run
    Restore(backup::RestoreOptions),
}

impl Cli {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        match self.command {
            Command::Serve(options) => serve::run(&options, &self.place),
            Command::Demo(options) => demo::run(&options),
            Command::User(command) => user::run(command, &self.place),
            Command::Token(command) => token::run(command, &self.place),
            Command::Source(command) => source::run(command, &self.place),
            Command::Simulate(options) => simulate::run(&options),
            Command::Backup(options) => backup::run_backup(&options, &self.place),
            Command::Restore(options) => backup::run_restore(&options, &self.place),
        }
    }
}

/// Runs a small command to its end on this thread.
fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
