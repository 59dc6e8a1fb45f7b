//! A channel, and what its name and surroundings tell of the device behind it.

use offhook_core::call::LegOutcome;

use super::super::event::Event;
use crate::pbx::Trunks;

/// What is at the other end of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A phone here.
    Phone,
    /// The world outside.
    Trunk,
    /// Half of a pair within FreeSWITCH: never a party, but conversations lead through it.
    Loopback,
}

/// Lines rather than accounts.
const LINES: [&str; 4] = ["freetdm", "openzap", "dahdi", "khomp"];
/// Words in the name of a profile that leads outside.
const OUTSIDE: [&str; 6] = [
    "external", "trunk", "carrier", "gateway", "pstn", "provider",
];

/// A channel.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) kind: Kind,
    /// The extension of a phone, the number outside of a trunk.
    pub(super) number: String,
    pub(super) name: Option<String>,
    /// The call that it is part of; none while it shows none.
    pub(super) call: Option<String>,
    /// Whom it is bridged with.
    pub(super) peer: Option<String>,
    /// The other half of a loopback.
    pub(super) half: Option<String>,
    /// `LegRang` was said of it, under this id: its own at that time, whatever it is renamed to.
    pub(super) leg: Option<String>,
    /// It was dialled and is not picked up yet. FreeSWITCH bridges for early media, too: such a
    /// bridge is no conversation.
    pub(super) rings: bool,
    /// It spoke with somebody.
    pub(super) picked_up: bool,
    /// How often its call had been taken when it began to ring.
    pub(super) takes_before: usize,
    /// Something was heard of it since the list of channels was asked for.
    pub(super) heard: bool,
}

/// The names that a channel goes by.
fn names<'e>(event: &'e Event, channel: &'e str) -> Vec<&'e str> {
    let mut names = vec![channel];
    let mut parts = channel.splitn(3, '/');
    if let (Some(technology), Some(profile)) = (parts.next(), parts.next()) {
        names.push(profile);
        names.push(
            channel
                .get(..technology.len() + 1 + profile.len())
                .unwrap_or(""),
        );
    }
    let more = [
        "variable_sip_gateway_name",
        "variable_sip_gateway",
        "Caller-Context",
    ];
    names.extend(more.iter().filter_map(|key| event.get(key)));
    names
}

/// The part of a channel's name between its profile and the machine: `101` of
/// `sofia/internal/101@10.0.0.5:5060`.
fn user(channel: &str) -> &str {
    let rest = channel.splitn(3, '/').nth(2).unwrap_or(channel);
    let rest = rest.strip_prefix("sip:").unwrap_or(rest);
    rest.split(['@', ';']).next().unwrap_or(rest)
}

