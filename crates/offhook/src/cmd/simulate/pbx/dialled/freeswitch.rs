//! FreeSWITCH's events of an order (facts/pbx-events.md, "FreeSWITCH ESL").

use super::super::serve::Request;
use super::{
    ANSWERED, DIALLED, Fate, HUNG_UP, NOT_PICKED_UP, Order, PICKED_UP, RINGS, TRIED, phone_of,
};

pub(super) fn play(request: &Request) -> Option<Vec<(u64, String)>> {
    let order = request.command("bgapi originate ")?;
    let (variables, order) = match order.strip_prefix('{') {
        Some(rest) => rest.split_once('}')?,
        None => ("", order),
    };
    let mut words = order.split_whitespace();
    let id = request.header("Job-UUID").unwrap_or("");
    let order = Order {
        id,
        first: format!("{id}-a"),
        phone: phone_of(words.next()?),
        number: words.next()?,
    };
    Some(script(&order, variables))
}

fn script(order: &Order<'_>, variables: &str) -> Vec<(u64, String)> {
    let Order {
        id,
        first,
        phone,
        number,
    } = order;
    let variables: Vec<String> = (variables.split(','))
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| format!("variable_{key}: {value}\n"))
        .collect();
    let variables = variables.concat();
    let own = Leg {
        id: first.clone(),
        name: format!("sofia/internal/{phone}%40office"),
        number: (*phone).to_owned(),
        more: format!("variable_dialed_user: {phone}\n{variables}"),
    };
    let made_for = format!(
        "Other-Type: originator\nOther-Leg-Unique-ID: {first}\nvariable_originator: {first}\n"
    );
    let (name, kind) = if order.is_inside() {
        (
            format!("sofia/internal/{number}%40office"),
            format!("variable_dialed_user: {number}\n"),
        )
    } else {
        (
            format!("sofia/external/{number}"),
            "variable_sip_gateway_name: carrier\n".to_owned(),
        )
    };
    let far = Leg {
        id: format!("{id}-b"),
        name,
        number: (*number).to_owned(),
        more: made_for + &kind,
    };
    let taken =
        format!("Content-Type: command/reply\nReply-Text: +OK Job-UUID: {id}\nJob-UUID: {id}\n\n");
    let mut script = vec![(0, taken)];
    let rings = [
        (TRIED, own.event("CHANNEL_CREATE", "ringing", "")),
        (RINGS, own.event("CHANNEL_PROGRESS", "ringing", "")),
    ];
    let lost = |cause: &str| own.hangs(cause) + &job(id, &format!("-ERR {cause}\n"));
    match order.fate() {
        Fate::Unreachable => script.push((TRIED, job(id, "-ERR USER_NOT_REGISTERED\n"))),
        Fate::Declined => {
            script.extend(rings);
            script.push((PICKED_UP, lost("CALL_REJECTED")));
        }
        Fate::NotPickedUp => {
            script.extend(rings);
            script.push((NOT_PICKED_UP, lost("NO_ANSWER")));
        }
        Fate::Answered => {
            script.extend(rings);
            let up = own.event("CHANNEL_ANSWER", "answered", "");
            script.push((PICKED_UP, up + &job(id, &format!("+OK {first}\n"))));
            let dialled = far.event("CHANNEL_CREATE", "ringing", "");
            script.push((
                DIALLED,
                dialled + &far.event("CHANNEL_PROGRESS", "ringing", ""),
            ));
            let bridged = format!(
                "Bridge-A-Unique-ID: {first}\nBridge-B-Unique-ID: {}\n",
                far.id
            );
            let answered = far.event("CHANNEL_ANSWER", "answered", "");
            let bridged = own.event("CHANNEL_BRIDGE", "answered", &bridged);
            script.push((ANSWERED, answered + &bridged));
            let cause = "NORMAL_CLEARING";
            script.push((HUNG_UP, far.hangs(cause) + &own.hangs(cause)));
        }
    }
    script
}

/// A channel.
struct Leg {
    id: String,
    name: String,
    number: String,
    more: String,
}

impl Leg {
    fn event(&self, name: &str, state: &str, more: &str) -> String {
        let Self {
            id,
            name: channel,
            number,
            more: own,
        } = self;
        framed(&format!(
            "Event-Name: {name}\nUnique-ID: {id}\nChannel-Name: {channel}\n\
             Call-Direction: outbound\nAnswer-State: {state}\nCaller-Context: default\n\
             Caller-Destination-Number: {number}\n{own}{more}\n"
        ))
    }

    fn hangs(&self, cause: &str) -> String {
        self.event(
            "CHANNEL_HANGUP_COMPLETE",
            "hangup",
            &format!("Hangup-Cause: {cause}\n"),
        )
    }
}

/// The end of the job that dials.
fn job(id: &str, result: &str) -> String {
    let length = result.len();
    framed(&format!(
        "Event-Name: BACKGROUND_JOB\nJob-UUID: {id}\nJob-Command: originate\n\
         Content-Length: {length}\n\n{result}"
    ))
}

fn framed(body: &str) -> String {
    let length = body.len();
    format!("Content-Length: {length}\nContent-Type: text/event-plain\n\n{body}")
}
