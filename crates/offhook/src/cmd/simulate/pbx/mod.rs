//! Stands in for a PBX that offhook listens to: plays what running ones said (`captures/`).

mod dialled;
mod serve;
mod tape;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use tokio::net::TcpListener;

use self::serve::serve;
use self::tape::Scenario;
use super::positive;

/// Which PBX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Pbx {
    /// Asterisk's manager interface
    Asterisk,
    /// FreeSWITCH's event socket
    #[value(name = "freeswitch")]
    FreeSwitch,
}

impl Pbx {
    fn folder(self) -> &'static str {
        match self {
            Self::Asterisk => "asterisk",
            Self::FreeSwitch => "freeswitch",
        }
    }

    fn usual_port(self) -> u16 {
        match self {
            Self::Asterisk => 5038,
            Self::FreeSwitch => 8021,
        }
    }
}

/// What a day brings, where no scenario is named: each was recorded of both PBXs.
const USUAL_SCENARIOS: [&str; 14] = [
    "in_answer_callee_hangup",
    "in_ringgroup_second_answers",
    "out_answer_callee_hangup",
    "in_queue_answered",
    "in_noanswer",
    "in_blind_transfer",
    "in_caller_cancels",
    "in_park_retrieve_other",
    "out_busy",
    "in_noanswer_voicemail",
    "in_queue_abandon",
    "click2dial_answered",
    "in_forward_external",
    "mixed_1",
];

#[derive(Debug, Args)]
pub(super) struct PbxOptions {
    /// Stand in for a PBX instead, for offhook to connect to: recorded calls of a small office,
    /// over and over; and it dials: the phone rings, is picked up after a second, the far side
    /// answers. A phone or number that ends in 404 is not registered, 486 declines, 408 is not
    /// picked up
    #[arg(long, value_enum, conflicts_with_all = ["url", "rate", "count", "mix", "seed", "dialect"])]
    pub(super) pbx: Option<Pbx>,
    /// Where the PBX listens [default: 127.0.0.1:5038 for asterisk, 127.0.0.1:8021 for freeswitch]
    #[arg(long, value_name = "ADDRESS", requires = "pbx")]
    listen: Option<SocketAddr>,
    /// Play this recorded scenario alone, once; may repeat. `list` prints their names
    #[arg(long, value_name = "NAME", requires = "pbx")]
    scenario: Vec<String>,
    /// Refuse another secret than this one [default: any is right]
    #[arg(long, value_name = "SECRET", requires = "pbx")]
    secret: Option<String>,
    /// Seconds between two scenarios
    #[arg(long, value_name = "SECONDS", requires = "pbx", default_value_t = 2.0, value_parser = positive)]
    pause: f64,
}

/// Stands in for the PBX until `stop`.
pub(super) async fn run(
    pbx: Pbx,
    options: &PbxOptions,
    speed: f64,
    stop: impl Future<Output = ()>,
) -> Result<()> {
    if options.scenario.iter().any(|name| name == "list") {
        for (name, title) in tape::titles(pbx) {
            println!("{name}\t{title}");
        }
        return Ok(());
    }
    let named = !options.scenario.is_empty();
    let names: Vec<&str> = if named {
        options.scenario.iter().map(String::as_str).collect()
    } else {
        USUAL_SCENARIOS.to_vec()
    };
    let mut scenarios = Vec::new();
    for name in names {
        match Scenario::read(pbx, name)? {
            Some(scenario) => scenarios.push(scenario),
            None => bail!(
                "there is no scenario {name}: offhook simulate --pbx {} --scenario list prints them",
                pbx.folder()
            ),
        }
    }
    let usual = SocketAddr::from(([127, 0, 0, 1], pbx.usual_port()));
    let address = options.listen.unwrap_or(usual);
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("the address {address} can not be listened on"))?;
    let address = listener.local_addr()?;
    println!("listening on {address}");
    let username = match pbx {
        Pbx::Asterisk => " --username offhook",
        Pbx::FreeSwitch => "",
    };
    eprintln!(
        "connect offhook to it: echo SECRET | offhook source add office --kind {} --address \
         {address}{username} --secret-stdin",
        pbx.folder()
    );
    let stage = serve::Stage {
        pbx,
        scenarios,
        endless: !named,
        secret: options.secret.clone(),
        speed,
        pause: options.pause,
    };
    tokio::select! {
        result = serve(listener, Arc::new(stage)) => result,
        () = stop => Ok(()),
    }
}
