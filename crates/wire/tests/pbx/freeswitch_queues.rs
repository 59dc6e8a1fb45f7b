//! Queues, parking and feature codes of a FreeSWITCH.

use crate::freeswitch_scripts::check;

#[test]
fn several_callers_and_queues() {
    check(
        "two callers, the same agents",
        "in a 4917 49302150
        answer a
        queue a support
        in e 4918 49302150
        answer e
        queue e support
        agent b a 101 rings
        agent c e 102 rings
        agent d e 101 rings
        hang d USER_BUSY recv_refuse
        answer c
        bridge e c
        answer b
        bridge a b
        hang b NORMAL_CLEARING recv_bye
        hang a NO_ANSWER send_bye
        hang e NORMAL_CLEARING recv_bye
        hang c NORMAL_CLEARING send_bye",
        &[
            "a: in 4917 49302150, queue support, ring 101, answer 101, normalClearing",
            "e: in 4918 49302150, queue support, ring 102, ring 101, busy 101, answer 102, normalClearing",
        ],
    );
    check(
        "over to another queue",
        "in a 4917 49302150
        answer a
        queue a support
        agent b a 101 rings
        hang b NO_ANSWER send_cancel
        queue a sales
        agent c a 104 rings
        answer c
        bridge a c
        hang c NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &[
            "a: in 4917 49302150, queue support, ring 101, no_answer 101, ring 104, answer 104, normalClearing",
        ],
    );
    check(
        "nobody, then a mailbox",
        "in a 4917 49302150
        answer a
        queue a support
        agent b a 101 rings
        hang b NO_ANSWER send_cancel
        answer a 101 voicemail
        hang a NORMAL_CLEARING recv_bye",
        &[
            "a: in 4917 49302150, queue support, ring 101, no_answer 101, answer voicemail, normalClearing",
        ],
    );
    for (name, end, cause) in [
        ("given up", "NORMAL_CLEARING recv_bye", "cancel"),
        ("time is up", "NO_ANSWER send_bye", "noAnswer"),
    ] {
        check(
            name,
            &format!(
                "in a 4917 49302150
                answer a
                queue a support
                agent b a 101 rings
                hang b ORIGINATOR_CANCEL send_cancel
                hang a {end}"
            ),
            &[&format!(
                "a: in 4917 49302150, queue support, ring 101, no_answer 101, {cause}"
            )],
        );
    }
    check(
        "an agent hands over",
        "in a 4917 49302150
        answer a
        queue a support
        agent b a 101 rings
        answer b
        bridge a b
        unbridge a b
        hang b BLIND_TRANSFER send_bye
        leg d a 103 rings
        answer d
        bridge a d
        hang d NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &[
            "a: in 4917 49302150, queue support, ring 101, answer 101, ring 103, over 101 103, normalClearing",
        ],
    );
    check(
        "mod_fifo, whose agent is only known when they speak",
        "in a 4917 49302155
        answer a
        fifo a hotline
        dial b 101 . rings
        answer b
        bridge b a
        hang b NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &["a: in 4917 49302155, queue hotline, ring 101, answer 101, normalClearing"],
    );
}

#[test]
fn nobody_fetches_it() {
    check(
        "back from the car park to who parked it, who does not answer",
        "ANSWERED
        unbridge a b
        hang b NORMAL_CLEARING send_bye
        leg c a 101 rings
        hang c NO_ANSWER send_cancel
        hang a NO_ANSWER send_bye",
        &["a: in 4917 49302101, ring 101, answer 101, ring 101, no_answer 101, normalClearing"],
    );
    check(
        "the caller gives up there",
        "ANSWERED
        unbridge a b
        hang b NORMAL_CLEARING send_bye
        hang a NORMAL_CLEARING recv_bye",
        &["a: in 4917 49302101, ring 101, answer 101, normalClearing"],
    );
    check(
        "handed on to a colleague instead",
        "ANSWERED
        unbridge a b
        hang b NORMAL_CLEARING send_bye
        leg c a 101 rings
        hang c NO_ANSWER send_cancel
        leg d a 102 rings
        answer d
        bridge a d
        hang d NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 101, no_answer 101, ring 102, over 101 102, normalClearing",
        ],
    );
}

