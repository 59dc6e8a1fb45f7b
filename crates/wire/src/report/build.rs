use std::sync::Arc;

use offhook_core::UnixMillis;
use offhook_core::call::{EventBody, EventKind, Party};
use offhook_core::number::Country;

use super::{AgentHint, Head, Said, Understood, agents, extra, timestamp};
use crate::{cause, params::text};

/// A device's number is kept up to this many characters, as a call's numbers are. Zammad has 100
/// (facts/zammad-cti.md 3.1), which SIP addresses exceed.
const MAX_NUMBER: usize = 255;
/// An id, a name or a queue has at most so many characters, as in Zammad (facts/zammad-cti.md 3.1).
const MAX_NAME: usize = 250;

/// An id, a name or a queue as it is kept.
pub(crate) fn name(text: &str) -> String {
    text::cut(text, MAX_NAME).to_owned()
}

/// Makes the event of what was said. `agents` come before those of the shared keys; `known` are
/// keys (without case, `_` and `-`) that the dialect knows but does not use.
pub(crate) fn build(
    said: &Said<'_>,
    head: Head,
    agents: Vec<AgentHint>,
    known: &[&str],
    mut warnings: Vec<String>,
    (country, now): (Country, UnixMillis),
) -> Understood {
    let timestamp = said.timestamp.and_then(|sent| {
        let time = timestamp::read(sent, now);
        time.map_err(|why| warnings.push(format!("'timestamp' was ignored: it {why}.")))
            .ok()
    });
    for key in &said.doubled {
        warnings.push(format!("'{key}' came more than once: the last one counts."));
    }
    let agents = agents::hints(said, head, agents);
    let (extra, ignored) = extra::keep(&said.others, known, &mut warnings);
    let (cause, cause_text) = said.cause.map_or((None, None), cause::read);
    let party = |sent: Option<&str>| {
        let sent = sent.unwrap_or("");
        // Client 5 sends empty numbers on answer and hangup: it says nothing about them.
        let said = head.kind == EventKind::NewCall || !sent.trim().is_empty();
        said.then(|| Party::read(sent, country))
    };
    let body = EventBody {
        call_id: said.call_id.map(name),
        direction: head.direction,
        from: party(said.from),
        to: party(said.to),
        queue: said.queue.map(name),
        users: said.users.iter().map(|user| name(user)).collect(),
        answering_number: said
            .answering_number
            .map(|number| text::cut(number, MAX_NUMBER).into()),
        cause,
        cause_text,
        extra,
        ..EventBody::new(head.kind)
    };
    Understood {
        body: Arc::new(body),
        timestamp,
        agents,
        ignored,
        warnings,
    }
}
