//! What is an answer on a FreeSWITCH, and what is none: early media, mailboxes, menus, click to dial.

use crate::freeswitch_scripts::check;

#[test]
fn early_media_is_no_answer() {
    let dials = "phone a 101 049402
        out x a 49402 rings
        bridge a x";
    let told = |rest: &str| format!("a: out 101 49402, ring 49402, {rest}");
    for (name, script, rest) in [
        (
            "picked up after it",
            "answer x
            hang a NORMAL_CLEARING recv_bye
            hang x NORMAL_CLEARING send_bye",
            "answer 49402, normalClearing",
        ),
        (
            "a busy tone",
            "hang x USER_BUSY recv_refuse
            unbridge a x
            hang a USER_BUSY send_refuse",
            "busy 49402, busy",
        ),
        (
            "nobody there, says an announcement",
            "hang x UNALLOCATED_NUMBER recv_refuse
            unbridge a x
            hang a UNALLOCATED_NUMBER send_refuse",
            "unreachable 49402, notFound",
        ),
        (
            "given up",
            "hang a ORIGINATOR_CANCEL recv_cancel
            unbridge a x
            hang x ORIGINATOR_CANCEL send_cancel",
            "no_answer 49402, cancel",
        ),
        (
            "given up, the other way round",
            "unbridge a x
            hang x NORMAL_CLEARING send_cancel
            hang a ORIGINATOR_CANCEL recv_cancel",
            "no_answer 49402, cancel",
        ),
    ] {
        check(name, &format!("{dials}\n{script}"), &[&told(rest)]);
    }
    check(
        "a phone here that plays its own tone",
        "in a 4917 49302101
        leg b a 101 rings
        bridge a b
        hang b NO_ANSWER send_cancel
        leg c a 102 rings
        bridge a c
        answer c
        hang c NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &["a: in 4917 49302101, ring 101, no_answer 101, ring 102, answer 102, normalClearing"],
    );
    check(
        "forwarded to outside, where it rings",
        "in a 4917 49302101
        out x a 49402 rings
        bridge a x
        hang a ORIGINATOR_CANCEL recv_cancel
        hang x ORIGINATOR_CANCEL send_cancel",
        &["a: in 4917 49302101, ring 49402, no_answer 49402, cancel"],
    );
    check(
        "and is picked up there",
        "in a 4917 49302101
        out x a 49402 rings
        bridge a x
        answer x
        hang a NORMAL_CLEARING recv_bye
        hang x NORMAL_CLEARING send_bye",
        &["a: in 4917 49302101, ring 49402, up 49402, forwarded"],
    );
    check(
        "behind a loopback",
        "in a 4917 49302111
        half l a m
        half m a l
        leg b m 103 rings
        bridge m b
        bridge a l
        answer b
        hang b NORMAL_CLEARING recv_bye
        hang m NORMAL_CLEARING
        hang l NORMAL_CLEARING
        hang a NORMAL_CLEARING send_bye",
        &["a: in 4917 49302111, ring 103, answer 103, normalClearing"],
    );
    check(
        "handed over to somebody whose phone rings still",
        "ANSWERED
        unbridge a b
        hang b BLIND_TRANSFER send_bye
        leg d a 102 rings
        bridge a d
        hang a NORMAL_CLEARING recv_bye
        hang d ORIGINATOR_CANCEL send_cancel",
        &["a: in 4917 49302101, ring 101, answer 101, ring 102, no_answer 102, normalClearing"],
    );
}