#[test]
fn an_outbound_call_is_parked_and_fetched() {
    check(
        "by another phone",
        "phone a 101 049402
        out x a 49402 rings
        answer x
        bridge a x
        unbridge a x
        hang a BLIND_TRANSFER send_bye
        phone c 102 701
        answer c
        bridge x c
        hang c NORMAL_CLEARING recv_bye
        hang x NORMAL_CLEARING send_bye",
        &["a: out 101 49402, ring 49402, answer 49402, ring 102, over 101 102, normalClearing"],
    );
}

#[test]
fn an_agent_whose_phone_stays_on_the_line() {
    check(
        "speaks with one caller after the other",
        "phone c 101 agent-login
        answer c
        in a 4917 49302150
        answer a
        queue a support
        bridge a c
        unbridge a c
        hang a NORMAL_CLEARING recv_bye
        in e 4918 49302150
        answer e
        queue e support
        bridge e c
        hang e NORMAL_CLEARING recv_bye
        unbridge e c
        hang c NORMAL_CLEARING recv_bye",
        &[
            "a: in 4917 49302150, queue support, ring 101, answer 101, normalClearing",
            "e: in 4918 49302150, queue support, ring 101, answer 101, normalClearing",
        ],
    );
}

#[test]
fn outside_after_they_have_spoken_here() {
    let speak = "phone a 101 102
        leg b a 102 rings
        answer b
        bridge a b";
    check(
        "sent on to outside",
        &format!(
            "{speak}
            unbridge a b
            hang b BLIND_TRANSFER send_bye
            out x a 49402 rings
            answer x
            bridge a x
            hang a NORMAL_CLEARING recv_bye
            hang x NORMAL_CLEARING send_bye"
        ),
        &[
            "a: internal 101 102, ring 102, answer 102, normalClearing",
            "x: out 101 49402, ring 49402, ring 101, answer 49402, normalClearing",
        ],
    );
    check(
        "where it is busy",
        &format!(
            "{speak}
            unbridge a b
            hang b BLIND_TRANSFER send_bye
            out x a 49402 rings
            hang x USER_BUSY recv_refuse
            hang a USER_BUSY send_bye"
        ),
        &[
            "a: internal 101 102, ring 102, answer 102, normalClearing",
            "x: out 101 49402, ring 49402, busy 49402, busy",
        ],
    );
    check(
        "asked first, by a feature code",
        &format!(
            "{speak}
            out x b 49402 rings
            answer x
            bridge b x
            hang b NORMAL_CLEARING recv_bye
            bridge a x
            hang x NORMAL_CLEARING recv_bye
            hang a NORMAL_CLEARING send_bye"
        ),
        &[
            "a: internal 101 102, ring 102, answer 102, normalClearing",
            "x: out 102 49402, ring 49402, ring 102, answer 49402, ring 101, over 102 101, normalClearing",
        ],
    );
    check(
        "asked first, and then not",
        &format!(
            "{speak}
            out x b 49402 rings
            answer x
            bridge b x
            hang x NORMAL_CLEARING recv_bye
            bridge a b
            hang a NORMAL_CLEARING recv_bye
            hang b NORMAL_CLEARING send_bye"
        ),
        &[
            "a: internal 101 102, ring 102, answer 102, normalClearing",
            "x: out 102 49402, ring 49402, ring 102, answer 49402, normalClearing",
        ],
    );
}

