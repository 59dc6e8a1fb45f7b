use offhook_core::UnixMillis;

use super::Session;
use crate::esl::Login;
use crate::pbx::{Session as _, Told, Trunks};

const NOW: UnixMillis = UnixMillis(1_000_000);

fn session() -> Session {
    let secret = "Clue\nCon".to_owned();
    let mut session = Session::new(Login { secret }, Trunks::default());
    session.opened(NOW);
    session
}

fn told(session: &mut Session) -> Vec<Told> {
    std::iter::from_fn(|| session.next()).collect()
}

fn output(session: &mut Session) -> String {
    String::from_utf8(session.take_output().unwrap_or_default()).unwrap()
}

/// Receives this, and says what it tells and sends.
fn hear(session: &mut Session, bytes: &str) -> (Vec<Told>, String) {
    session.receive(bytes.as_bytes(), NOW);
    (told(session), output(session))
}

const ACCEPTED: &str = "Content-Type: command/reply\nReply-Text: +OK accepted\n\n";
const GREETING: &str = "Content-Type: auth/request\n\n";

#[test]
fn signing_in() {
    let mut session = session();
    assert_eq!(output(&mut session), "");
    let (told, sent) = hear(&mut session, GREETING);
    assert_eq!((told, sent.as_str()), (Vec::new(), "auth ClueCon\n\n"));
    let (told, sent) = hear(&mut session, ACCEPTED);
    assert_eq!(told, [Told::SignedIn]);
    assert!(
        sent.starts_with("event plain CHANNEL_CREATE ") && sent.ends_with("as json\n\n"),
        "{sent}"
    );
    for event in [
        " CHANNEL_PROGRESS ",
        " CHANNEL_PROGRESS_MEDIA ",
        " BACKGROUND_JOB ",
    ] {
        assert!(sent.contains(event), "{event}: what becomes of an order");
    }
    let list = "{\"row_count\":0}";
    let (told, _) = hear(
        &mut session,
        &format!(
            "Content-Type: api/response\nContent-Length: {}\n\n{list}",
            list.len()
        ),
    );
    assert_eq!(told, [Told::StillOpen(Vec::new())]);
    assert!(!format!("{session:?}").contains("Con"));
}

#[test]
fn all_at_once_before_anything_was_sent() {
    let mut session = session();
    let (told, _) = hear(&mut session, &format!("{GREETING}{ACCEPTED}"));
    assert_eq!(told, [Told::SignedIn]);
}

#[test]
fn not_let_in() {
    for (text, hint) in [
        (
            "Content-Type: command/reply\nReply-Text: -ERR invalid\n\n",
            "password",
        ),
        (
            "Content-Type: text/rude-rejection\nContent-Length: 0\n\n",
            "apply-inbound-acl",
        ),
    ] {
        let mut session = session();
        let (told, _) = hear(&mut session, &format!("{GREETING}{text}"));
        let [Told::Unauthorized(why)] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert!(why.contains(hint), "{why}");
        // Nothing more is said of it.
        assert_eq!(hear(&mut session, ACCEPTED).0, []);
    }
}

#[test]
fn no_freeswitch_there() {
    for text in ["HTTP/1.1 400 Bad Request\r\n\r\n", "Content-Length: x\n\n"] {
        let (told, _) = hear(&mut session(), text);
        let [Told::HangUp(why)] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert!(why.contains("check address and port"), "{why}");
    }
}

#[test]
fn it_says_why_it_gives_up() {
    let mut session = session();
    session.poll(NOW.plus_millis(9_999));
    assert_eq!(told(&mut session), []);
    assert_eq!(session.wake_at(), Some(NOW.plus_millis(10_000)));
    session.poll(NOW.plus_millis(10_000));
    assert!(matches!(told(&mut session).as_slice(), [Told::HangUp(_)]));
    assert_eq!(session.wake_at(), None);
    session.opened(NOW);
    hear(&mut session, GREETING);
    session.poll(NOW.plus_millis(10_000));
    assert!(matches!(told(&mut session).as_slice(), [Told::HangUp(_)]));
    session.opened(NOW);
    hear(&mut session, &format!("{GREETING}{ACCEPTED}"));
    let (told, _) = hear(
        &mut session,
        "Content-Type: text/disconnect-notice\nContent-Length: 0\n\n",
    );
    assert!(matches!(told.as_slice(), [Told::HangUp(_)]));
}

#[test]
fn silence() {
    let mut session = session();
    hear(&mut session, &format!("{GREETING}{ACCEPTED}"));
    session.poll(NOW.plus_millis(30_000));
    assert_eq!(output(&mut session), "api uptime\n\n");
    session.poll(NOW.plus_millis(59_999));
    assert_eq!(
        (output(&mut session), told(&mut session)),
        (String::new(), Vec::new())
    );
    session.poll(NOW.plus_millis(60_000));
    assert!(matches!(told(&mut session).as_slice(), [Told::HangUp(_)]));
}

#[test]
fn a_request_that_is_refused_is_noted() {
    let mut session = session();
    hear(&mut session, &format!("{GREETING}{ACCEPTED}"));
    let (told, _) = hear(
        &mut session,
        "Content-Type: command/reply\nReply-Text: -ERR no\n\n",
    );
    assert!(matches!(told.as_slice(), [Told::Note(_)]));
}
