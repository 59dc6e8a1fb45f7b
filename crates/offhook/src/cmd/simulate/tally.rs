//! What came of a simulation so far.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::call::{Event, Step};
use super::endpoint::Outcome;

/// An endpoint that gives this many times in a row no answer is gone.
const GONE: u64 = 20;

/// Counts what came of steps, for all senders.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: Mutex<Counts>,
    /// Has a permit once nothing more is worth sending.
    end: Notify,
}

/// The counts at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Calls that began.
    pub(crate) calls: u64,
    /// Events that were sent.
    pub(crate) events: u64,
    /// Answers other than 200.
    pub(crate) other: u64,
    /// Events without an answer.
    pub(crate) unanswered: u64,
    in_a_row: u64,
    /// Why nothing more is worth sending.
    pub(crate) end: Option<String>,
}

impl Tally {
    pub(crate) fn counts(&self) -> Counts {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Done when nothing more is worth sending; for one listener.
    pub(super) async fn ended(&self) {
        self.end.notified().await;
    }

    pub(super) fn began(&self) {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .calls += 1;
    }

    pub(super) fn add(&self, host: &str, step: &Step, outcome: Outcome) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if outcome == Outcome::Unsaid {
            return;
        }
        counts.events += 1;
        let answered = !matches!(outcome, Outcome::Unanswered(_));
        counts.in_a_row = if answered { 0 } else { counts.in_a_row + 1 };
        match outcome {
            Outcome::Taken | Outcome::Unsaid => {}
            Outcome::Other(status) => {
                counts.other += 1;
                tracing::debug!(%status, event = word(step), "an answer other than 200");
            }
            Outcome::Refused(why) => {
                counts.other += 1;
                counts.end.get_or_insert(why);
                self.end.notify_one();
            }
            Outcome::Unanswered(why) => {
                counts.unanswered += 1;
                let never = counts.unanswered == counts.events;
                if never || counts.in_a_row >= GONE {
                    let is = if never {
                        "can not be reached"
                    } else {
                        "is gone"
                    };
                    let end = &mut counts.end;
                    end.get_or_insert_with(|| format!("{host} {is}: {why}"));
                    self.end.notify_one();
                }
            }
        }
    }
}

fn word(step: &Step) -> &'static str {
    match step.event {
        Event::NewCall => "newCall",
        Event::Answer(_) => "answer",
        Event::Hangup { .. } => "hangup",
    }
}

impl Counts {
    /// The one line at the end.
    pub(crate) fn summary(&self) -> String {
        let unanswered = match self.unanswered {
            0 => String::new(),
            count => format!(", {} without an answer", many(count, "event")),
        };
        format!(
            "{}, {}, {} other than 200{unanswered}",
            many(self.calls, "call"),
            many(self.events, "event"),
            many(self.other, "answer"),
        )
    }
}

pub(crate) fn many(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::cmd::simulate::{Arrivals, Mix, Plan, Setting};

    fn counted(outcomes: &[(Outcome, usize)]) -> Counts {
        let setting = Setting {
            mix: Mix::default(),
            arrivals: Arrivals::Steady { per_minute: 1.0 },
            count: Some(1),
            untidy: false,
        };
        let step = Plan::new(1, setting).next().unwrap();
        let tally = Tally::default();
        tally.began();
        for (outcome, times) in outcomes {
            for _ in 0..*times {
                tally.add("http://h", &step, outcome.clone());
            }
        }
        tally.counts()
    }

    #[test]
    fn summaries_and_ends() {
        let (taken, gone) = (Outcome::Taken, Outcome::Unanswered("refused".to_owned()));
        let other = Outcome::Other(StatusCode::SERVICE_UNAVAILABLE);
        let refused = Outcome::Refused("no".to_owned());
        for (outcomes, summary, end) in [
            (
                vec![(taken.clone(), 2), (Outcome::Unsaid, 1), (other, 1)],
                "1 call, 3 events, 1 answer other than 200",
                None,
            ),
            (
                vec![(gone.clone(), 1)],
                "1 call, 1 event, 0 answers other than 200, 1 event without an answer",
                Some("http://h can not be reached: refused"),
            ),
            (
                vec![(taken.clone(), 1), (gone.clone(), 19), (taken.clone(), 1)],
                "1 call, 21 events, 0 answers other than 200, 19 events without an answer",
                None,
            ),
            (
                vec![(taken.clone(), 1), (gone, 20)],
                "1 call, 21 events, 0 answers other than 200, 20 events without an answer",
                Some("http://h is gone: refused"),
            ),
            (
                vec![(taken, 1), (refused, 2)],
                "1 call, 3 events, 2 answers other than 200",
                Some("no"),
            ),
        ] {
            let counts = counted(&outcomes);
            assert_eq!(counts.summary(), summary);
            assert_eq!(counts.end.as_deref(), end, "{summary}");
        }
    }
}
