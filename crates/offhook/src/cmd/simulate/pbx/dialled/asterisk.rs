//! Asterisk's events of an order, as its version 22 says them (facts/pbx-events.md, "Click to
//! dial"): through a Local channel where that is what was asked for.

use super::super::serve::Request;
use super::{
    ANSWERED, DIALLED, Fate, HUNG_UP, NOT_PICKED_UP, Order, PICKED_UP, RINGS, TRIED, phone_of,
};

pub(super) fn play(request: &Request) -> Option<Vec<(u64, String)>> {
    if !request.is("Originate") {
        return None;
    }
    let id = request.header("ActionID").unwrap_or("");
    let channel = request.header("Channel").unwrap_or("");
    let order = Order {
        id,
        first: request.header("ChannelId").unwrap_or(id).to_owned(),
        phone: phone_of(channel),
        number: request.header("Exten").unwrap_or(""),
    };
    let script = Script::new(&order, channel.starts_with("Local/"));
    Some(script.play(order.fate()))
}

/// A channel.
struct Channel {
    name: String,
    id: String,
    context: &'static str,
    number: String,
}

/// Who takes part.
struct Script<'o> {
    order: &'o Order<'o>,
    /// The halves of the Local channel in front of the phone.
    local: Option<[Channel; 2]>,
    phone: Channel,
    far: Channel,
}

impl<'o> Script<'o> {
    fn new(order: &'o Order<'_>, local: bool) -> Self {
        let Order {
            first,
            phone,
            number,
            ..
        } = order;
        let channel = |name: String, id: String, context, number: &str| Channel {
            name,
            id,
            context,
            number: number.to_owned(),
        };
        let half = |half: u8, id: String| {
            channel(
                format!("Local/{phone}@from-internal-{first};{half}"),
                id,
                "from-internal",
                phone,
            )
        };
        let local = local.then(|| [half(1, first.clone()), half(2, format!("{first}-2"))]);
        let id = if local.is_some() {
            format!("{first}-3")
        } else {
            first.clone()
        };
        let far = if order.is_inside() {
            (format!("PJSIP/{number}-{first}"), "from-internal")
        } else {
            (format!("PJSIP/carrier-{first}"), "from-trunk")
        };
        Self {
            order,
            local,
            phone: channel(format!("PJSIP/{phone}-{first}"), id, "from-internal", phone),
            far: channel(far.0, format!("{first}-4"), far.1, number),
        }
    }

    fn play(&self, fate: Fate) -> Vec<(u64, String)> {
        let success = format!(
            "Response: Success\r\nActionID: {}\r\nMessage: Originate successfully queued\r\n\r\n",
            self.order.id
        );
        let mut script = vec![(0, success)];
        if fate == Fate::Unreachable {
            let gone = self.locals_hung_up(20) + &self.response("Failure", 0);
            script.push((TRIED, self.locals_made() + &gone));
            return script;
        }
        script.push((TRIED, self.locals_made() + &self.phone_tried()));
        script.push((RINGS, self.state(&self.phone, 5)));
        match fate {
            Fate::Declined => script.push((PICKED_UP, self.phone_lost("BUSY", 21, 5))),
            Fate::NotPickedUp => script.push((NOT_PICKED_UP, self.phone_lost("NOANSWER", 19, 3))),
            Fate::Answered | Fate::Unreachable => {
                script.push((PICKED_UP, self.picked_up()));
                script.push((DIALLED, self.dialled()));
                script.push((ANSWERED, self.answered()));
                script.push((HUNG_UP, self.hung_up()));
            }
        }
        script
    }

    /// Who dials the phone, and who dials the far side.
    fn diallers(&self) -> (Option<&Channel>, &Channel) {
        match &self.local {
            Some([one, two]) => (Some(two), one),
            None => (None, &self.phone),
        }
    }

    fn locals_made(&self) -> String {
        let Some([one, two]) = &self.local else {
            return String::new();
        };
        let made = [one, two]
            .map(|half| self.event("Newchannel", &[("", half)], &[("ChannelState", "0")]));
        let pair = self.event("LocalBridge", &[("LocalOne", one), ("LocalTwo", two)], &[]);
        let dials = self.event("DialBegin", &[("Dest", one)], &[]);
        made.concat() + &pair + &dials
    }

    fn locals_hung_up(&self, cause: u8) -> String {
        let halves = self.local.iter().flatten().rev();
        halves.map(|half| self.hangs(half, cause)).collect()
    }

    fn phone_tried(&self) -> String {
        self.event("Newchannel", &[("", &self.phone)], &[("ChannelState", "0")])
            + &self.dial(
                "DialBegin",
                self.diallers().0,
                &self.phone,
                ("DialString", self.order.phone),
            )
    }

