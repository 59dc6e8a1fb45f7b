//! Transfers of all kinds (facts/pbx-events.md, "Transfers", "Answer"): each as
//! a script and what is told of it.

use crate::asterisk_scripts::check;

/// 101 presses *2 and dials 102 through a Local pair.
const CONSULTS: &str = "
    leave B1 b
    new l1 a Local/102@from-internal-0;1 from-internal 102
    new l2 a Local/102@from-internal-0;2 from-internal 102
    event LocalBridge LocalOneChannel=@l1 LocalTwoChannel=@l2
    enter B2 b
    new c a IAX2/102-3 default s
    dial l2 c 102
";

#[test]
fn attended_by_feature_code() {
    let script = format!(
        "ANSWERED {CONSULTS}
        end l2 c ANSWER
        enter B3 c
        enter B3 l2
        enter B2 l1
        # done: the bridges are merged
        event AttendedTransfer OrigTransfererChannel=@b SecondTransfererChannel=@b TransfereeChannel=@a Result=Success DestType=Bridge
        leave B2 b
        leave B1 a
        enter B2 a
        hang b 16
        req a
        leave B2 a
        hang l1 16
        hang a 16
        hang l2 16
        hang c 16"
    );
    check(
        "*2",
        &script,
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, over 101 102, normalClearing",
        ],
    );
}

#[test]
fn who_is_consulted_hangs_up_first() {
    let script = format!(
        "ANSWERED {CONSULTS}
        end l2 c ANSWER
        enter B3 c
        enter B3 l2
        enter B2 l1
        req c
        leave B3 c
        hang c 16
        leave B3 l2
        hang l2 16
        leave B2 l1
        hang l1 16
        leave B2 b
        enter B1 b
        req b
        leave B1 b
        leave B1 a
        hang b 16
        hang a 16"
    );
    check(
        "*2, given up",
        &script,
        &["a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, normalClearing"],
    );
}

#[test]
fn blonde_by_feature_code() {
    let script = format!(
        "ANSWERED {CONSULTS}
        event AttendedTransfer OrigTransfererChannel=@b SecondTransfererChannel=@b TransfereeChannel=@a Result=Success DestType=Bridge
        leave B2 b
        hang b 16
        end l2 c ANSWER
        enter B3 c
        enter B3 l2
        enter B1 l1
        hang a 16
        hang c 16
        hang l1 16
        hang l2 16"
    );
    check(
        "blonde",
        &script,
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, over 101 102, normalClearing",
        ],
    );
}

#[test]
fn blonde_that_nobody_takes_comes_back() {
    let script = format!(
        "ANSWERED {CONSULTS}
        event AttendedTransfer OrigTransfererChannel=@b SecondTransfererChannel=@b TransfereeChannel=@a Result=Success DestType=Bridge
        leave B2 b
        hang b 16
        end l2 c NOANSWER
        hang c 19
        hang l1 19
        hang l2 19
        new d a IAX2/101-9 default s
        dial - d 101
        end - d ANSWER
        enter B1 d
        hang d 16
        hang a 16"
    );
    check(
        "blonde, back",
        &script,
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, no_answer 102, ring 101, up 101, normalClearing",
        ],
    );
}

#[test]
fn attended_by_refer_with_a_call_of_its_own() {
    check(
        "REFER",
        "ANSWERED
        new b2 b2 SIP/101-3 from-internal 102 101 4
        new c b2 SIP/102-4 from-internal s 102
        dial b2 c 102
        end b2 c ANSWER
        enter B2 c
        enter B2 b2
        leave B1 a
        enter B2 a b2
        event AttendedTransfer OrigTransfererChannel=@b SecondTransfererChannel=@b2 TransfereeChannel=@a TransferTargetChannel=@c Result=Success DestType=Bridge
        hang b2 16
        leave B1 b
        hang b 16
        link c a
        leave B2 c
        hang c 16
        leave B2 a
        hang a 16",
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, over 101 102, normalClearing",
            "b2: internal 101 102, ring 102, answer 102, normalClearing",
        ],
    );
}

#[test]
fn attended_to_outside_by_a_call_of_its_own() {
    check(
        "REFER to outside",
        "ANSWERED
        new b2 b2 SIP/101-3 from-internal 0894 101 4
        new x b2 IAX2/carrier-4 default s
        dial b2 x carrier/49894
        end b2 x ANSWER
        enter B2 x
        enter B2 b2
        leave B2 b2
        leave B1 b
        enter B1 x b
        event AttendedTransfer OrigTransfererChannel=@b SecondTransfererChannel=@b2 TransfereeChannel=@a TransferTargetChannel=@x Result=Success DestType=Bridge
        hang b 16
        hang b2 16
        link x a
        req x
        leave B1 x
        hang x 16
        leave B1 a
        hang a 16",
        &[
            "a: in 4917 49302101, ring 101, answer 101, joined b2, over 101 49894, normalClearing",
            "b2: out 101 49894, ring 49894, answer 49894, joined a, normalClearing",
        ],
    );
}

