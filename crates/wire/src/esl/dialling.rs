//! Click to dial: the command that asks for it, and the events that tell what becomes of it.
//!
//! Every channel that is made for an order carries the order's id as a variable: one of several
//! registrations of a phone would not ring if it got a UUID of ours (`origination_uuid`), for all
//! of them would get the same. The job that dials has the order's id, too.

use super::event::Event;
use crate::pbx::{Orders, Originate, RING_SECONDS, Trouble};

/// The command.
pub(super) fn command(order: &Originate) -> String {
    let Originate {
        id,
        channel,
        context,
        number,
        phone,
    } = order;
    let (id, number, phone) = (safe(id), safe(number), safe(phone));
    // The own phone shows whom it is about to call; what it calls sees the phone.
    format!(
        "bgapi originate {{origination_caller_id_number={number},\
         effective_caller_id_number={phone},originate_timeout={RING_SECONDS},\
         offhook_dial={id}}}{} {number} XML {}\nJob-UUID: {id}\n\n",
        safe(channel),
        safe(context),
    )
}

/// Without what would be another parameter, or another command.
fn safe(text: &str) -> String {
    let odd =
        |char: char| char.is_control() || char.is_whitespace() || "{}[]<>'\",;".contains(char);
    text.chars().filter(|char| !odd(*char)).collect()
}

/// The order that the PBX took, if that is what a reply says.
pub(super) fn taken(reply: &str) -> Option<&str> {
    reply.strip_prefix("+OK Job-UUID: ").map(str::trim)
}

/// Takes an event.
pub(super) fn event(orders: &mut Orders, event: &Event) {
    if orders.len() == 0 {
        return;
    }
    let get = |key| event.get(key).unwrap_or_default();
    let id = get("variable_offhook_dial");
    match event.name() {
        "CHANNEL_PROGRESS" | "CHANNEL_PROGRESS_MEDIA" => orders.rings(id),
        "CHANNEL_ANSWER" => orders.picked_up(id, get("Unique-ID")),
        "BACKGROUND_JOB" => {
            let (id, body) = (get("Job-UUID"), event.body().trim());
            if let Some(call) = body.strip_prefix("+OK") {
                orders.picked_up(id, call.trim());
            } else {
                let cause = body.strip_prefix("-ERR").unwrap_or(body).trim();
                orders.failed(id, trouble(cause), cause);
            }
        }
        _ => {}
    }
}

/// What the end of a job says of the own phone; a word that is no hangup cause says that the
/// order made no sense to the PBX.
fn trouble(cause: &str) -> Trouble {
    match cause {
        "USER_BUSY" | "CALL_REJECTED" => Trouble::Busy,
        "NO_ANSWER" | "NO_USER_RESPONSE" | "ALLOTTED_TIMEOUT" | "PROGRESS_TIMEOUT"
        | "MEDIA_TIMEOUT" | "ORIGINATOR_CANCEL" | "NORMAL_CLEARING" | "LOSE_RACE" => {
            Trouble::NoAnswer
        }
        "USER_NOT_REGISTERED"
        | "SUBSCRIBER_ABSENT"
        | "UNALLOCATED_NUMBER"
        | "NO_ROUTE_DESTINATION"
        | "DESTINATION_OUT_OF_ORDER"
        | "RECOVERY_ON_TIMER_EXPIRE"
        | "GATEWAY_DOWN" => Trouble::Unreachable,
        "NORMAL_CIRCUIT_CONGESTION"
        | "SWITCH_CONGESTION"
        | "NORMAL_TEMPORARY_FAILURE"
        | "NETWORK_OUT_OF_ORDER" => Trouble::Congestion,
        _ => Trouble::Refused,
    }
}
