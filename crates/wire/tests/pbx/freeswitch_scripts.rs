//! What no recording of a FreeSWITCH holds: transfers, pick-ups and consultations, a line an event.
//!
//! ```text
//! in ID NUMBER DIALLED       somebody calls by the trunk
//! phone ID EXTENSION DIALLED a phone here dials
//! leg ID FOR EXTENSION       a phone here is dialled for a channel
//! out ID FOR NUMBER          a number outside is
//! agent ID FOR EXTENSION     a phone is called for somebody in a queue
//! dial ID EXTENSION          a program has a phone here called
//! half ID FOR OTHER [NAME]   half of a loopback, whose other half is OTHER
//! bridge A B, unbridge A B
//! answer ID [EXTENSION CONTEXT]
//! queue ID NAME, fifo ID NAME, app ID APPLICATION [ARGUMENT], rename OLD NEW
//! message ID                 a mailbox has taken a message
//! hang ID CAUSE [DISPOSITION]
//! ```
//!
//! `rings` as the fourth word of a leg: it says so, and that it is picked up only by `answer`.

use offhook_core::UnixMillis;
use offhook_wire::esl::{Login, Session};
use offhook_wire::pbx::{Session as _, Trunks};

use crate::script::tell;

/// A line as the frame of its event.
pub(crate) fn frame(line: &str) -> String {
    let body = event(line);
    let length = body.len();
    format!("Content-Length: {length}\nContent-Type: text/event-plain\n\n{body}")
}

fn event(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let word = |place: usize| words.get(place).copied().unwrap_or_default();
    let create = |inbound: bool, channel: String, more: &str| {
        let direction = if inbound { "inbound" } else { "outbound" };
        format!(
            "Event-Name: CHANNEL_CREATE\nUnique-ID: {}\nCall-Direction: {direction}\n\
             Channel-Name: {channel}\n{more}",
            word(1)
        )
    };
    let (one, two, three) = (word(1), word(2), word(3));
    let state = if word(4) == "rings" {
        "Answer-State: ringing\n"
    } else {
        ""
    };
    let made_for =
        format!("variable_originator: {two}\nCaller-Destination-Number: {three}\n{state}");
    match word(0) {
        "in" => {
            let more = format!(
                "Caller-Context: public\nCaller-Caller-ID-Number: {two}\n\
                 Caller-Destination-Number: {three}\n"
            );
            create(true, format!("sofia/external/{two}@carrier"), &more)
        }
        "phone" => {
            let more = format!(
                "Caller-Context: default\nCaller-Caller-ID-Number: {two}\n\
                 variable_user_name: {two}\nCaller-Destination-Number: {three}\n"
            );
            create(true, format!("sofia/internal/{two}@office"), &more)
        }
        "leg" => create(false, format!("sofia/internal/{three}@10.0.0.5"), &made_for),
        "out" => {
            let more = format!("{made_for}variable_sip_gateway_name: carrier\n");
            create(false, format!("sofia/external/{three}"), &more)
        }
        "agent" => {
            let more = format!(
                "variable_cc_member_session_uuid: {two}\nCaller-Destination-Number: {three}\n{state}"
            );
            create(false, format!("sofia/internal/{three}@10.0.0.5"), &more)
        }
        "half" => {
            let more =
                format!("variable_originator: {two}\nvariable_other_loopback_leg_uuid: {three}\n");
            let name = if word(4).is_empty() { "1-a" } else { word(4) };
            create(false, format!("loopback/{name}"), &more)
        }
        "dial" => {
            let more =
                format!("Channel-Call-UUID: {one}\nCaller-Destination-Number: {two}\n{state}");
            create(false, format!("sofia/internal/{two}@10.0.0.5"), &more)
        }
        "answer" => format!(
            "Event-Name: CHANNEL_ANSWER\nUnique-ID: {one}\nAnswer-State: answered\n\
             Caller-Destination-Number: {two}\nCaller-Context: {three}\n\
             variable_current_application: answer\n"
        ),
        "fifo" => format!(
            "Event-Name: CUSTOM\nEvent-Subclass: fifo::info\nUnique-ID: {one}\n\
             FIFO-Action: push\nFIFO-Name: {two}@office\n"
        ),
        "message" => format!(
            "Event-Name: CUSTOM\nEvent-Subclass: vm::maintenance\nUnique-ID: {one}\n\
             VM-Action: leave-message\n"
        ),
        "bridge" | "unbridge" => format!(
            "Event-Name: CHANNEL_{}\nUnique-ID: {one}\nBridge-A-Unique-ID: {one}\n\
             Bridge-B-Unique-ID: {two}\n",
            word(0).to_uppercase()
        ),
        "queue" => format!(
            "Event-Name: CUSTOM\nEvent-Subclass: callcenter::info\nCC-Action: member-queue-start\n\
             CC-Member-Session-UUID: {one}\nCC-Queue: {two}@default\n"
        ),
        "app" => format!(
            "Event-Name: CHANNEL_ANSWER\nUnique-ID: {one}\nvariable_current_application: {two}\n\
             variable_current_application_data: {}\n",
            words.get(3..).unwrap_or_default().join(" ")
        ),
        "rename" => format!("Event-Name: CHANNEL_UUID\nOld-Unique-ID: {one}\nUnique-ID: {two}\n"),
        "hang" => format!(
            "Event-Name: CHANNEL_HANGUP_COMPLETE\nUnique-ID: {one}\nHangup-Cause: {two}\n\
             variable_sip_hangup_disposition: {three}\n"
        ),
        other => panic!("{other}?"),
    }
}