#[test]
fn blonde_to_outside_by_a_call_of_its_own() {
    check(
        "REFER to outside, before it is answered",
        "ANSWERED
        new b2 b2 SIP/101-3 from-internal 0894 101 4
        new x b2 IAX2/carrier-4 default s
        dial b2 x carrier/49894
        new l1 l1 Local/_attended@transfer-1;1 from-internal _attended
        new l2 l1 Local/_attended@transfer-1;2 from-internal _attended
        event AttendedTransfer OrigTransfererChannel=@b SecondTransfererChannel=@b2 TransfereeChannel=@a Result=Success DestType=App DestApp=Dial
        leave B1 b
        enter B1 l1 b
        hang b 16
        soft b2
        hang b2 16
        end l2 x ANSWER
        enter B2 x
        enter B2 l2
        req x
        leave B2 x
        hang x 16
        hang l2 16
        hang l1 16
        leave B1 a
        hang a 16",
        &[
            "a: in 4917 49302101, ring 101, answer 101, joined b2, over 101 49894, normalClearing",
            "b2: out 101 49894, ring 49894, answer 49894, joined a, normalClearing",
        ],
    );
}

#[test]
fn blonde_to_a_colleague_by_a_call_of_its_own() {
    check(
        "REFER before it is answered",
        "ANSWERED
        new b2 b2 SIP/101-3 from-internal 102 101 4
        new c b2 SIP/102-4 from-internal s 102
        dial b2 c 102
        new l1 l1 Local/_attended@transfer-1;1 from-internal _attended
        new l2 l1 Local/_attended@transfer-1;2 from-internal _attended
        event AttendedTransfer OrigTransfererChannel=@b SecondTransfererChannel=@b2 TransfereeChannel=@a Result=Success DestType=App DestApp=Dial
        leave B1 b
        enter B1 l1 b
        hang b 16
        soft b2
        hang b2 16
        end l2 c ANSWER
        enter B2 c
        enter B2 l2
        hang c 16
        hang l2 16
        hang l1 16
        hang a 16",
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, over 101 102, normalClearing",
            "b2: internal 101 102, ring 102, no_answer 102, noAnswer",
        ],
    );
}

#[test]
fn a_program_bridges_two_calls() {
    check(
        "Action: Bridge",
        "ANSWERED
        new c c SIP/103-4 from-internal 104 103 4
        new d c SIP/104-5 from-internal s 104
        dial c d 104
        end c d ANSWER
        enter B2 d
        enter B2 c
        leave B1 a
        enter B3 a
        leave B2 d
        enter B3 d
        leave B1 b
        hang b 16
        leave B2 c
        hang c 16
        hang d 16
        hang a 16",
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 104, up 104, over 101 104, normalClearing",
            "c: internal 103 104, ring 104, answer 104, normalClearing",
        ],
    );
}

#[test]
fn outbound_call_handed_on() {
    let out = "
        new b b SIP/101-1 from-internal 0402 101 4
        new x b SIP/carrier-2 from-trunk s
        dial b x carrier/49402
        end b x ANSWER
        enter B1 x
        enter B1 b";
    check(
        "blind",
        &format!(
            "{out}
            event BlindTransfer TransfererChannel=@b TransfereeChannel=@x Result=Success Extension=102
            leave B1 b
            hang b 16
            leave B1 x
            new c b SIP/102-3 from-internal s 102
            dial x c 102
            end x c ANSWER
            enter B2 c
            enter B2 x
            hang c 16
            hang x 16"
        ),
        &["b: out 101 49402, ring 49402, answer 49402, ring 102, up 102, over 101 102, normalClearing"],
    );
    check(
        "blind to outside",
        &format!(
            "{out}
            event BlindTransfer TransfererChannel=@b TransfereeChannel=@x Result=Success Extension=104
            leave B1 b
            hang b 16
            leave B1 x
            new y b SIP/carrier-3 from-trunk s
            dial x y carrier/104
            end x y ANSWER
            enter B2 y
            enter B2 x
            hang y 16
            hang x 16"
        ),
        &["b: out 101 49402, ring 49402, answer 49402, ring 104, up 104, over 101 104, normalClearing"],
    );
    check(
        "nobody takes it",
        &format!(
            "{out}
            event BlindTransfer TransfererChannel=@b TransfereeChannel=@x Result=Success Extension=102
            leave B1 b
            hang b 16
            leave B1 x
            new c b SIP/102-3 from-internal s 102
            dial x c 102
            end x c NOANSWER
            hang c 19
            soft x
            hang x 19"
        ),
        &["b: out 101 49402, ring 49402, answer 49402, ring 102, no_answer 102, normalClearing"],
    );
}

