use super::{Capture, Connection, Expected};

/// What a PBX said on a connection, message by message. What it said while it let the client in
/// is one message, the first.
pub fn messages(pbx: &str, bytes: &[u8]) -> Vec<Vec<u8>> {
    if pbx == "asterisk" {
        return asterisk_messages(bytes);
    }
    let mut messages: Vec<Vec<u8>> = vec![Vec::new()];
    for frame in freeswitch_frames(bytes) {
        let head = &frame[..frame.len().min(100)];
        if String::from_utf8_lossy(head).contains("Content-Type: text/event-") {
            messages.push(frame.to_vec());
        } else {
            messages[0].extend(frame);
        }
    }
    messages
}

/// Each with its empty line; the banner and the answer to the login are in one.
fn asterisk_messages(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    let mut start = 0;
    while let Some(end) = find(&bytes[start..], b"\r\n\r\n") {
        messages.push(bytes[start..start + end + 4].to_vec());
        start += end + 4;
    }
    messages
}

fn freeswitch_frames(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut frames, mut start) = (Vec::new(), 0);
    while let Some(gap) = find(&bytes[start..], b"\n\n") {
        let head = String::from_utf8_lossy(&bytes[start..start + gap]);
        let length = (head.lines()).find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.map_or(0, |length| length.parse().expect("a whole capture"));
        let end = start + gap + 2 + length;
        frames.push(&bytes[start..end]);
        start = end;
    }
    frames
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    (bytes.windows(what.len())).position(|window| window == what)
}

/// The same calls under other ids: an Asterisk with a system name, and other Local channels. Those
/// of a FreeSWITCH are never the same.
fn elsewhere(message: &[u8]) -> Vec<u8> {
    let ids = ["Uniqueid: ", "UniqueID: ", "Linkedid: ", "LinkedID: "];
    let message = String::from_utf8_lossy(message);
    let lines = message.split_inclusive('\n').map(|line| {
        let id = ids.iter().find_map(|id| Some((line.find(id)?, id.len())));
        match id {
            Some((place, length)) if line[place + length..].starts_with("179") => {
                let (key, value) = line.split_at(place + length);
                format!("{key}pbx2-{value}")
            }
            _ if line.contains("Local/") => line.replace("-0000", "-9000"),
            _ => line.to_owned(),
        }
    });
    lines.collect::<String>().into_bytes()
}

/// Two single scenarios at a time on one connection; `other_is_next` says of whose messages the
/// next one is, while both have some.
pub fn weave(
    pbx: &str,
    one: &Capture,
    other: &Capture,
    mut other_is_next: impl FnMut() -> bool,
) -> Capture {
    let [first, second] = [one, other].map(|capture| messages(pbx, &capture.connections[0].bytes));
    let mut first = first.into_iter().peekable();
    // The client is let in once.
    let mut bytes = first.next().unwrap_or_default();
    let mut second = second.into_iter().skip(1).peekable();
    while first.peek().is_some() || second.peek().is_some() {
        let other_is_next = first.peek().is_none() || second.peek().is_some() && other_is_next();
        if other_is_next {
            let message = second.next().unwrap_or_default();
            bytes.extend(match pbx {
                "asterisk" => elsewhere(&message),
                _ => message,
            });
        } else {
            bytes.extend(first.next().unwrap_or_default());
        }
    }
    let (one, other) = (&one.expected, &other.expected);
    Capture {
        connections: vec![Connection {
            reads: vec![(0, bytes.len(), 0)],
            bytes,
        }],
        expected: Expected {
            scenario: format!("{} and {}", one.scenario, other.scenario),
            files: Vec::new(),
            calls: [&*one.calls, &other.calls].concat(),
            optional_calls: [&*one.optional_calls, &other.optional_calls].concat(),
            internal: [&*one.internal, &other.internal].concat(),
        },
    }
}