pub(crate) fn check(name: &str, script: &str, told: &[&str]) {
    let script = script.replace("ANSWERED", "in a 4917 49302101\nleg b a 101\nbridge a b");
    let lines = script.lines().map(str::trim);
    let mut stream = "Content-Type: auth/request\n\nContent-Type: command/reply\n\
                      Reply-Text: +OK accepted\n\n"
        .to_owned();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        stream.push_str(&frame(line));
    }
    for trunks in [&[][..], &["external"]] {
        let login = Login {
            secret: "secret".to_owned(),
        };
        let mut session = Session::new(login, Trunks::new(trunks));
        session.opened(UnixMillis(0));
        session.receive(stream.as_bytes(), UnixMillis(0));
        let heard: Vec<_> = std::iter::from_fn(|| session.next()).collect();
        assert_eq!(tell(&heard), told, "{name}, trunks {trunks:?}");
        assert_eq!(session.followed(), 0, "{name}");
    }
}

#[test]
fn attended_after_a_consultation_on_another_line() {
    let consults = "ANSWERED
        phone c 101 102
        leg d c 102
        bridge c d";
    let told = [
        "a: in 4917 49302101, ring 101, answer 101, ring 102, over 101 102, normalClearing",
        "c: internal 101 102, ring 102, answer 102, normalClearing",
    ];
    check(
        "both lines of the phone end after it",
        &format!(
            "{consults}
            bridge a d
            hang c ATTENDED_TRANSFER send_bye
            hang b NORMAL_CLEARING send_bye
            hang d NORMAL_CLEARING recv_bye
            hang a NORMAL_CLEARING send_bye"
        ),
        &told,
    );
    check(
        "one of them before",
        &format!(
            "{consults}
            unbridge a b
            hang b ATTENDED_TRANSFER send_bye
            bridge d a
            hang c NORMAL_CLEARING recv_bye
            hang a NORMAL_CLEARING recv_bye
            hang d NORMAL_CLEARING send_bye"
        ),
        &told,
    );
    check(
        "back to the caller instead",
        &format!(
            "{consults}
            hang d NORMAL_CLEARING recv_bye
            hang c NORMAL_CLEARING send_bye
            bridge a b
            hang b NORMAL_CLEARING recv_bye
            hang a NORMAL_CLEARING send_bye"
        ),
        &[
            "a: in 4917 49302101, ring 101, answer 101, normalClearing",
            "c: internal 101 102, ring 102, answer 102, normalClearing",
        ],
    );
}

