//! A call: what was said of it, and why it ended.

use offhook_core::call::{Cause, Direction};

use crate::pbx::NewCall;

/// A call that begins, is told of, and ends.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// Its first channel.
    pub(super) root: String,
    /// How it begins; told once it has a direction.
    pub(super) begins: NewCall,
    /// None while it shows none: a phone that dialled nobody yet.
    pub(super) direction: Option<Direction>,
    /// Somebody answered: a person here, or the far side.
    pub(super) is_answered: bool,
    pub(super) has_mailbox: bool,
    /// How often somebody took it, for the legs that rang before and were not needed any more.
    pub(super) takes: usize,
    /// A number outside answered before anybody here did.
    pub(super) went_outside: bool,
    pub(super) is_queued: bool,
    /// Who speaks with the outside party: their channel, and their number.
    pub(super) holder: Option<(String, String)>,
    /// The outside party of an outbound call, once it answered.
    pub(super) far: Option<String>,
    /// Why the last leg to outside ended that nobody picked up.
    pub(super) last_refusal: Option<String>,
    pub(super) root_end: Option<End>,
    /// The legs that went over to another call; who comes back is none anew.
    pub(super) left: Vec<String>,
    pub(super) heard: bool,
}

/// How a channel ended.
#[derive(Debug, Clone, Default)]
pub(super) struct End {
    /// `Hangup-Cause`.
    pub(super) cause: String,
    /// `variable_sip_hangup_disposition`: who ended it.
    pub(super) disposition: String,
}

impl End {
    /// Whether FreeSWITCH gave the channel up before the far side said anything: the caller went,
    /// or another one was faster.
    pub(super) fn is_taken_back(&self) -> bool {
        let by_us = self.disposition.starts_with("send_") && is_clearing(&self.cause);
        by_us
            || matches!(
                self.cause.as_str(),
                "ORIGINATOR_CANCEL" | "LOSE_RACE" | "PICKED_OFF"
            )
    }
}

impl Call {
    pub(super) fn new(root: &str, begins: NewCall) -> Self {
        Self {
            root: root.to_owned(),
            begins,
            direction: None,
            is_answered: false,
            has_mailbox: false,
            takes: 0,
            went_outside: false,
            is_queued: false,
            holder: None,
            far: None,
            last_refusal: None,
            root_end: None,
            left: Vec::new(),
            heard: true,
        }
    }

    /// Whether the channel is the outside party's, with whose end the call ends.
    pub(super) fn is_outside_party(&self, channel: &str) -> bool {
        match self.direction {
            Some(Direction::Out) => self.far.as_deref() == Some(channel),
            _ => self.root == channel,
        }
    }

    /// Why it ended (facts/pbx-events.md, "FreeSWITCH ESL").
    pub(super) fn cause(&self) -> Cause {
        if self.is_answered || self.has_mailbox {
            return Cause::NormalClearing;
        }
        if self.went_outside {
            return Cause::Forwarded;
        }
        let end = self.root_end.clone().unwrap_or_default();
        // The caller gave up, whatever became of those who were called.
        if end.cause == "ORIGINATOR_CANCEL" {
            return Cause::Cancel;
        }
        let by_caller = end.disposition.starts_with("recv_") && is_clearing(&end.cause);
        match &self.last_refusal {
            Some(refusal) if self.direction == Some(Direction::Out) => cause_of(refusal),
            _ if by_caller => Cause::Cancel,
            _ => cause_of(&end.cause),
        }
    }
}

fn is_clearing(cause: &str) -> bool {
    matches!(
        cause,
        "NORMAL_CLEARING" | "NORMAL_UNSPECIFIED" | "NONE" | ""
    )
}

/// The cause of a call that nobody answered and that the caller did not end.
fn cause_of(word: &str) -> Cause {
    match word {
        "USER_BUSY" => Cause::Busy,
        "ORIGINATOR_CANCEL" => Cause::Cancel,
        "UNALLOCATED_NUMBER"
        | "NO_ROUTE_DESTINATION"
        | "NO_ROUTE_TRANSIT_NET"
        | "SUBSCRIBER_ABSENT"
        | "USER_NOT_REGISTERED"
        | "NUMBER_CHANGED"
        | "INVALID_NUMBER_FORMAT"
        | "INVALID_URL"
        | "INVALID_PROFILE" => Cause::NotFound,
        "NORMAL_CIRCUIT_CONGESTION"
        | "SWITCH_CONGESTION"
        | "NETWORK_OUT_OF_ORDER"
        | "DESTINATION_OUT_OF_ORDER"
        | "NORMAL_TEMPORARY_FAILURE"
        | "RECOVERY_ON_TIMER_EXPIRE"
        | "REQUESTED_CHAN_UNAVAIL"
        | "CHANNEL_UNACCEPTABLE"
        | "BEARERCAPABILITY_NOTAVAIL"
        | "INCOMPATIBLE_DESTINATION"
        | "OUTGOING_CALL_BARRED"
        | "GATEWAY_DOWN"
        | "SYSTEM_SHUTDOWN"
        | "MANAGER_REQUEST"
        | "CRASH" => Cause::Congestion,
        // Refused, not answered, or ended by the PBX without a word.
        _ => Cause::NoAnswer,
    }
}
