//! A short way to write what an Asterisk says, for sequences that no recording holds: a line an
//! event, channels by short ids.
//!
//! ```text
//! new ID LINKEDID NAME [context exten caller state]
//! dial FROM TO DIALSTRING          `-` for nobody (an originate)
//! end FROM TO STATUS
//! enter BRIDGE ID [SWAPPED]        a bridge named h… is a holding bridge
//! leave BRIDGE ID
//! req ID / soft ID                 HangupRequest, SoftHangupRequest
//! hang ID CAUSE
//! link ID LINKEDID                 from its next event on
//! event NAME Key=Value …           anything else; Channel=@ID fills in a channel
//! ```

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use offhook_core::UnixMillis;
use offhook_core::call::LegOutcome;
use offhook_wire::ami::{Login, Session};
use offhook_wire::pbx::{PbxEvent, Said, Session as _, Told, Trunks};

use crate::calls::gather;

#[derive(Debug, Clone, Default)]
struct Channel {
    name: String,
    linkedid: String,
    context: String,
    exten: String,
    caller: String,
    state: String,
}

/// The events of a script, as bytes.
pub(crate) fn ami(script: &str) -> Vec<u8> {
    let mut channels: HashMap<String, Channel> = HashMap::new();
    let mut out = String::from(
        "Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n",
    );
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        let word = |place: usize| words.get(place).copied().unwrap_or_default();
        let mut text;
        match word(0) {
            "new" => {
                let channel = Channel {
                    linkedid: word(2).to_owned(),
                    name: word(3).to_owned(),
                    context: or(word(4), "default"),
                    exten: or(word(5), "s"),
                    caller: or(word(6), "<unknown>"),
                    state: or(word(7), "0"),
                };
                channels.insert(word(1).to_owned(), channel);
                text = format!("Event: Newchannel\r\n{}", headers(&channels, "", word(1)));
            }
            "link" => {
                word(2).clone_into(&mut channels.get_mut(word(1)).unwrap().linkedid);
                continue;
            }
            "dial" => {
                text = format!(
                    "Event: DialBegin\r\n{}{}DialString: {}\r\n",
                    headers(&channels, "", word(1)),
                    headers(&channels, "Dest", word(2)),
                    word(3)
                );
            }
            "end" => {
                text = format!(
                    "Event: DialEnd\r\n{}{}DialStatus: {}\r\n",
                    headers(&channels, "", word(1)),
                    headers(&channels, "Dest", word(2)),
                    word(3)
                );
            }
            "enter" | "leave" => {
                let event = if word(0) == "enter" {
                    "BridgeEnter"
                } else {
                    "BridgeLeave"
                };
                let technology = if word(1).starts_with('h') {
                    "holding_bridge"
                } else {
                    "simple_bridge"
                };
                text = format!(
                    "Event: {event}\r\nBridgeUniqueid: {}\r\nBridgeTechnology: {technology}\r\n{}",
                    word(1),
                    headers(&channels, "", word(2))
                );
                if !word(3).is_empty() {
                    write!(text, "SwapUniqueid: {}\r\n", word(3)).unwrap();
                }
            }
            "req" => {
                text = format!(
                    "Event: HangupRequest\r\n{}",
                    headers(&channels, "", word(1))
                );
            }
            "soft" => {
                text = format!(
                    "Event: SoftHangupRequest\r\n{}",
                    headers(&channels, "", word(1))
                );
            }
            "hang" => {
                text = format!(
                    "Event: Hangup\r\n{}Cause: {}\r\nCause-txt: text\r\n",
                    headers(&channels, "", word(1)),
                    word(2)
                );
            }
            "event" => {
                text = format!("Event: {}\r\n", word(1));
                for pair in &words[2..] {
                    let (key, value) = pair.split_once('=').unwrap();
                    match value.strip_prefix('@') {
                        Some(id) => {
                            let prefix = key.strip_suffix("Channel").unwrap();
                            text.push_str(&headers(&channels, prefix, id));
                        }
                        None => write!(text, "{key}: {value}\r\n").unwrap(),
                    }
                }
            }
            other => panic!("{other}?"),
        }
        out.push_str(&text);
        out.push_str("\r\n");
    }
    out.into_bytes()
}

