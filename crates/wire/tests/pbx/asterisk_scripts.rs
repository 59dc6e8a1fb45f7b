//! Sequences that no recording of ours holds (facts/pbx-events.md and facts/pbx-and-clients.md D.3):
//! each as a script and what is told of it.

use crate::script::play;

/// 4917 calls 101, who answers.
const ANSWERED: &str = "
    new a a IAX2/carrier-1 from-trunk 49302101 4917 4
    new b a IAX2/101-2 default s
    dial a b 101
    end a b ANSWER
    enter B1 b
    enter B1 a
";

/// Plays a script, in which `ANSWERED` is that call, and compares what is told of it.
pub(crate) fn check(name: &str, script: &str, told: &[&str]) {
    let script = script.replace("ANSWERED", ANSWERED);
    assert_eq!(play(&script, &[]), told, "{name}");
    if !script.contains("PJSIP") {
        assert_eq!(
            play(&script, &["carrier", "trunk"]),
            told,
            "{name}, the trunk named"
        );
    }
}

#[test]
fn click_to_dial_through_a_local_channel() {
    let rings = "
        new l1 l1 Local/101@click-0;1 click 101
        new l2 l1 Local/101@click-0;2 click 101
        event LocalBridge LocalOneChannel=@l1 LocalTwoChannel=@l2
        dial - l1 101@click
        new b l1 SIP/101-1 from-internal s 101
        dial l2 b 101";
    check(
        "answered",
        &format!(
            "{rings}
            end l2 b ANSWER
            enter B1 b
            enter B1 l2
            end - l1 ANSWER
            new x l1 SIP/carrier-2 from-trunk s
            dial l1 x carrier/49402
            end l1 x ANSWER
            enter B2 x
            enter B2 l1
            # the pair is optimised away
            enter B2 b l1
            hang l1 16
            hang l2 16
            req b
            leave B2 b
            leave B2 x
            hang x 16
            hang b 16"
        ),
        &["l1: out 101 49402, ring 101, up 101, ring 49402, answer 49402, normalClearing"],
    );
    check(
        "not taken",
        &format!("{rings}\nend l2 b NOANSWER\nhang b 19\nhang l2 19\nhang l1 19"),
        &[],
    );
    check(
        "to a colleague",
        &format!(
            "{rings}
            end l2 b ANSWER
            enter B1 b
            enter B1 l2
            new c l1 SIP/102-2 from-internal s 102
            dial l1 c 102
            end l1 c ANSWER
            enter B2 c
            enter B2 l1
            hang c 16
            hang l1 16
            hang l2 16
            hang b 16"
        ),
        &["l1: internal 101 102, ring 101, up 101, ring 102, answer 102, normalClearing"],
    );
}

#[test]
fn local_pairs_are_optimised_away() {
    check(
        "D.3 (1)",
        "new a a SIP/trunk-1 from-pstn 202 +49301 4
        new l1 a Local/ID1@phones-0;1 phones ID1
        new l2 a Local/ID1@phones-0;2 phones ID1
        dial a l1 ID1@phones
        new b a SIP/202-5 phones s
        dial l2 b 202
        end l2 b ANSWER
        end a l1 ANSWER
        enter B1 b
        enter B1 l2
        enter B2 l1
        enter B2 a
        leave B2 a
        enter B1 a l2
        hang l2 16
        hang l1 16
        hang a 16
        hang b 16",
        &["a: in +49301 202, ring 202, answer 202, normalClearing"],
    );
}

