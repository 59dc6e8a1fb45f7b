//! What is told about a made-up call, before it is put into a PBX's words.

use std::sync::Arc;

use offhook_core::call::{Cause, Direction};

use super::office::Agent;

/// A made-up call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// Counts the calls of a plan.
    pub(crate) number: u64,
    pub(crate) direction: Direction,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) queue: Option<&'static str>,
    /// Whose phones ring, or who dials.
    pub(crate) agents: Vec<&'static Agent>,
}

/// Who took a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taker {
    Agent(&'static Agent),
    Mailbox,
    /// The one outside who was called.
    Outside,
}

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    NewCall,
    Answer(Taker),
    Hangup {
        cause: Cause,
        /// Who had taken it.
        taken: Option<Taker>,
        talked_seconds: u64,
    },
}

/// One thing that a PBX reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// When it is sent, in milliseconds from the plan's begin.
    pub(crate) at: u64,
    /// When it happened; bridges send late and in the wrong order at times.
    pub(crate) happened: u64,
    pub(crate) call: Arc<Call>,
    pub(crate) event: Event,
    /// Nothing more is reported about this call.
    pub(crate) last: bool,
}

impl Step {
    /// The end that a call gets when the simulation stops in the middle of it.
    pub(crate) fn stopped(&self) -> Self {
        let (cause, taken) = match &self.event {
            Event::Answer(taker) => (Cause::NormalClearing, Some(*taker)),
            _ => (Cause::Cancel, None),
        };
        Self {
            event: Event::Hangup {
                cause,
                taken,
                talked_seconds: 0,
            },
            last: true,
            ..self.clone()
        }
    }
}