fn is_short(text: &str) -> bool {
    (2..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_long(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    digits.len() >= 7 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is at the other end, by the trunks that are named, else by how the channel looks.
pub(super) fn kind(event: &Event, trunks: &Trunks) -> Kind {
    let channel = event.get("Channel-Name").unwrap_or("");
    if channel.starts_with("loopback/") {
        return Kind::Loopback;
    }
    let has = |key| event.get(key).is_some();
    let inbound = event.get("Call-Direction") == Some("inbound");
    let signed_in = has("variable_sip_auth_username") || has("variable_user_name");
    // Who calls in without an account is no phone of ours.
    let stranger = inbound && event.get("Caller-Context") == Some("public") && !signed_in;
    if !trunks.is_unset() {
        // A trunk that is named by its gateway calls in without telling it.
        let is_trunk = stranger || trunks.matches(names(event, channel));
        return if is_trunk { Kind::Trunk } else { Kind::Phone };
    }
    let technology = channel.split('/').next().unwrap_or("").to_lowercase();
    let profile = channel.split('/').nth(1).unwrap_or("").to_lowercase();
    // A phone at home may be signed in where the trunks are.
    let own = if inbound {
        signed_in
    } else {
        has("variable_dialed_user")
    };
    let is_trunk = has("variable_sip_gateway_name")
        || stranger
        || LINES.contains(&technology.as_str())
        || (!own && OUTSIDE.iter().any(|word| profile.contains(word)))
        // A number that comes from or goes to another machine without a gateway of its own.
        || (!own && is_long(user(channel)));
    if is_trunk { Kind::Trunk } else { Kind::Phone }
}

impl Channel {
    /// A channel as it begins.
    pub(super) fn begin(event: &Event, trunks: &Trunks) -> Self {
        let kind = kind(event, trunks);
        let inbound = event.get("Call-Direction") == Some("inbound");
        let caller = event.get("Caller-Caller-ID-Number").unwrap_or("");
        let dialled = event.get("Caller-Destination-Number").unwrap_or("");
        let user = user(event.get("Channel-Name").unwrap_or(""));
        let number = match (kind, inbound) {
            (Kind::Trunk, true) => caller,
            (Kind::Trunk, false) => dialled,
            (_, true) => (event.get("variable_user_name"))
                .or_else(|| event.get("variable_sip_auth_username"))
                .or_else(|| Some(user).filter(|user| is_short(user)))
                .unwrap_or(caller),
            // A contact's user may be anything.
            (_, false) => (event.get("variable_dialed_user"))
                .or_else(|| Some(dialled).filter(|dialled| is_short(dialled)))
                .or_else(|| Some(user).filter(|user| is_short(user)))
                .unwrap_or(dialled),
        };
        let number = if number.is_empty() { user } else { number };
        let name = event
            .get("Caller-Caller-ID-Name")
            .filter(|name| inbound && *name != caller);
        Self {
            kind,
            number: number.to_owned(),
            name: name.map(str::to_owned),
            call: None,
            peer: None,
            half: event
                .get("variable_other_loopback_leg_uuid")
                .map(str::to_owned),
            leg: None,
            rings: !inbound && matches!(event.get("Answer-State"), Some("ringing" | "early")),
            picked_up: false,
            takes_before: 0,
            heard: true,
        }
    }

    /// How it ended as a leg of a call, by its `Hangup-Cause`.
    pub(super) fn outcome(&self, cause: &str, taken: bool) -> LegOutcome {
        match cause {
            _ if self.picked_up => LegOutcome::Answered,
            "LOSE_RACE" | "PICKED_OFF" | "ANSWERED_ELSEWHERE" => LegOutcome::AnsweredElsewhere,
            // Behind a loopback the race is lost by the half in front.
            "ORIGINATOR_CANCEL" | "NORMAL_CLEARING" | "" if taken => LegOutcome::AnsweredElsewhere,
            "CALL_REJECTED" => LegOutcome::Declined,
            "USER_BUSY" => LegOutcome::Busy,
            "NO_ANSWER" | "NO_USER_RESPONSE" | "ALLOTTED_TIMEOUT" | "PROGRESS_TIMEOUT"
            | "MEDIA_TIMEOUT" | "ORIGINATOR_CANCEL" | "NORMAL_CLEARING" | "" => {
                LegOutcome::NoAnswer
            }
            "BLIND_TRANSFER" | "ATTENDED_TRANSFER" | "REDIRECTION_TO_NEW_DESTINATION" => {
                LegOutcome::Forwarded
            }
            _ => LegOutcome::Unreachable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(
        inbound: bool,
        name: &str,
        more: &[(&str, &str)],
        trunks: &[&str],
    ) -> (Kind, String) {
        let direction = if inbound { "inbound" } else { "outbound" };
        let mut headers = vec![("Call-Direction", direction), ("Channel-Name", name)];
        headers.extend(more);
        let channel = Channel::begin(&Event::from_headers(&headers), &Trunks::new(trunks));
        (channel.kind, channel.number)
    }

    #[test]
    fn who_is_behind_it() {
        use Kind::{Loopback, Phone, Trunk};
        let public = ("Caller-Context", "public");
        let caller = |number| ("Caller-Caller-ID-Number", number);
        let dialled = |number| ("Caller-Destination-Number", number);
        type Case<'c> = (
            bool,
            &'c str,
            &'c [(&'c str, &'c str)],
            &'c [&'c str],
            Kind,
            &'c str,
        );
        let cases: [Case; 20] = [
            (
                true,
                "sofia/external/4930@1.2.3.4",
                &[caller("4930"), public],
                &[],
                Trunk,
                "4930",
            ),
            (
                true,
                "sofia/internal/4930@1.2.3.4",
                &[caller("4930"), public],
                &[],
                Trunk,
                "4930",
            ),
            (
                true,
                "sofia/internal/101@pbx",
                &[caller("101")],
                &[],
                Phone,
                "101",
            ),
            (
                true,
                "sofia/internal/emma@pbx",
                &[("variable_user_name", "101")],
                &[],
                Phone,
                "101",
            ),
            (
                true,
                "sofia/internal/x@pbx",
                &[("variable_user_name", "101"), public],
                &[],
                Phone,
                "101",
            ),
            (
                false,
                "sofia/internal/101@10.0.0.5",
                &[dialled("101")],
                &[],
                Phone,
                "101",
            ),
            (
                false,
                "sofia/internal/a7f3k@10.0.0.5",
                &[dialled("a7f3k"), ("variable_dialed_user", "101")],
                &[],
                Phone,
                "101",
            ),
            (
                false,
                "sofia/external/493012345",
                &[dialled("493012345"), ("variable_sip_gateway_name", "c")],
                &[],
                Trunk,
                "493012345",
            ),
            (
                false,
                "sofia/internal/493012345@sbc",
                &[dialled("493012345")],
                &[],
                Trunk,
                "493012345",
            ),
            (
                false,
                "freetdm/1:2/030123",
                &[dialled("030123")],
                &[],
                Trunk,
                "030123",
            ),
            (false, "verto.rtc/102", &[dialled("102")], &[], Phone, "102"),
            // A number that comes from another machine, in a context of any name.
            (
                true,
                "sofia/wan/4930111222@sbc",
                &[caller("4930111222"), ("Caller-Context", "from-sbc")],
                &[],
                Trunk,
                "4930111222",
            ),
            // The number of a phone may be as long as one outside.
            (
                true,
                "sofia/internal/4930111222@pbx",
                &[caller("4930111222"), ("variable_user_name", "101")],
                &[],
                Phone,
                "101",
            ),
            // Phones at home, where the trunks are.
            (
                true,
                "sofia/external/101@pbx",
                &[caller("101"), ("variable_user_name", "101")],
                &[],
                Phone,
                "101",
            ),
            (
                false,
                "sofia/external/101@10.0.0.5",
                &[dialled("101"), ("variable_dialed_user", "101")],
                &[],
                Phone,
                "101",
            ),
            // A trunk that is named by its gateway calls in without telling it.
            (
                true,
                "sofia/external/4930@1.2.3.4",
                &[caller("4930"), public],
                &["carrier"],
                Trunk,
                "4930",
            ),
            (
                true,
                "sofia/internal/101@pbx",
                &[caller("101"), ("variable_user_name", "101"), public],
                &["carrier"],
                Phone,
                "101",
            ),
            (
                false,
                "loopback/101-a",
                &[dialled("101")],
                &[],
                Loopback,
                "101",
            ),
            (
                false,
                "sofia/lan/493012345@x",
                &[dialled("493012345")],
                &["office"],
                Phone,
                "493012345",
            ),
            (
                true,
                "sofia/lan/4930@x",
                &[caller("4930")],
                &["sofia/lan"],
                Trunk,
                "4930",
            ),
        ];
        for (inbound, name, more, trunks, kind, number) in cases {
            let found = channel(inbound, name, more, trunks);
            assert_eq!(
                found,
                (kind, number.to_owned()),
                "{name} {more:?} {trunks:?}"
            );
        }
        let gateway = ("variable_sip_gateway_name", "office");
        assert_eq!(
            channel(false, "sofia/lan/4930@x", &[gateway], &["office"]).0,
            Trunk
        );
    }

    #[test]
    fn how_legs_end() {
        let mut leg = Channel::begin(&Event::default(), &Trunks::default());
        for (cause, taken, outcome) in [
            ("LOSE_RACE", true, "answered_elsewhere"),
            ("PICKED_OFF", false, "answered_elsewhere"),
            ("ORIGINATOR_CANCEL", true, "answered_elsewhere"),
            ("ORIGINATOR_CANCEL", false, "no_answer"),
            ("CALL_REJECTED", true, "declined"),
            ("USER_BUSY", false, "busy"),
            ("NO_ANSWER", true, "no_answer"),
            ("USER_NOT_REGISTERED", false, "unreachable"),
            ("NORMAL_TEMPORARY_FAILURE", false, "unreachable"),
        ] {
            assert_eq!(
                leg.outcome(cause, taken).as_str(),
                outcome,
                "{cause} {taken}"
            );
        }
        leg.picked_up = true;
        assert_eq!(leg.outcome("LOSE_RACE", true), LegOutcome::Answered);
    }
}