#[test]
fn handed_over_while_it_rings() {
    check(
        "blonde",
        "ANSWERED
        phone c 101 102
        leg d c 102
        unbridge a b
        hang b NORMAL_CLEARING send_bye
        # the dialling phone is replaced by the caller
        bridge a d
        hang c NORMAL_CLEARING recv_bye
        hang d NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, over 101 102, normalClearing",
            "c: internal 101 102, ring 102, cancel",
        ],
    );
    check(
        "blind, and nobody there",
        "ANSWERED
        unbridge a b
        hang b BLIND_TRANSFER send_bye
        leg d a 102
        hang d NO_ANSWER send_cancel
        hang a NO_ANSWER send_bye",
        &["a: in 4917 49302101, ring 101, answer 101, ring 102, no_answer 102, normalClearing"],
    );
    check(
        "blind, to outside",
        "ANSWERED
        unbridge a b
        hang b BLIND_TRANSFER send_bye
        out x a 49402
        bridge a x
        hang a NORMAL_CLEARING recv_bye
        hang x NORMAL_CLEARING send_bye",
        &["a: in 4917 49302101, ring 101, answer 101, ring 49402, over 101 49402, normalClearing"],
    );
}

#[test]
fn a_consultation_outside() {
    let told = |over: &str, joined: &str| {
        [
            format!("a: in 4917 49302101, ring 101, answer 101{joined}{over}, normalClearing"),
            "c: out 101 49402, ring 49402, answer 49402".to_owned(),
        ]
    };
    let script = "ANSWERED
        phone c 101 049402
        out x c 49402
        bridge c x";
    let [one, two] = told(", over 101 49402", ", joined c");
    check(
        "and they speak with each other",
        &format!(
            "{script}
            bridge a x
            hang c ATTENDED_TRANSFER send_bye
            hang b NORMAL_CLEARING send_bye
            hang x NORMAL_CLEARING recv_bye
            hang a NORMAL_CLEARING send_bye"
        ),
        &[&one, &format!("{two}, joined a, normalClearing")],
    );
    let [one, two] = told("", "");
    check(
        "and no more",
        &format!(
            "{script}
            hang x NORMAL_CLEARING recv_bye
            hang c NORMAL_CLEARING send_bye
            hang a NORMAL_CLEARING recv_bye
            hang b NORMAL_CLEARING send_bye"
        ),
        &[&one, &format!("{two}, normalClearing")],
    );
}

#[test]
fn outbound_calls_are_handed_over() {
    let dials = "phone a 101 049402
        out x a 49402
        bridge a x";
    check(
        "blind",
        &format!(
            "{dials}
            unbridge a x
            leg d x 104
            hang a BLIND_TRANSFER send_bye
            bridge x d
            hang x NORMAL_CLEARING recv_bye
            hang d NORMAL_CLEARING send_bye"
        ),
        &["a: out 101 49402, ring 49402, answer 49402, ring 104, over 101 104, normalClearing"],
    );
    check(
        "attended",
        &format!(
            "{dials}
            phone c 101 104
            leg d c 104
            bridge c d
            bridge x d
            hang a NORMAL_CLEARING recv_bye
            hang c NORMAL_CLEARING recv_bye
            hang d NORMAL_CLEARING recv_bye
            hang x NORMAL_CLEARING send_bye"
        ),
        &[
            "a: out 101 49402, ring 49402, answer 49402, ring 104, over 101 104, normalClearing",
            "c: internal 101 104, ring 104, answer 104, normalClearing",
        ],
    );
    check(
        "a second line after the first was busy",
        "phone a 101 049402
        out x a 49402
        hang x NORMAL_TEMPORARY_FAILURE recv_refuse
        out y a 49402
        bridge a y
        hang a NORMAL_CLEARING recv_bye
        hang y NORMAL_CLEARING send_bye",
        &[
            "a: out 101 49402, ring 49402, unreachable 49402, ring 49402, answer 49402, normalClearing",
        ],
    );
}