#[test]
fn click_to_dial() {
    check(
        "both pick up",
        "dial a 101 . rings
        answer a
        out x a 49402 rings
        bridge a x
        answer x
        hang a NORMAL_CLEARING recv_bye
        hang x NORMAL_CLEARING send_bye",
        &["a: out 101 49402, ring 49402, answer 49402, normalClearing"],
    );
    check(
        "who dialled hangs up while it rings",
        "dial a 101
        answer a
        out x a 49402 rings
        bridge a x
        hang x NORMAL_CLEARING send_cancel
        hang a NORMAL_CLEARING recv_bye",
        &["a: out 101 49402, ring 49402, no_answer 49402, cancel"],
    );
    check(
        "to a colleague",
        "dial a 101
        answer a
        leg b a 102 rings
        answer b
        bridge a b
        hang b NORMAL_CLEARING recv_bye
        hang a NORMAL_CLEARING send_bye",
        &["a: internal 101 102, ring 102, answer 102, normalClearing"],
    );
    check(
        "by a loopback",
        "half l - m 101-a
        half m - l 101-b
        leg p m 101 rings
        answer p
        bridge m p
        out x l 49402 rings
        bridge l x
        answer x
        hang x NORMAL_CLEARING recv_bye
        hang l NORMAL_CLEARING
        hang m NORMAL_CLEARING
        hang p NORMAL_CLEARING send_bye",
        &["p: out 101 49402, ring 49402, answer 49402, normalClearing"],
    );
    check(
        "to a queue here",
        "dial a 101
        answer a
        queue a support
        hang a NORMAL_CLEARING recv_bye",
        &["a: internal 101 support, queue support, cancel"],
    );
    check(
        "the own phone is left alone",
        "dial a 101
        hang a NO_ANSWER send_cancel",
        &[],
    );
}

#[test]
fn mailboxes() {
    let rang = "in a 4917 49302101
        leg b a 101 rings
        hang b NO_ANSWER send_cancel";
    let told = ["a: in 4917 49302101, ring 101, no_answer 101, answer voicemail, normalClearing"];
    for (name, takes) in [
        (
            "the application answers",
            "app a voicemail default office 101",
        ),
        ("it is answered before", "answer a 101 voicemail"),
        ("an extension of that name", "answer a vmail_101 office"),
        ("FusionPBX, straight to it", "answer a *99101 office"),
        ("FusionPBX, its script", "app a lua app.lua voicemail"),
        ("only the message tells", "answer a 101 office\nmessage a"),
        (
            "the default configuration",
            "half l a m app=voicemail:default-a
            half m a l app=voicemail:default-b
            app m voicemail default office 101
            bridge a l
            hang m NORMAL_CLEARING
            hang l NORMAL_CLEARING",
        ),
        (
            "one of a loopback's own dialplan",
            "half l a m 101-a
            half m a l 101-b
            answer m 101 voicemail
            bridge a l
            hang l NORMAL_CLEARING
            hang m NORMAL_CLEARING",
        ),
    ] {
        let script = format!("{rang}\n{takes}\nhang a NORMAL_CLEARING recv_bye");
        check(name, &script, &told);
    }
    check(
        "among us",
        "phone a 101 102
        leg b a 102 rings
        hang b NO_ANSWER send_cancel
        app a voicemail default office 102
        hang a NORMAL_CLEARING recv_bye",
        &["a: internal 101 102, ring 102, no_answer 102, answer voicemail, normalClearing"],
    );
    check(
        "a person follows it",
        &format!(
            "{rang}
            answer a 101 voicemail
            leg c a 102 rings
            answer c
            bridge a c
            hang c NORMAL_CLEARING recv_bye
            hang a NORMAL_CLEARING send_bye"
        ),
        &[
            "a: in 4917 49302101, ring 101, no_answer 101, answer voicemail, ring 102, answer 102, normalClearing",
        ],
    );
    check(
        "none: another script, a menu, a context of another name",
        "in a 4917 49302170
        app a lua app.lua ivr_menu
        answer a ivr_1 ivr
        hang a NORMAL_CLEARING recv_bye",
        &["a: in 4917 49302170, cancel"],
    );
    check(
        "none: somebody has the call already",
        "ANSWERED
        app a voicemail
        hang a NORMAL_CLEARING recv_bye
        hang b NORMAL_CLEARING send_bye",
        &["a: in 4917 49302101, ring 101, answer 101, normalClearing"],
    );
}

#[test]
fn a_menu_and_an_announcement() {
    for (name, end, cause) in [
        ("the PBX ends it", "NORMAL_CLEARING send_bye", "noAnswer"),
        ("the caller ends it", "NORMAL_CLEARING recv_bye", "cancel"),
        (
            "nobody of that number",
            "UNALLOCATED_NUMBER send_refuse",
            "notFound",
        ),
        (
            "the PBX goes down",
            "SYSTEM_SHUTDOWN send_bye",
            "congestion",
        ),
    ] {
        check(
            name,
            &format!("in a 4917 49302190\nanswer a 190 public\nhang a {end}"),
            &[&format!("a: in 4917 49302190, {cause}")],
        );
    }
}
