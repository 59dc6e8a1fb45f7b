//! What the list of a FreeSWITCH's channels tells after a line broke, and once an hour.

use offhook_core::UnixMillis;
use offhook_wire::esl::{Login, Session};
use offhook_wire::pbx::{Said, Session as _, Told, Trunks};

use crate::freeswitch_scripts::frame;
use crate::script::tell;

const NOW: UnixMillis = UnixMillis(1_795_000_000_000);

/// The list as FreeSWITCH answers, of lines `UUID CALL_UUID DIRECTION STATE CHANNEL FROM TO CONTEXT`.
fn list(rows: &str) -> String {
    let rows: Vec<String> = rows
        .lines()
        .map(|row| row.split_whitespace().collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
        .map(|words| {
            let [uuid, call, direction, state, name, from, to, context] = words[..] else {
                panic!("{words:?}");
            };
            format!(
                r#"{{"uuid":"{uuid}","call_uuid":"{call}","direction":"{direction}",
                    "callstate":"{state}","name":"{name}","initial_cid_num":"{from}",
                    "initial_dest":"{to}","initial_context":"{context}",
                    "dest":"elsewhere","cid_num":"changed","context":"extensions"}}"#
            )
        })
        .collect();
    let body = if rows.is_empty() {
        r#"{"row_count":0}"#.to_owned()
    } else {
        format!(
            r#"{{"row_count":{},"rows":[{}]}}"#,
            rows.len(),
            rows.join(",")
        )
    };
    let length = body.len();
    format!("Content-Type: api/response\nContent-Length: {length}\n\n{body}\n")
}

/// Plays a script, a break, this list, and another script; gives back all that was told.
fn played(before: &str, rows: &str, after: &str) -> Vec<Told> {
    let secret = "secret".to_owned();
    let mut session = Session::new(Login { secret }, Trunks::default());
    let greeting =
        "Content-Type: auth/request\n\nContent-Type: command/reply\nReply-Text: +OK accepted\n\n";
    let mut told = Vec::new();
    for (list, script) in [(None, before), (Some(list(rows)), after)] {
        session.opened(NOW);
        let mut stream = greeting.to_owned();
        stream.extend(list);
        let lines = script
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        stream.extend(lines.map(frame));
        session.receive(stream.as_bytes(), NOW);
        told.extend(std::iter::from_fn(|| session.next()));
        session.closed(NOW);
    }
    told
}

/// Plays a script, a break, this list, and another script; gives back what was told before and
/// after the break, and what is said to be open still.
fn after_a_break(before: &str, rows: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let told = played(before, rows, after);
    let mut open = Vec::new();
    for one in &told {
        if let Told::StillOpen(ids) = one {
            open.clone_from(ids);
        }
    }
    open.sort();
    (tell(&told), open)
}