#[test]
fn freepbx_with_pjsip() {
    check(
        "a desk phone and a browser phone of 101",
        "new a a PJSIP/MyTrunk-0000001 from-trunk-pjsip-MyTrunk 4930201 4917 4
        new b a PJSIP/101-0000002 from-internal s 101
        new w a PJSIP/99101-0000003 from-internal s 101
        dial a b 101/sip:101@10.0.0.5:5060
        dial a w 99101/sip:abc@10.0.0.6;transport=ws
        end a w ANSWER
        end a b CANCEL
        hang b 26
        enter B1 w
        enter B1 a
        hang w 16
        hang a 16",
        &[
            "a: in 4917 4930201, ring 101, ring 101, answered_elsewhere 101, answer 101, normalClearing",
        ],
    );
    check(
        "out by a trunk of any name",
        "new b b PJSIP/99101-0000002 from-internal 0402 101 4
        new x b PJSIP/MyTrunk-0000003 from-pstn s
        dial b x +49402@MyTrunk
        req x
        end b x BUSY
        hang x 17
        soft b
        hang b 17",
        &["b: out 101 +49402, ring +49402, busy +49402, busy"],
    );
    check(
        "a phone named by letters, known by its hint",
        "event ExtensionStatus Exten=205 Context=ext-local Hint=PJSIP/anna&Custom:DND205
        new a a PJSIP/provider_in-1 public 4930205 4917 4
        new b a PJSIP/anna-2 users s
        dial a b anna/sip:anna@10.0.0.5
        end a b ANSWER
        enter B1 b
        enter B1 a
        hang a 16
        hang b 16",
        &["a: in 4917 4930205, ring 205, answer 205, normalClearing"],
    );
}

#[test]
fn legs_that_lose() {
    check(
        "a group",
        "new a a IAX2/carrier-1 from-trunk 49302600 4917 4
        new b a IAX2/101-2
        new c a IAX2/102-3
        new d a IAX2/103-4
        new e a IAX2/104-5
        dial a b 101
        dial a c 102
        dial a d 103
        dial a e 104
        end a b NOANSWER
        hang b 21
        end a e CHANUNAVAIL
        hang e 20
        end a d ANSWER
        end a c CANCEL
        end a c CANCEL
        hang c 16
        enter B1 d
        enter B1 a
        hang d 16
        hang a 16",
        &[
            "a: in 4917 49302600, ring 101, ring 102, ring 103, ring 104, declined 101, \
           unreachable 104, answered_elsewhere 102, answer 103, normalClearing",
        ],
    );
    check(
        "picked up as the caller hangs up",
        "new a a IAX2/carrier-1 from-trunk 49302101 4917 4
        new b a IAX2/101-2
        dial a b 101
        end a b ANSWER
        req a
        hang a 16
        hang b 16",
        &["a: in 4917 49302101, ring 101, answer 101, normalClearing"],
    );
}

#[test]
fn mailbox_by_the_cdr_alone() {
    let call = "
        new a a IAX2/carrier-1 from-trunk 49302160 4917 4
        event Newstate Channel=@a ChannelState=6";
    let cdr = "event Cdr Channel=IAX2/carrier-1 LastApplication=VoiceMail UniqueID=a";
    let up = call.replace("49302160 4917 4", "49302160 4917 6");
    for (name, rest) in [
        ("before", format!("{cdr}\nreq a\nhang a 16")),
        ("after", format!("req a\nhang a 16\n{cdr}")),
    ] {
        check(
            name,
            &format!("{up}\n{rest}"),
            &["a: in 4917 49302160, answer voicemail, normalClearing"],
        );
    }
    check(
        "no Cdr",
        &format!("{up}\nreq a\nhang a 16"),
        &["a: in 4917 49302160, cancel"],
    );
}

#[test]
fn inside_calls() {
    check(
        "goes outside after all",
        "new b b SIP/101-1 from-internal 102 101 4
        new c b SIP/102-2 from-internal s 102
        dial b c 102
        end b c NOANSWER
        hang c 19
        new x b SIP/carrier-3 from-trunk s
        dial b x carrier/49170
        end b x ANSWER
        enter B1 x
        enter B1 b
        hang b 16
        hang x 16",
        &[
            "b: internal 101 102, ring 102, no_answer 102, out 101 49170, ring 49170, answer 49170, normalClearing",
        ],
    );
    check(
        "given up",
        "new b b SIP/101-1 from-internal 102 101 4
        new c b SIP/102-2 from-internal s 102
        dial b c 102
        req b
        end b c CANCEL
        hang c 16
        hang b 0",
        &["b: internal 101 102, ring 102, no_answer 102, cancel"],
    );
    check(
        "a feature code is no call",
        "new b b SIP/101-1 from-internal *97 101 4\nreq b\nhang b 16",
        &[],
    );
}

