use std::io::{IsTerminal, Write};

use anyhow::{Context, Result};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

use crate::config::{PlaceOptions, ServeOptions};
use crate::wiring::Server;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    serve: ServeOptions,
}

pub(super) fn run(options: &Options, place: &PlaceOptions) -> Result<()> {
    let config = options.serve.resolve(place)?;
    log_to_stderr();
    runtime()?.block_on(async {
        let address = &config.address;
        if !address.listen.ip().is_loopback() && address.tls.is_none() {
            warn!(
                "listening on {} without TLS: passwords and calls can be read on the way; use \
                 --tls-cert and --tls-key, or a proxy on this machine",
                address.listen
            );
        }
        let stop = stop_signal()?;
        let server = Server::start(config).await?;
        if let Err(error) = greet(&server) {
            warn!(%error, "nobody reads what is printed");
        }
        server.run(stop).await?;
        info!("stopped");
        Ok(())
    })
}

/// Who started us waits for the first line, maybe through a pipe, and may read no further: that is
/// no reason to take no calls.
fn greet(server: &Server) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on {}", server.url)?;
    // Not in the log: who has the link is administrator.
    if let Some(link) = &server.welcome_link {
        writeln!(
            out,
            "nobody can sign in yet: make the first administrator at {link}"
        )?;
    }
    out.flush()
}

/// Logs go to standard error; `RUST_LOG` chooses which.
pub(super) fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A file or a journal has no colours.
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.context("the system gives no threads")
}

/// Done on SIGTERM or SIGINT.
pub(super) fn stop_signal() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
