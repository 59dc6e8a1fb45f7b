//! Calls that somebody else takes: pickup and parking (facts/pbx-events.md, "Answer"): each as a
//! script and what is told of it.

use crate::asterisk_scripts::check;

#[test]
fn pickup() {
    // The channels have changed places: what rang is the picker's, and its own id hangs up.
    check(
        "pickup",
        "new a a IAX2/carrier-1 from-trunk 49302101 4917 4
        new b a IAX2/101-2 default s
        dial a b 101
        new p p IAX2/102-3 from-internal **101 102 4
        event Pickup Channel=@p TargetChannel=@b
        link p a
        end a p ANSWER
        hang b 26
        enter B1 p
        enter B1 a
        hang p 16
        hang a 16",
        &[
            "a: in 4917 49302101, ring 101, answered_elsewhere 101, ring 102, answer 102, normalClearing",
        ],
    );
}

#[test]
fn parked_and_fetched_while_another_is_parked() {
    check(
        "parking",
        "ANSWERED
        leave B1 a
        event ParkedCall ParkeeChannel=@a
        enter h1 a
        leave B1 b
        hang b 16
        new a2 a2 IAX2/carrier-7 from-trunk 49302102 4918 4
        enter h1 a2
        new c c IAX2/102-3 from-internal 701 102 4
        event UnParkedCall ParkeeChannel=@a RetrieverChannel=@c
        leave h1 a
        enter B2 a
        link c a
        enter B2 c
        hang c 16
        hang a 16
        req a2
        hang a2 16",
        &[
            "a: in 4917 49302101, ring 101, answer 101, ring 102, up 102, over 101 102, normalClearing",
            "a2: in 4918 49302102, cancel",
        ],
    );
}