#[test]
fn picked_up_elsewhere() {
    check(
        "intercept",
        "in a 4917 49302101
        leg b a 101
        phone c 102 **101
        app c intercept
        hang b PICKED_OFF send_cancel
        bridge a c
        hang c NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &[
            "a: in 4917 49302101, ring 101, answered_elsewhere 101, ring 102, answer 102, normalClearing",
        ],
    );
    check(
        "the other way round",
        "in a 4917 49302101
        leg b a 101
        phone c 102 **101
        bridge c a
        hang b PICKED_OFF send_cancel
        hang a NORMAL_CLEARING recv_bye
        hang c NORMAL_CLEARING send_bye",
        &[
            "a: in 4917 49302101, ring 101, ring 102, answer 102, answered_elsewhere 101, normalClearing",
        ],
    );
    check(
        "fetched from the car park",
        "ANSWERED
        unbridge a b
        hang b NORMAL_CLEARING send_bye
        phone c 103 701
        bridge a c
        unbridge a c
        # and once more the same, as after a hold
        bridge a c
        hang c NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &["a: in 4917 49302101, ring 101, answer 101, ring 103, over 101 103, normalClearing"],
    );
    check(
        "back from it to who parked it",
        "ANSWERED
        unbridge a b
        hang b NORMAL_CLEARING send_bye
        leg c a 101
        bridge a c
        hang c NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &["a: in 4917 49302101, ring 101, answer 101, ring 101, normalClearing"],
    );
}

#[test]
fn queues_loopbacks_and_mailboxes() {
    check(
        "an agent of a queue, who is bridged before anything else is said",
        "in a 4917 49302150
        queue a support
        agent b a 101
        agent c a 102
        bridge a c
        hang b LOSE_RACE send_cancel
        hang c NORMAL_CLEARING recv_bye
        hang a NO_ANSWER send_bye",
        &[
            "a: in 4917 49302150, queue support, ring 101, ring 102, answer 102, answered_elsewhere 101, normalClearing",
        ],
    );
    check(
        "behind a loopback that steps aside",
        "in a 4917 49302111
        half l a m
        half m a l
        leg b m 103
        bridge m b
        bridge a l
        bridge a b
        hang l NORMAL_CLEARING
        hang m NORMAL_CLEARING
        hang a NORMAL_CLEARING recv_bye
        hang b NORMAL_CLEARING send_bye",
        &["a: in 4917 49302111, ring 103, answer 103, normalClearing"],
    );
    check(
        "a mailbox, after the phone rang",
        "in a 4917 49302101
        leg b a 101
        hang b NO_ANSWER send_cancel
        app a voicemail
        hang a NORMAL_CLEARING recv_bye",
        &["a: in 4917 49302101, ring 101, no_answer 101, answer voicemail, normalClearing"],
    );
    check(
        "a phone that listens to its own is no call",
        "phone a 101 *97
        app a voicemail
        hang a NORMAL_CLEARING recv_bye",
        &[],
    );
    check(
        "a channel that is renamed",
        "in a 4917 49302101
        leg b a 101
        rename a z
        bridge z b
        hang b NORMAL_CLEARING recv_bye
        hang z NORMAL_CLEARING send_bye",
        &["a: in 4917 49302101, ring 101, answer 101, normalClearing"],
    );
}

#[test]
fn among_us() {
    check(
        "handed over by who called",
        "phone a 101 102
        leg b a 102
        bridge a b
        phone c 101 103
        leg d c 103
        bridge c d
        bridge b d
        hang a NORMAL_CLEARING recv_bye
        hang c NORMAL_CLEARING recv_bye
        hang b NORMAL_CLEARING recv_bye
        hang d NORMAL_CLEARING send_bye",
        &[
            "a: internal 101 102, ring 102, answer 102, ring 103, normalClearing",
            "c: internal 101 103, ring 103, answer 103, normalClearing",
        ],
    );
    check(
        "a colleague who forwards to outside",
        "phone a 101 102
        leg b a 102
        hang b REDIRECTION_TO_NEW_DESTINATION
        out x a 49402
        bridge a x
        hang a NORMAL_CLEARING recv_bye
        hang x NORMAL_CLEARING send_bye",
        &[
            "a: internal 101 102, ring 102, forwarded 102, out 101 49402, ring 49402, answer 49402, normalClearing",
        ],
    );
}
