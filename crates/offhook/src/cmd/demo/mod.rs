//! A throw-away server with made-up people and simulated calls, to look around.

mod contacts;
mod greeting;
mod past;
mod setup;

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use tracing::{error, warn};

use self::setup::Demo;
use super::serve::{log_to_stderr, runtime, stop_signal};
use super::simulate::{Arrivals, Endpoint, Mix, Plan, Setting, Tally, chosen_seed, play, positive};
use crate::config::{Address, Place, ServeConfig};
use crate::wiring::Server;

#[derive(Debug, Args)]
#[command(
    after_help = "An office of made-up people, their contacts, a week of past calls, and new calls \
        for as long as it runs. It prints how to sign in and how to watch the calls. Everything \
        lies in a temporary folder that is removed at the end (Ctrl+C): --data, --database and \
        --config change nothing here.\n\n\
        Examples:\n  \
        offhook demo\n  \
        offhook demo --rate 30\n      \
        a busy office\n  \
        offhook demo --listen 127.0.0.1:0 --seed 1\n      \
        any free port, and always the same calls"
)]
pub(super) struct Options {
    /// Address to serve on
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8420", value_parser = address)]
    listen: SocketAddr,
    /// Calls that begin in a minute
    #[arg(long, value_name = "CALLS_PER_MINUTE", default_value_t = 4.0, value_parser = positive)]
    rate: f64,
    /// Plays the calls of this number again [default: chosen]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().ok();
    let found = found.and_then(|mut addresses| addresses.next());
    found.ok_or_else(|| "must be an address like 127.0.0.1:8420".to_owned())
}

pub(super) fn run(options: &Options) -> Result<()> {
    log_to_stderr();
    // Removed when this function is left, however that happens.
    let folder = tempfile::Builder::new()
        .prefix("offhook-demo-")
        .tempdir()
        .context("no temporary folder can be made (TMPDIR names another place for it)")?;
    let config = ServeConfig {
        place: Place {
            data: folder.path().to_owned(),
        },
        address: Address {
            listen: options.listen,
            public_url: None,
            tls: None,
        },
        trusted_proxies: Vec::new(),
    };
    runtime()?.block_on(async {
        // From here on a signal ends the demo in order.
        let stop = stop_signal()?;
        if !options.listen.ip().is_loopback() {
            warn!(
                "listening on {} without TLS: the passwords below can be read on the way",
                options.listen
            );
        }
        let server = Server::start(config).await?;
        let demo = setup::set_up(&server).await?;
        greeting::listening(&demo)?;
        let life = tokio::spawn(live(demo, options.rate, options.seed));
        let quiet = life.abort_handle();
        let stop = async move {
            stop.await;
            // Else the calls would be reported to a server that is going.
            quiet.abort();
        };
        server.run(stop).await
    })?;
    folder
        .close()
        .context("the temporary folder could not be removed")
}

/// What happens while the server runs. What fails here leaves a server to look at.
async fn live(demo: Demo, rate: f64, seed: Option<u64>) {
    let seed = seed.unwrap_or_else(chosen_seed);
    if let Err(error) = contacts::add(&demo).await {
        error!("the contacts were not made: {error:#}");
    }
    if let Err(error) = past::play(&demo, seed).await {
        error!("the past calls were not played: {error:#}");
    }
    // Who listens from now on hears what happens from now on.
    if let Err(error) = greeting::print(&demo) {
        error!("standard output can not be written: {error:#}");
    }
    let setting = Setting {
        mix: Mix::default(),
        arrivals: Arrivals::Steady { per_minute: rate },
        count: None,
        untidy: true,
    };
    // Another plan than that of the past.
    let plan = Plan::new(seed.wrapping_add(1), setting);
    match Endpoint::new(&demo.endpoint_url(), None) {
        Ok(endpoint) => {
            let tally = Arc::new(Tally::default());
            let never = std::future::pending();
            play(Arc::new(endpoint), plan, 1.0, Arc::clone(&tally), never).await;
            let why = tally.counts().end.unwrap_or_default();
            error!("there will be no more calls: {why}");
        }
        Err(error) => error!("there will be no calls: {error:#}"),
    }
}