#[test]
fn what_is_found_there() {
    type Case<'c> = (
        &'c str,
        &'c str,
        &'c str,
        &'c str,
        &'c [&'c str],
        &'c [&'c str],
    );
    let cases: [Case; 9] = [
        (
            "a call that speaks already",
            "",
            "b a outbound ACTIVE sofia/internal/101@10.0.0.5 4917 101 extensions
             a a inbound ACTIVE sofia/external/4917@carrier 4917 49302101 public",
            "hang b NORMAL_CLEARING recv_bye
             hang a NORMAL_CLEARING send_bye",
            &["a: in 4917 49302101, ring 101, answer 101, normalClearing"],
            &["a"],
        ),
        (
            "one that rings, or is bridged for early media",
            "",
            "a a inbound EARLY sofia/internal/101@office 101 049402 default
             x a outbound EARLY sofia/external/49402 101 49402 outbound",
            "bridge a x
             hang x USER_BUSY recv_refuse
             hang a USER_BUSY send_refuse",
            &["a: out 101 49402, ring 49402, busy 49402, busy"],
            &["a"],
        ),
        (
            "one in a menu",
            "",
            "a a inbound ACTIVE sofia/external/4917@carrier 4917 49302170 public",
            "hang a NORMAL_CLEARING recv_bye",
            &["a: in 4917 49302170, cancel"],
            &["a"],
        ),
        (
            "one that is on hold",
            "",
            "a a inbound HELD sofia/external/4917@carrier 4917 49302101 public
             b a outbound ACTIVE sofia/internal/101@10.0.0.5 4917 101 extensions",
            "hang a NORMAL_CLEARING recv_bye",
            &["a: in 4917 49302101, ring 101, answer 101, normalClearing"],
            &["a"],
        ),
        (
            "one that rang before, and was answered meanwhile",
            "in a 4917 49302101
             leg b a 101 rings",
            "a a inbound ACTIVE sofia/external/4917@carrier 4917 49302101 public
             b a outbound ACTIVE sofia/internal/101@10.0.0.5 4917 101 extensions",
            "hang a NORMAL_CLEARING recv_bye",
            &["a: in 4917 49302101, ring 101, answer 101, normalClearing"],
            &["a"],
        ),
        (
            "one that was handed over meanwhile",
            "in a 4917 49302101
             leg b a 101
             bridge a b",
            "a a inbound ACTIVE sofia/external/4917@carrier 4917 49302101 public
             d a outbound ACTIVE sofia/internal/102@10.0.0.5 4917 102 extensions",
            "hang a NORMAL_CLEARING recv_bye",
            &["a: in 4917 49302101, ring 101, answer 101, ring 102, over 101 102, normalClearing"],
            &["a"],
        ),
        (
            "the same as before tells nothing",
            "in a 4917 49302101
             leg b a 101
             bridge a b",
            "a a inbound ACTIVE sofia/external/4917@carrier 4917 49302101 public
             b a outbound ACTIVE sofia/internal/101@10.0.0.5 4917 101 extensions",
            "hang a NORMAL_CLEARING recv_bye",
            &["a: in 4917 49302101, ring 101, answer 101, normalClearing"],
            &["a"],
        ),
        (
            "nothing: it was restarted",
            "in a 4917 49302101
             leg b a 101
             bridge a b",
            "",
            "in e 4918 49302101
             hang e NO_ANSWER send_refuse",
            &[
                "a: in 4917 49302101, ring 101, answer 101",
                "e: in 4918 49302101, noAnswer",
            ],
            &[],
        ),
        (
            "what has ended already does not begin again",
            "in a 4917 49302101
             hang a NO_ANSWER send_refuse",
            "a a inbound ACTIVE sofia/external/4917@carrier 4917 49302101 public",
            "",
            &["a: in 4917 49302101, noAnswer"],
            &[],
        ),
    ];
    for (name, before, rows, after, told, open) in cases {
        let (found, still) = after_a_break(before, rows, after);
        assert_eq!(found, told, "{name}");
        assert_eq!(still, open, "{name}");
    }
}

#[test]
fn a_call_that_began_while_nobody_listened_is_said_to_be_found() {
    let rows = "a a inbound ACTIVE sofia/external/4917@carrier 4917 49302101 public";
    let told = played("", rows, "in b 4918 49302101");
    let found: Vec<(String, bool)> = (told.into_iter())
        .filter_map(|told| match told {
            Told::Event(event) => match event.said {
                Said::NewCall(new) => Some((event.call, new.found)),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let expected = [("a", true), ("b", false)];
    assert_eq!(found, expected.map(|(id, found)| (id.to_owned(), found)));
}

/// A machine gone mad, or one that never says that a channel ended, costs no more than this.
#[test]
fn what_is_followed_is_bounded() {
    let secret = "secret".to_owned();
    let mut session = Session::new(Login { secret }, Trunks::default());
    session.opened(NOW);
    for number in 0..25_000 {
        session.receive(
            frame(&format!("in a{number} 4917 49302101")).as_bytes(),
            NOW,
        );
        while session.next().is_some() {}
    }
    assert_eq!(
        session.followed(),
        40_000,
        "20,000 channels and their calls"
    );
    // The list of channels ends it.
    session.receive(
        b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n",
        NOW,
    );
    session.receive(list("").as_bytes(), NOW);
    assert_eq!(session.followed(), 0);
}