    fn phone_lost(&self, status: &str, cause: u8, reason: u8) -> String {
        let end = self.dial(
            "DialEnd",
            self.diallers().0,
            &self.phone,
            ("DialStatus", status),
        );
        end + &self.hangs(&self.phone, cause)
            + &self.locals_hung_up(cause)
            + &self.response("Failure", reason)
    }

    fn picked_up(&self) -> String {
        let up = self.state(&self.phone, 6)
            + &self.dial(
                "DialEnd",
                self.diallers().0,
                &self.phone,
                ("DialStatus", "ANSWER"),
            );
        let locals = self.local.as_ref().map_or_else(String::new, |[one, two]| {
            self.bridge("BridgeEnter", 1, &self.phone)
                + &self.bridge("BridgeEnter", 1, two)
                + &self.state(one, 6)
                + &self.dial("DialEnd", None, one, ("DialStatus", "ANSWER"))
        });
        up + &locals + &self.response("Success", 4)
    }

    fn dialled(&self) -> String {
        let to = format!("carrier/{}", self.order.number);
        let to = if self.order.is_inside() {
            self.order.number
        } else {
            &to
        };
        self.event("Newchannel", &[("", &self.far)], &[("ChannelState", "0")])
            + &self.dial(
                "DialBegin",
                Some(self.diallers().1),
                &self.far,
                ("DialString", to),
            )
            + &self.state(&self.far, 5)
    }

    /// They speak; a Local channel between them is taken out.
    fn answered(&self) -> String {
        let dialler = self.diallers().1;
        let spoken = self.state(&self.far, 6)
            + &self.dial(
                "DialEnd",
                Some(dialler),
                &self.far,
                ("DialStatus", "ANSWER"),
            )
            + &self.bridge("BridgeEnter", 2, &self.far)
            + &self.bridge("BridgeEnter", 2, dialler);
        let swap = self.local.as_ref().map_or_else(String::new, |[one, _]| {
            let swapped = [
                ("BridgeUniqueid", self.bridge_id(2)),
                ("SwapUniqueid", one.id.clone()),
            ];
            let more = swapped
                .each_ref()
                .map(|(key, value)| (*key, value.as_str()));
            self.event("BridgeEnter", &[("", &self.phone)], &more)
        });
        spoken + &swap + &self.locals_hung_up(16)
    }

    fn hung_up(&self) -> String {
        self.event("HangupRequest", &[("", &self.far)], &[("Cause", "16")])
            + &self.bridge("BridgeLeave", 2, &self.far)
            + &self.bridge("BridgeLeave", 2, &self.phone)
            + &self.hangs(&self.far, 16)
            + &self.hangs(&self.phone, 16)
    }

    fn state(&self, channel: &Channel, state: u8) -> String {
        self.event(
            "Newstate",
            &[("", channel)],
            &[("ChannelState", &state.to_string())],
        )
    }

    fn hangs(&self, channel: &Channel, cause: u8) -> String {
        self.event("Hangup", &[("", channel)], &[("Cause", &cause.to_string())])
    }

    fn dial(&self, name: &str, by: Option<&Channel>, to: &Channel, more: (&str, &str)) -> String {
        let mut channels = vec![("Dest", to)];
        channels.extend(by.map(|by| ("", by)));
        self.event(name, &channels, &[more])
    }

    fn bridge(&self, name: &str, bridge: u8, channel: &Channel) -> String {
        self.event(
            name,
            &[("", channel)],
            &[("BridgeUniqueid", &self.bridge_id(bridge))],
        )
    }

    fn bridge_id(&self, bridge: u8) -> String {
        format!("{}-bridge-{bridge}", self.order.first)
    }

    fn response(&self, response: &str, reason: u8) -> String {
        let Order {
            id, first, number, ..
        } = self.order;
        let uid = if response == "Success" {
            first
        } else {
            "<unknown>"
        };
        format!(
            "Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: {id}\r\n\
             Response: {response}\r\nExten: {number}\r\nReason: {reason}\r\nUniqueid: {uid}\r\n\r\n"
        )
    }

    fn event(&self, name: &str, channels: &[(&str, &Channel)], more: &[(&str, &str)]) -> String {
        let headers = channels.iter().map(|(prefix, channel)| {
            let Channel {
                name,
                id,
                context,
                number,
            } = channel;
            format!(
                "{prefix}Channel: {name}\r\n{prefix}CallerIDNum: {number}\r\n\
                 {prefix}Context: {context}\r\n{prefix}Exten: s\r\n{prefix}Uniqueid: {id}\r\n\
                 {prefix}Linkedid: {}\r\n",
                self.order.first
            )
        });
        let headers: String = headers.collect();
        let more = more
            .iter()
            .map(|(key, value)| format!("{key}: {value}\r\n"));
        let more: String = more.collect();
        format!("Event: {name}\r\nPrivilege: call,all\r\n{headers}{more}\r\n")
    }
}