#[test]
fn giving_up_outbound() {
    let rings = "
        new b b SIP/101-1 from-internal 0402 101 4
        new x b SIP/carrier-2 from-trunk s
        dial b x carrier/49402";
    for (rest, cause) in [
        (
            "req b\nend b x CANCEL\nhang x 16\nhang b 0",
            "no_answer 49402, cancel",
        ),
        (
            "req x\nend b x BUSY\nhang x 19\nsoft b\nhang b 17",
            "no_answer 49402, noAnswer",
        ),
        (
            "req x\nend b x CONGESTION\nhang x 34\nreq b\nhang b 16",
            "unreachable 49402, congestion",
        ),
        (
            "end b x NOANSWER\nhang x 16\nsoft b\nhang b 16",
            "no_answer 49402, noAnswer",
        ),
    ] {
        let told = format!("b: out 101 49402, ring 49402, {cause}");
        check(rest, &format!("{rings}\n{rest}"), &[&told]);
    }
}

#[test]
fn forwarded_to_outside_and_answered_there() {
    check(
        "then the caller hangs up",
        "new a a IAX2/carrier-1 from-trunk 49302103 4917 4
        new x a IAX2/carrier-2
        dial a x carrier/49170
        end a x ANSWER
        enter B1 x
        enter B1 a
        req a
        leave B1 a
        hang a 16
        hang x 16",
        &["a: in 4917 49302103, ring 49170, up 49170, forwarded"],
    );
}

#[test]
fn asterisk_11_names_no_linkedid() {
    check(
        "Dial, Bridge",
        "event Newchannel Channel=SIP/trunk-1 Uniqueid=1.1 Context=from-trunk Exten=4930201 CallerIDNum=4917 ChannelState=4
        event Newchannel Channel=SIP/101-2 Uniqueid=1.2 Context=from-internal ChannelState=0
        event Dial SubEvent=Begin Channel=SIP/trunk-1 Destination=SIP/101-2 UniqueID=1.1 DestUniqueID=1.2 Dialstring=101
        event Bridge Bridgestate=Link Uniqueid1=1.1 Uniqueid2=1.2
        event Hangup Channel=SIP/101-2 Uniqueid=1.2 Cause=16
        event Hangup Channel=SIP/trunk-1 Uniqueid=1.1 Cause=16",
        &["1.1: in 4917 4930201, ring 101, answer 101, normalClearing"],
    );
}

#[test]
fn a_member_of_a_group_is_forwarded_to_outside() {
    let rings = "
        new a a IAX2/carrier-1 from-trunk 49302601 4917 4
        new l1 a Local/101@member-0;1 member 101
        new l2 a Local/101@member-0;2 member 101
        new m1 a Local/102@member-1;1 member 102
        new m2 a Local/102@member-1;2 member 102
        dial a l1 101@member/n
        dial a m1 102@member/n
        new b a IAX2/101-2
        dial l2 b 101
        new x a IAX2/carrier-3
        dial m2 x carrier/49170";
    check(
        "the mobile takes it",
        &format!(
            "{rings}
            end m2 x ANSWER
            end a m1 ANSWER
            end a l1 CANCEL
            end l2 b CANCEL
            hang l1 26
            hang b 26
            hang l2 26
            enter B1 x
            enter B1 m2
            enter B2 m1
            enter B2 a
            req a
            hang m1 16
            hang a 16
            hang x 16
            hang m2 16"
        ),
        &["a: in 4917 49302601, ring 101, ring 49170, answered_elsewhere 101, up 49170, forwarded"],
    );
    check(
        "a colleague takes it",
        &format!(
            "{rings}
            end l2 b ANSWER
            end a l1 ANSWER
            end a m1 CANCEL
            hang m1 26
            end m2 x CANCEL
            hang x 16
            hang m2 26
            enter B1 b
            enter B1 l2
            enter B2 l1
            enter B2 a
            hang a 16
            hang b 16
            hang l1 16
            hang l2 16"
        ),
        &[
            "a: in 4917 49302601, ring 101, ring 49170, answered_elsewhere 49170, answer 101, normalClearing",
        ],
    );
}

