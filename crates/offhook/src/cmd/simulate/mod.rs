//! Plays realistic calls of a small office against an endpoint, or stands in for its PBX.

mod arrivals;
mod bridge;
mod call;
mod endpoint;
mod mix;
pub(super) mod office;
mod pbx;
pub(super) mod people;
mod plan;
mod play;
mod request;
mod story;
mod tally;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use offhook_engine::clock::random_bytes;

pub(super) use self::arrivals::Arrivals;
pub(super) use self::call::Step;
pub(super) use self::endpoint::{Endpoint, Outcome};
pub(super) use self::mix::Mix;
use self::pbx::PbxOptions;
pub(super) use self::plan::{Plan, Setting};
pub(super) use self::play::play;
use self::request::Dialect;
pub(super) use self::tally::{Tally, many};
use super::serve::{log_to_stderr, runtime, stop_signal};

/// How often a long run says how far it is.
const PROGRESS: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
#[command(
    after_help = "The calls are those of a small office: inbound ones that are answered, missed, \
        busy, forwarded or taken by a mailbox, and outbound ones. They overlap. Now and then an \
        event comes twice or in the wrong order, as real bridges send them. A line on standard \
        output sums up; the exit status is 1 when the endpoint could not be reached or refused.\n\n\
        Examples:\n  \
        offhook simulate http://127.0.0.1:8420/api/v1/cti/TOKEN\n      \
        six calls a minute until Ctrl+C, which hangs up what still runs\n  \
        offhook simulate URL --count 100 --rate 60 --speed 10 --seed 1\n      \
        always the same hundred calls, in well under a minute\n  \
        offhook simulate URL --mix missed=3,answered=1\n      \
        three missed calls for one that is answered\n  \
        offhook simulate --pbx asterisk\n      \
        an Asterisk of a small office, for a source of kind asterisk\n\n\
        offhook source add NAME --kind generic prints such a URL; offhook demo needs none of this."
)]
pub(super) struct Options {
    /// The endpoint, with its token: http://HOST/api/v1/cti/TOKEN, …/sipgate/TOKEN/in or
    /// …/placetel/TOKEN
    #[arg(required_unless_present = "pbx")]
    url: Option<String>,
    /// Calls that begin in a minute
    #[arg(long, value_name = "CALLS_PER_MINUTE", default_value_t = 6.0, value_parser = positive)]
    rate: f64,
    /// How many calls; 0 plays until it is interrupted
    #[arg(long, value_name = "N", default_value_t = 0)]
    count: u64,
    /// Shares of answered, missed, busy, voicemail, forwarded and outbound calls; kinds left out do
    /// not happen [default: answered=48,missed=14,busy=4,voicemail=6,forwarded=4,outbound=24]
    #[arg(long, value_name = "SPEC")]
    mix: Option<Mix>,
    /// Plays the calls of this number again [default: chosen and shown]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// generic (Zammad's CTI, as JSON), sipgate or placetel (as forms) [default: what the URL's
    /// path says]
    #[arg(long)]
    dialect: Option<Dialect>,
    /// So many times as fast as real time: calls last shorter, and more of them begin
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = positive)]
    speed: f64,
    #[command(flatten)]
    stand_in: PbxOptions,
}

/// A number above 0 with which times can be reckoned.
pub(super) fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "must be a number".to_owned())?;
    if (0.000_001..=1_000_000.0).contains(&number) {
        Ok(number)
    } else {
        Err("must be above 0, from 0.000001 to 1000000".to_owned())
    }
}

/// A seed that nobody gave, short enough to be typed again.
pub(super) fn chosen_seed() -> u64 {
    u64::from(u32::from_be_bytes(random_bytes()))
}

pub(super) fn run(options: &Options) -> Result<()> {
    log_to_stderr();
    if let Some(pbx) = options.stand_in.pbx {
        return runtime()?.block_on(async {
            let stop = stop_signal()?;
            pbx::run(pbx, &options.stand_in, options.speed, stop).await
        });
    }
    let url = options.url.as_deref().unwrap_or("");
    let endpoint = Arc::new(Endpoint::new(url, options.dialect)?);
    let seed = options.seed.unwrap_or_else(chosen_seed);
    let setting = Setting {
        mix: options.mix.clone().unwrap_or_default(),
        arrivals: Arrivals::Steady {
            per_minute: options.rate,
        },
        count: (options.count > 0).then_some(options.count),
        untidy: true,
    };
    runtime()?.block_on(async {
        let stop = stop_signal()?;
        eprintln!("playing calls against {}, --seed {seed}", endpoint.host());
        let tally = Arc::new(Tally::default());
        let progress = tokio::spawn(show_progress(Arc::clone(&tally)));
        let plan = Plan::new(seed, setting);
        play(endpoint, plan, options.speed, Arc::clone(&tally), stop).await;
        progress.abort();
        let counts = tally.counts();
        println!("{}", counts.summary());
        match counts.end {
            Some(why) => bail!(why),
            None if counts.unanswered > 0 => bail!(
                "{} got no answer: look at the server's log",
                many(counts.unanswered, "event")
            ),
            None => Ok(()),
        }
    })
}

async fn show_progress(tally: Arc<Tally>) {
    let mut ticks = tokio::time::interval(PROGRESS);
    ticks.tick().await;
    let mut before = 0;
    loop {
        ticks.tick().await;
        let now = tally.counts();
        // Tenths, so that slow runs do not look dead.
        let tenths = (now.events - before) * 10 / PROGRESS.as_secs();
        before = now.events;
        eprintln!(
            "{} started, {} sent, {}, {}.{} events/s",
            many(now.calls, "call"),
            many(now.events, "event"),
            many(now.other + now.unanswered, "error"),
            tenths / 10,
            tenths % 10
        );
    }
}

#[cfg(test)]
mod tests {
    use super::positive;

    #[test]
    fn numbers_that_make_times() {
        for text in ["0", "-1", "nan", "inf", "1e-300", "1e300", "x"] {
            assert!(positive(text).is_err(), "{text}");
        }
        assert_eq!(positive("0.5"), Ok(0.5));
    }
}