#[test]
fn attended_to_outside_by_feature_code() {
    check(
        "*2 to outside",
        "ANSWERED
        leave B1 b
        new l1 a Local/0894@from-internal-0;1 from-internal 0894
        new l2 a Local/0894@from-internal-0;2 from-internal 0894
        enter B2 b
        new x a IAX2/carrier-3
        dial l2 x carrier/49894
        end l2 x ANSWER
        enter B3 x
        enter B3 l2
        enter B2 l1
        event AttendedTransfer OrigTransfererChannel=@b SecondTransfererChannel=@b TransfereeChannel=@a Result=Success DestType=Bridge
        leave B2 b
        hang b 16
        leave B2 l1
        enter B1 l1
        req x
        hang x 16
        hang l2 16
        hang l1 16
        hang a 16",
        &["a: in 4917 49302101, ring 101, answer 101, ring 49894, up 49894, over 101 49894, normalClearing"],
    );
}

#[test]
fn an_older_outbound_call_takes_in_a_caller() {
    check(
        "who called first does not matter",
        "new b b SIP/101-1 from-internal 0402 101 4
        new x b IAX2/carrier-2
        dial b x carrier/49402
        end b x ANSWER
        enter B1 x
        enter B1 b
        new a a IAX2/carrier-3 from-trunk 49302101 4917 4
        new b2 a SIP/101-4 from-internal s 101
        dial a b2 101
        end a b2 ANSWER
        enter B2 b2
        enter B2 a
        event AttendedTransfer OrigTransfererChannel=@b SecondTransfererChannel=@b2 TransfereeChannel=@x TransferTargetChannel=@a Result=Success DestType=Bridge
        leave B1 x
        link x a
        enter B2 x b2
        hang b 16
        hang b2 16
        hang x 16
        hang a 16",
        &[
            "b: out 101 49402, ring 49402, answer 49402, joined a, normalClearing",
            "a: in 4917 49302101, ring 101, answer 101, joined b, over 101 49402, normalClearing",
        ],
    );
}

#[test]
fn redirected_while_the_first_one_stays_on_the_line() {
    check(
        "Redirect with ExtraChannel",
        "ANSWERED
        leave B1 a
        leave B1 b
        new c a IAX2/103-3
        dial a c 103
        end a c ANSWER
        enter B2 c
        enter B2 a
        req c
        leave B2 c
        hang c 16
        leave B2 a
        hang a 16
        hang b 16",
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 103, up 103, over 101 103, normalClearing",
        ],
    );
}

#[test]
fn handed_on_twice_and_back() {
    let blind = |from: &str, to: &str, number: &str| {
        format!(
            "event BlindTransfer TransfererChannel=@{from} TransfereeChannel=@a Result=Success
            leave B{from} {from}
            hang {from} 16
            leave B{from} a
            new {to} a IAX2/{number}-{to}
            dial a {to} {number}
            end a {to} ANSWER
            enter B{to} {to}
            enter B{to} a\n"
        )
    };
    let script = format!(
        "ANSWERED
        {}{}{}hang e 16\nhang a 16",
        blind("b", "c", "102"),
        blind("c", "d", "103"),
        blind("d", "e", "101"),
    );
    check(
        "101, 102, 103, 101",
        &script,
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, over 101 102, ring 103, \
           up 103, over 102 103, ring 101, up 101, over 103 101, normalClearing",
        ],
    );
}

#[test]
fn three_way() {
    let three = format!(
        "ANSWERED {CONSULTS}
        end l2 c ANSWER
        enter B3 c
        enter B3 l2
        enter B2 l1
        event AttendedTransfer OrigTransfererChannel=@b SecondTransfererChannel=@b TransfereeChannel=@a Result=Success DestType=Threeway
        leave B1 a
        enter B2 a"
    );
    check(
        "the first one leaves",
        &format!("{three}\nleave B2 b\nhang b 16\nhang c 16\nhang a 16"),
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, over 101 102, normalClearing",
        ],
    );
    check(
        "the second one leaves",
        &format!(
            "{three}\nleave B3 c\nhang c 16\nhang l1 16\nhang l2 16\nleave B2 b\nhang b 16\nhang a 16"
        ),
        &["a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, normalClearing"],
    );
}
