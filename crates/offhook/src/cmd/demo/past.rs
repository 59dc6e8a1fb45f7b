//! The week before the demo began.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use offhook_core::UnixMillis;
use offhook_engine::access::Secret;
use offhook_engine::clock::{Clock, SystemClock};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::setup::Demo;
use crate::cmd::simulate::{Arrivals, Endpoint, Mix, Outcome, Plan, Setting, Step};

/// What is reported may be seven days old. The hour is for slow machines.
const PAST: Duration = Duration::from_hours(7 * 24 - 1);
/// Every call of the past has ended when the demo begins; the longest take less than seven minutes.
const GAP: Duration = Duration::from_mins(10);
/// Calls in the busiest hour: about 370 in a week.
const PER_HOUR: f64 = 10.0;
/// Calls told at once: what comes together is written together, and so quickly.
const SIDE_BY_SIDE: usize = 16;
/// Missed calls that nobody has dealt with yet.
const LEFT_OPEN: usize = 5;

/// Plays a week of calls through the endpoint, as a bridge does that was away for a week, and lets
/// an agent deal with most of the missed ones.
pub(super) async fn play(demo: &Demo, seed: u64) -> Result<()> {
    let endpoint = Arc::new(Endpoint::new(&demo.endpoint_url(), None)?);
    let now = SystemClock.now();
    let from = now.plus_millis(-millis(PAST));
    let setting = Setting {
        mix: Mix::default(),
        arrivals: Arrivals::OfficeHours {
            from,
            until: now.plus_millis(-millis(GAP)),
            per_hour: PER_HOUR,
        },
        count: None,
        untidy: false,
    };
    let mut calls: BTreeMap<u64, Vec<Step>> = BTreeMap::new();
    for step in Plan::new(seed, setting) {
        calls.entry(step.call.number).or_default().push(step);
    }
    let mut telling = JoinSet::new();
    for steps in calls.into_values() {
        if telling.len() == SIDE_BY_SIDE
            && let Some(told) = telling.join_next().await
        {
            told??;
        }
        telling.spawn(tell(Arc::clone(&endpoint), steps, from));
    }
    while let Some(told) = telling.join_next().await {
        told??;
    }
    deal_with_missed(demo)
        .await
        .context("the missed calls stay open")
}

/// Tells a call from its begin to its end at once: it is never found ringing by those who look for
/// lost calls.
async fn tell(endpoint: Arc<Endpoint>, steps: Vec<Step>, from: UnixMillis) -> Result<()> {
    for step in steps {
        let at = from.plus_millis(i64::try_from(step.happened).unwrap_or(0));
        match endpoint.send(&step, Some(at)).await {
            Outcome::Taken | Outcome::Unsaid => {}
            Outcome::Other(status) => bail!("the endpoint answers {status}"),
            Outcome::Refused(why) | Outcome::Unanswered(why) => bail!(why),
        }
    }
    Ok(())
}

/// All but the newest are done: by the agent those that she sees, by the administrator the others.
async fn deal_with_missed(demo: &Demo) -> Result<()> {
    let client = Client::new();
    let mut ids = missed(&client, demo, &demo.admin_token).await?;
    let old = ids.split_off(LEFT_OPEN.min(ids.len()));
    let hers = missed(&client, demo, &demo.agent_token).await?;
    let (hers, others): (Vec<i64>, Vec<i64>) = old.iter().partition(|id| hers.contains(id));
    let base = format!("{}/api/v1/calls", demo.url);
    for (ids, token) in [(&hers, &demo.agent_token), (&others, &demo.admin_token)] {
        let done = json!({"ids": ids});
        post(&client, token, &format!("{base}/done"), &done).await?;
    }
    // A few were worth a word.
    let notes = [
        "Called back, wants an offer by Friday.",
        "Wrong number.",
        "Called back, nobody there.",
        "Solved: the cable was loose.",
    ];
    for (id, text) in hers.iter().step_by(2).zip(notes) {
        let note = json!({"text": text});
        post(
            &client,
            &demo.agent_token,
            &format!("{base}/{id}/notes"),
            &note,
        )
        .await?;
    }
    Ok(())
}

/// Open missed calls that this token may see, newest first.
async fn missed(client: &Client, demo: &Demo, token: &Secret) -> Result<Vec<i64>> {
    let url = format!("{}/api/v1/calls?missed=true&done=false&limit=500", demo.url);
    let answer = client.get(url).bearer_auth(&token.0).send().await?;
    let page: Value = answer.error_for_status()?.json().await?;
    let items = page["items"].as_array().map_or(&[][..], Vec::as_slice);
    Ok(items
        .iter()
        .filter_map(|call| call["id"].as_i64())
        .collect())
}

async fn post(client: &Client, token: &Secret, url: &str, body: &Value) -> Result<()> {
    let post = client.post(url).bearer_auth(&token.0).json(body);
    post.send().await?.error_for_status()?;
    Ok(())
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(0)
}