#[test]
fn somebody_speaks_with_two_callers_in_turn() {
    check(
        "and comes back to the first",
        "ANSWERED
        in e 4918 49302102
        unbridge a b
        bridge e b
        unbridge e b
        bridge a b
        hang a NORMAL_CLEARING recv_bye
        hang b NORMAL_CLEARING send_bye
        hang e NORMAL_CLEARING recv_bye",
        &[
            "a: in 4917 49302101, ring 101, answer 101, normalClearing",
            "e: in 4918 49302102, ring 101, answer 101, normalClearing",
        ],
    );
}

#[test]
fn handed_over_while_it_rings_for_early_media() {
    let script = "ANSWERED
        phone c 101 102
        leg d c 102 rings
        unbridge a b
        hang b NORMAL_CLEARING send_bye
        bridge a d
        hang c NORMAL_CLEARING recv_bye";
    check(
        "and is picked up",
        &format!(
            "{script}
            answer d
            hang d NORMAL_CLEARING recv_bye
            hang a NORMAL_CLEARING send_bye"
        ),
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, over 101 102, normalClearing",
            "c: internal 101 102, ring 102, cancel",
        ],
    );
    check(
        "and is not",
        &format!(
            "{script}
            hang d NO_ANSWER send_cancel
            hang a NO_ANSWER send_bye"
        ),
        &[
            "a: in 4917 49302101, ring 101, answer 101, normalClearing",
            "c: internal 101 102, ring 102, no_answer 102, cancel",
        ],
    );
}

#[test]
fn attended_by_a_feature_code() {
    let asks = "ANSWERED
        leg d b 102 rings
        answer d
        bridge b d";
    check(
        "and away",
        &format!(
            "{asks}
            unbridge b d
            hang b NORMAL_CLEARING recv_bye
            bridge a d
            hang d NORMAL_CLEARING recv_bye
            hang a NORMAL_CLEARING send_bye"
        ),
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, over 101 102, normalClearing",
        ],
    );
    check(
        "the one who was asked will not have it",
        &format!(
            "{asks}
            hang d NORMAL_CLEARING recv_bye
            unbridge b d
            bridge a b
            hang b NORMAL_CLEARING recv_bye
            hang a NORMAL_CLEARING send_bye"
        ),
        &["a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, normalClearing"],
    );
    check(
        "nor picks up",
        "ANSWERED
        leg d b 102 rings
        hang d ORIGINATOR_CANCEL send_cancel
        bridge a b
        hang b NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &["a: in 4917 49302101, ring 101, answer 101, ring 102, no_answer 102, normalClearing"],
    );
    check(
        "three of them, then the first goes",
        &format!(
            "{asks}
            bridge a b
            hang b NORMAL_CLEARING recv_bye
            bridge a d
            hang a NORMAL_CLEARING recv_bye
            hang d NORMAL_CLEARING send_bye"
        ),
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, over 101 102, normalClearing",
        ],
    );
}

#[test]
fn a_program_moves_the_call() {
    check(
        "uuid_transfer",
        "ANSWERED
        unbridge a b
        hang b NORMAL_CLEARING send_bye
        leg d a 102 rings
        answer d
        bridge a d
        hang d NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &["a: in 4917 49302101, ring 101, answer 101, ring 102, over 101 102, normalClearing"],
    );
    check(
        "uuid_bridge with a phone that it called",
        "ANSWERED
        dial d 102 . rings
        answer d
        unbridge a b
        bridge a d
        hang b NORMAL_CLEARING send_bye
        hang d NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &["a: in 4917 49302101, ring 101, answer 101, ring 102, over 101 102, normalClearing"],
    );
    check(
        "an outbound call on to another number outside",
        "phone a 101 049402
        out x a 49402 rings
        answer x
        bridge a x
        unbridge a x
        hang a BLIND_TRANSFER send_bye
        out y x 49403 rings
        bridge x y
        answer y
        hang y NORMAL_CLEARING recv_bye
        hang x NORMAL_CLEARING send_bye",
        &["a: out 101 49402, ring 49402, answer 49402, ring 49403, over 101 49403, normalClearing"],
    );
}