#[test]
fn a_phone_sends_the_call_on() {
    check(
        "302",
        "new a a SIP/carrier-1 from-trunk 49302101 4917 4
        new b a SIP/101-2 from-internal s 101
        dial a b 101
        event DialEnd Channel=@a DestChannel=@b DialStatus=CANCEL Forward=102@from-internal
        new l1 a Local/102@from-internal-0;1 from-internal 102
        new l2 a Local/102@from-internal-0;2 from-internal 102
        hang b 16
        dial a l1 102@from-internal
        new c a SIP/102-3 from-internal s 102
        dial l2 c 102
        end l2 c ANSWER
        end a l1 ANSWER
        enter B1 c
        enter B1 l2
        enter B2 l1
        enter B2 a
        leave B2 a
        enter B1 a l2
        hang l1 16
        hang l2 16
        hang c 16
        hang a 16",
        &["a: in 4917 49302101, ring 101, forwarded 101, ring 102, answer 102, normalClearing"],
    );
}

#[test]
fn click_to_dial_and_giving_up() {
    check(
        "the agent hangs up while it rings outside",
        "new b b IAX2/101-1 default s
        dial - b 101
        end - b ANSWER
        new x b IAX2/carrier-2
        dial b x carrier/49402
        req b
        end b x CANCEL
        req x
        hang x 16
        soft b
        hang b 16",
        &["b: out 101 49402, ring 101, up 101, ring 49402, no_answer 49402, cancel"],
    );
    check(
        "the outside number is rung first",
        "new x x SIP/carrier-1 from-trunk s
        dial - x carrier/49402
        end - x ANSWER
        new b x SIP/101-2 from-internal s 101
        dial x b 101
        end x b ANSWER
        enter B1 b
        enter B1 x
        hang b 16
        hang x 16",
        &["x: out  49402, ring 49402, answer 49402, ring 101, up 101, normalClearing"],
    );
}

#[test]
fn queues() {
    check(
        "a member behind a Local channel that goes away, after another was asked in vain",
        "new a a SIP/carrier-1 from-trunk 493050 4917 6
        event QueueCallerJoin Channel=@a Queue=support Position=1
        new b a SIP/101-2 from-internal s 101
        dial a b SIP/101
        end a b NOANSWER
        hang b 19
        new l1 a Local/103@from-queue-0;1 from-queue 103
        new l2 a Local/103@from-queue-0;2 from-queue 103
        dial a l1 Local/103@from-queue
        new c a SIP/103-3 from-internal s 103
        dial l2 c 103
        end l2 c ANSWER
        end a l1 ANSWER
        enter B1 c
        enter B1 l2
        enter B2 l1
        enter B2 a
        leave B2 a
        enter B1 a l2
        hang l2 16
        hang l1 16
        hang a 16
        hang c 16",
        &[
            "a: in 4917 493050, queue support, ring 101, no_answer 101, ring 103, answer 103, normalClearing",
        ],
    );
    check(
        "given up after a redirect had asked for a hangup",
        "new a a SIP/carrier-1 from-trunk 493050 4917 4
        soft a
        new b a SIP/101-2 from-internal s 101
        dial a b 101
        req a
        end a b CANCEL
        hang b 16
        hang a 0",
        &["a: in 4917 493050, ring 101, no_answer 101, cancel"],
    );
}