fn or(word: &str, default: &str) -> String {
    match word {
        "" | "." => default.to_owned(),
        word => word.to_owned(),
    }
}

fn headers(channels: &HashMap<String, Channel>, prefix: &str, id: &str) -> String {
    if id == "-" {
        return String::new();
    }
    let channel = channels
        .get(id)
        .unwrap_or_else(|| panic!("no channel {id}"));
    let Channel {
        name,
        linkedid,
        context,
        exten,
        caller,
        state,
    } = channel;
    format!(
        "{prefix}Channel: {name}\r\n{prefix}ChannelState: {state}\r\n{prefix}CallerIDNum: {caller}\r\n\
         {prefix}Context: {context}\r\n{prefix}Exten: {exten}\r\n{prefix}Uniqueid: {id}\r\n\
         {prefix}Linkedid: {linkedid}\r\n"
    )
}

/// What was told, a line a call in the order of their beginnings.
pub(crate) fn tell(told: &[Told]) -> Vec<String> {
    gather(told.iter().cloned()); // panics where the order of events is wrong
    let mut order = Vec::new();
    let mut calls: BTreeMap<&str, String> = BTreeMap::new();
    let mut legs: HashMap<(&str, &str), &str> = HashMap::new();
    for told in told {
        let Told::Event(PbxEvent { call, said }) = told else {
            continue;
        };
        if !calls.contains_key(call.as_str()) {
            order.push(call.as_str());
        }
        let line = calls.entry(call).or_default();
        let number = |legs: &HashMap<(&str, &str), &str>, leg: &str| {
            legs.iter()
                .find(|((of, id), _)| of == call && *id == leg)
                .map_or_else(
                    || panic!("no leg {leg}"),
                    |(_, number)| (*number).to_owned(),
                )
        };
        let text = match said {
            Said::NewCall(new) => format!("{} {} {}", new.direction.as_str(), new.from, new.to),
            Said::Queued { queue } => format!("queue {queue}"),
            Said::LegRang(leg) => {
                legs.insert((call, &leg.id), &leg.number);
                format!("ring {}", leg.number)
            }
            Said::LegAnswered { leg } => format!("up {}", number(&legs, leg)),
            Said::LegEnded { leg, outcome } if *outcome == LegOutcome::Answered => {
                number(&legs, leg);
                continue;
            }
            Said::LegEnded { leg, outcome } => {
                format!("{} {}", outcome.as_str(), number(&legs, leg))
            }
            Said::Answer { by, .. } => format!("answer {by}"),
            Said::Transferred { by, to, .. } => {
                format!("over {} {to}", by.as_deref().unwrap_or("?"))
            }
            Said::Joined { other } => format!("joined {other}"),
            Said::Hangup { cause, .. } => cause.as_str().to_owned(),
        };
        if !line.is_empty() {
            line.push_str(", ");
        }
        line.push_str(&text);
    }
    order
        .into_iter()
        .map(|id| format!("{id}: {}", calls[id]))
        .collect()
}

/// What a session tells of a script, with these trunks.
pub(crate) fn play(script: &str, trunks: &[&str]) -> Vec<String> {
    let bytes = ami(script);
    let mut lines = Vec::new();
    for size in [bytes.len(), 100] {
        let mut session = Session::new(Login::new("cti", "secret"), Trunks::new(trunks));
        let mut told = Vec::new();
        session.opened(UnixMillis(0));
        for piece in bytes.chunks(size) {
            session.receive(piece, UnixMillis(0));
            told.extend(std::iter::from_fn(|| session.next()));
        }
        session.poll(UnixMillis(5_000));
        told.extend(std::iter::from_fn(|| session.next()));
        lines.push(tell(&told));
    }
    assert_eq!(lines[0], lines[1]);
    lines.swap_remove(0)
}
