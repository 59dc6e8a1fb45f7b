use proptest::prelude::*;

use super::{Decoder, Item, MAX_LINE, MAX_MESSAGE, write_action};

/// What a stream says, fed in pieces of one size: `banner|` and `key=value,` lists.
fn read(bytes: &[u8], size: usize) -> Vec<String> {
    let mut decoder = Decoder::default();
    let mut items = Vec::new();
    for piece in bytes.chunks(size.max(1)) {
        decoder.feed(piece, |item| {
            items.push(match item {
                Item::Banner(line) => format!("{line}|"),
                Item::Message(message) => message
                    .fields()
                    .map(|(key, value)| [key, "=", value, ","].concat())
                    .collect(),
            });
        });
    }
    items
}

#[test]
fn messages() {
    for (sent, items) in [
        (
            "A/1\r\nEvent: X\r\nK: v\r\n\r\n",
            vec!["A/1|", "Event=X,K=v,"],
        ),
        ("A/1\nEvent: X\nK: v\n\n", vec!["A/1|", "Event=X,K=v,"]),
        (
            "A\r\nK: a:b: c\r\nE:\r\nF: \r\nK: 2\r\nN:x\r\n\r\n\r\n",
            vec!["A|", "K=a:b: c,E=,F=,K=2,N=x,"],
        ),
        ("A\r\nno colon\r\nK: v\r\n\r\n", vec!["A|", "K=v,"]),
        (
            "A\r\nResponse: Follows\r\nPrivilege: Command\r\nName: x\r\n\r\nmore\n--END COMMAND--\r\n\r\nEvent: Y\r\n\r\n",
            vec!["A|", "Response=Follows,Privilege=Command,", "Event=Y,"],
        ),
        ("A\r\nEvent: unfinished\r\n", vec!["A|"]),
    ] {
        for size in [1, 2, 3, 7, 1000] {
            assert_eq!(read(sent.as_bytes(), size), items, "{sent:?} by {size}");
        }
    }
}

#[test]
fn invalid_utf8_is_replaced() {
    assert_eq!(
        read(b"A\r\nName: M\xfcller\r\n\r\n", 4),
        ["A|", "Name=M\u{fffd}ller,"]
    );
}

#[test]
fn what_is_too_large_is_left_out() {
    let long = "x".repeat(MAX_LINE + 1);
    let many = format!("K: {}\r\n", "y".repeat(1000)).repeat(MAX_MESSAGE / 1000 + 1);
    for large in [format!("K: {long}\r\n"), many, "K: v\r\n".repeat(5000)] {
        let stream = format!("A\r\n{large}K: rest\r\n\r\nEvent: Y\r\n\r\n");
        for size in [1000, stream.len()] {
            assert_eq!(read(stream.as_bytes(), size), ["A|", "Event=Y,"]);
        }
    }
    let mut decoder = Decoder::default();
    for _ in 0..100 {
        decoder.feed(&[b'x'; 10_000], |_| panic!("nothing is complete"));
    }
    assert!(decoder.line.capacity() <= 2 * MAX_LINE);
}

#[test]
fn an_action_can_not_be_smuggled_in() {
    let mut out = Vec::new();
    write_action(
        &mut out,
        [
            ("Action", "Getvar"),
            ("Chan\nnel:", "x\r\n\r\nAction: Originate\0"),
        ],
    );
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "Action: Getvar\r\nChannel: xAction: Originate\r\n\r\n"
    );
}

proptest! {
    #[test]
    fn cuts_change_nothing(
        stream in "([A-Za-z]{0,5}:? ?[a-z:]{0,6}\r?\n|\r\n|\n){0,30}",
        size in 1_usize..20,
    ) {
        prop_assert_eq!(read(stream.as_bytes(), size), read(stream.as_bytes(), usize::MAX));
    }

    #[test]
    fn no_bytes_are_a_problem(bytes: Vec<u8>, size in 1_usize..20) {
        read(&bytes, size);
    }
}
