//! How a call of each kind goes, moment by moment.

use std::sync::Arc;

use fastrand::Rng;
use offhook_core::call::{Cause, Direction};

use super::call::{Call, Event, Step, Taker};
use super::mix::Kind;
use super::office::{AGENTS, Agent, LINES};
use super::people;

/// What bridges send for a caller who withholds the number.
const WITHHELD: &str = "anonymous";

/// How long a caller waits for somebody who is on the phone. More calls than this lets an office
/// take are taken all the same: a load test asks for them.
const PATIENCE: u64 = 60_000;

/// Until when everybody is on the phone: one person does not take two calls at a time.
#[derive(Debug, Default)]
pub(super) struct Desk([u64; AGENTS.len()]);

impl Desk {
    /// Who of these takes a call that rings from this time on: somebody free, else whoever is free
    /// soonest.
    fn take(&self, agents: &[usize], at: u64, rng: &mut Rng) -> usize {
        let free = agents.iter().copied().filter(|agent| self.0[*agent] <= at);
        let free: Vec<usize> = free.collect();
        if free.is_empty() {
            let soonest = agents.iter().copied().min_by_key(|agent| self.0[*agent]);
            return soonest.unwrap_or(0);
        }
        free[rng.usize(..free.len())]
    }

    /// When a call that rings from `start` on is answered by someone who would need `ringing` for
    /// it with the hands free.
    fn answered(&self, agent: usize, start: u64, ringing: u64) -> u64 {
        let free = self.0[agent] + 1_500;
        if free <= start + PATIENCE {
            free.max(start + ringing)
        } else {
            start + ringing
        }
    }
}

/// Tells a call that begins at `start`. Steps are in order of sending.
pub(super) fn story(
    number: u64,
    kind: Kind,
    start: u64,
    desk: &mut Desk,
    rng: &mut Rng,
) -> Vec<Step> {
    let (call, moments) = match kind {
        Kind::Outbound => outbound(number, start, desk, rng),
        _ => inbound(number, kind, start, desk, rng),
    };
    let call = Arc::new(call);
    let last = moments.len() - 1;
    let steps = moments
        .into_iter()
        .enumerate()
        .map(|(place, (at, event))| Step {
            at,
            happened: at,
            call: Arc::clone(&call),
            event,
            last: place == last,
        });
    steps.collect()
}

type Moments = Vec<(u64, Event)>;

fn inbound(number: u64, kind: Kind, start: u64, desk: &mut Desk, rng: &mut Rng) -> (Call, Moments) {
    let from = match rng.u32(..100) {
        ..7 => WITHHELD.to_owned(),
        7..70 => people::somebody(rng),
        _ => people::stranger(rng),
    };
    let mut call = Call {
        number,
        direction: Direction::In,
        from,
        to: String::new(),
        queue: None,
        agents: Vec::new(),
    };
    let called: Vec<usize> = if rng.u32(..100) < 75 {
        // The line that stands first is called most.
        let line = &LINES[rng.usize(..LINES.len()).min(rng.usize(..LINES.len()))];
        line.number.clone_into(&mut call.to);
        call.queue = Some(line.queue);
        line.members.to_vec()
    } else {
        let everybody: Vec<usize> = (0..AGENTS.len()).collect();
        let agent = desk.take(&everybody, start, rng);
        AGENTS[agent].direct.clone_into(&mut call.to);
        vec![agent]
    };
    call.agents = called.iter().map(|agent| &AGENTS[*agent]).collect();

    let mut moments = vec![(start, Event::NewCall)];
    match kind {
        Kind::Answered | Kind::Outbound => {
            let agent = desk.take(&called, start, rng);
            let answered = desk.answered(agent, start, rng.u64(2_500..22_000));
            let ended = answered + talk(rng);
            desk.0[agent] = ended;
            let taker = Taker::Agent(&AGENTS[agent]);
            moments.push((answered, Event::Answer(taker)));
            moments.push((
                ended,
                hangup(Cause::NormalClearing, Some(taker), ended - answered),
            ));
        }
        Kind::Voicemail => {
            let answered = start + rng.u64(15_000..25_000);
            let ended = answered + rng.u64(4_000..45_000);
            moments.push((answered, Event::Answer(Taker::Mailbox)));
            let end = hangup(
                Cause::NormalClearing,
                Some(Taker::Mailbox),
                ended - answered,
            );
            moments.push((ended, end));
        }
        Kind::Missed => {
            let (ended, cause) = match rng.u32(..100) {
                ..68 => (start + rng.u64(4_000..40_000), Cause::Cancel),
                68..97 => (start + rng.u64(30_000..60_000), Cause::NoAnswer),
                _ => (start + rng.u64(500..2_000), Cause::Congestion),
            };
            moments.push((ended, hangup(cause, None, 0)));
        }
        Kind::Busy => {
            // A machine that calls everybody gets through to nobody.
            if rng.u32(..100) < 30 {
                people::NUISANCE.clone_into(&mut call.from);
            }
            let ended = start + rng.u64(150..900);
            moments.push((ended, hangup(Cause::Busy, None, 0)));
        }
        Kind::Forwarded => {
            let ended = start + rng.u64(1_000..20_000);
            moments.push((ended, hangup(Cause::Forwarded, None, 0)));
        }
    }
    (call, moments)
}

fn outbound(number: u64, start: u64, desk: &mut Desk, rng: &mut Rng) -> (Call, Moments) {
    let everybody: Vec<usize> = (0..AGENTS.len()).collect();
    let place = desk.take(&everybody, start, rng);
    let agent: &'static Agent = &AGENTS[place];
    let known = rng.u32(..100) < 75;
    let call = Call {
        number,
        direction: Direction::Out,
        from: agent.direct.to_owned(),
        to: if known {
            people::somebody(rng)
        } else {
            people::stranger(rng)
        },
        queue: None,
        agents: vec![agent],
    };
    let mut moments = vec![(start, Event::NewCall)];
    let ended = match rng.u32(..100) {
        ..70 => {
            let answered = start + rng.u64(4_000..25_000);
            let ended = answered + talk(rng);
            let taker = Taker::Outside;
            moments.push((answered, Event::Answer(taker)));
            moments.push((
                ended,
                hangup(Cause::NormalClearing, Some(taker), ended - answered),
            ));
            ended
        }
        70..90 => {
            let (shortest, cause) = match rng.u32(..100) {
                ..75 => (8_000, Cause::Cancel),
                75..95 => (40_000, Cause::NoAnswer),
                _ => (500, Cause::NotFound),
            };
            let ended = start + rng.u64(shortest..shortest + 20_000);
            moments.push((ended, hangup(cause, None, 0)));
            ended
        }
        _ => {
            let ended = start + rng.u64(1_500..6_000);
            moments.push((ended, hangup(Cause::Busy, None, 0)));
            ended
        }
    };
    desk.0[place] = ended;
    (call, moments)
}

fn hangup(cause: Cause, taken: Option<Taker>, talked_millis: u64) -> Event {
    Event::Hangup {
        cause,
        taken,
        talked_seconds: talked_millis / 1000,
    }
}

/// From 12 seconds to five minutes, most often about a minute.
fn talk(rng: &mut Rng) -> u64 {
    let short = rng.u64(12_000..300_000);
    short
        .min(rng.u64(12_000..300_000))
        .min(rng.u64(12_000..300_000))
}
