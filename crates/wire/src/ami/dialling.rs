//! Click to dial: the action that asks for it, and the events that tell what becomes of it.
//!
//! The first channel of an order gets an id of ours (`ChannelId`), which is the Linkedid of all
//! that is rung for it and the id of the call that follows. Until that channel is up, all of them
//! are the own phone's.

use super::codec::Message;
use crate::pbx::{Orders, Originate, Trouble};

/// In front of an order's id in the ActionID that dials, and in the id of its first channel.
const DIALS: &str = "offhook-dial-";
/// A channel's state: it rings, it was answered (`AST_STATE_RINGING`, `AST_STATE_UP`).
const RINGING: &str = "5";
const UP: &str = "6";

/// The fields of the action.
pub(super) fn action(order: &Originate, ring_seconds: i64) -> Vec<(&'static str, String)> {
    let id = format!("{DIALS}{}", order.id);
    vec![
        ("Action", "Originate".to_owned()),
        ("ActionID", id.clone()),
        ("Channel", order.channel.clone()),
        ("Context", order.context.clone()),
        ("Exten", order.number.clone()),
        ("Priority", "1".to_owned()),
        // The own phone shows whom it is about to call; what it calls sees the phone.
        (
            "CallerID",
            format!("\"{}\" <{}>", order.number, order.phone),
        ),
        ("Timeout", format!("{}", ring_seconds * 1000)),
        ("Async", "true".to_owned()),
        // Known since Asterisk 12; the second one is for the other half of a Local channel.
        ("OtherChannelId", format!("{id}-2")),
        ("ChannelId", id),
    ]
}

/// The order that an ActionID or the id of a channel belongs to.
pub(super) fn order_of(id: &str) -> Option<&str> {
    id.strip_prefix(DIALS)
}

/// Takes an event.
pub(super) fn event(orders: &mut Orders, name: &str, message: &Message) {
    if orders.len() == 0 {
        return;
    }
    let get = |key| message.known(key).unwrap_or_default();
    if name == "OriginateResponse" {
        if let Some(id) = order_of(get("ActionID")) {
            response(orders, id, message);
        }
        return;
    }
    let Some(id) = order_of(get("Linkedid")) else {
        return;
    };
    let is_first = order_of(get("Uniqueid")) == Some(id);
    match (name, get("ChannelState")) {
        ("Newstate", RINGING) => orders.rings(id),
        ("Newstate", UP) if is_first => orders.picked_up(id, get("Linkedid")),
        ("Hangup", _) => {
            let (cause, text) = (get("Cause"), get("Cause-txt"));
            if let Some(trouble) = trouble(cause.parse().unwrap_or_default()) {
                orders.suspect(id, trouble, format!("{cause} {text}").trim_end());
            }
            if is_first {
                orders.failed_as_suspected(id);
            }
        }
        _ => {}
    }
}

/// The PBX's own word on it; it comes last.
fn response(orders: &mut Orders, id: &str, message: &Message) {
    let get = |key| message.known(key).unwrap_or_default();
    if get("Response").eq_ignore_ascii_case("Success") {
        orders.picked_up(id, get("Uniqueid"));
        return;
    }
    let reason = get("Reason");
    // Asterisk's control frames: hangup, ringing, busy, congestion; 0 where not even a channel
    // could be made.
    let trouble = match reason {
        "1" | "3" => Trouble::NoAnswer,
        "5" => Trouble::Busy,
        "8" => Trouble::Congestion,
        _ => Trouble::Unreachable,
    };
    orders.failed(id, trouble, &format!("reason {reason}"));
}

/// What a hangup cause says of the own phone; nothing where it is not one of a failure
/// (facts/pbx-events.md, "Hangup cause").
fn trouble(cause: u16) -> Option<Trouble> {
    Some(match cause {
        17 | 21 => Trouble::Busy,
        18 | 19 => Trouble::NoAnswer,
        1 | 2 | 3 | 20 | 22 | 27 | 28 => Trouble::Unreachable,
        34 | 38 | 41 | 42 | 44 | 47 | 58 => Trouble::Congestion,
        _ => return None,
    })
}
