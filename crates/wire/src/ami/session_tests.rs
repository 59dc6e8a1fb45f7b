use offhook_core::UnixMillis;
use proptest::prelude::*;

use super::{Session, pbx::Session as _};
use crate::ami::Login;
use crate::pbx::{Said, Told, Trunks};

#[path = "session_resync_tests.rs"]
mod resync;

const BANNER: &[u8] = b"Asterisk Call Manager/9.0.0\r\n";
const ACCEPTED: &[u8] =
    b"Response: Success\r\nActionID: other\r\nMessage: Authentication accepted\r\n\r\n";

fn at(seconds: i64) -> UnixMillis {
    UnixMillis(seconds * 1000)
}

fn session(challenge: bool) -> Session {
    let mut login = Login::new("cti", "geheim");
    login.challenge = challenge;
    let mut session = Session::new(login, Trunks::default());
    session.opened(at(0));
    session
}

fn sent(session: &mut Session) -> String {
    String::from_utf8(session.take_output().unwrap_or_default()).unwrap()
}

fn told(session: &mut Session) -> Vec<Told> {
    std::iter::from_fn(|| session.next()).collect()
}

fn signed_in() -> Session {
    let mut session = session(false);
    session.receive(BANNER, at(0));
    session.receive(ACCEPTED, at(0));
    assert_eq!(told(&mut session), [Told::SignedIn]);
    session.take_output();
    session
}

#[test]
fn plain_login() {
    let mut session = session(false);
    session.receive(BANNER, at(0));
    assert_eq!(
        sent(&mut session),
        "Action: Login\r\nActionID: offhook-login\r\nUsername: cti\r\nSecret: geheim\r\n\r\n"
    );
    session.receive(ACCEPTED, at(1));
    assert_eq!(told(&mut session), [Told::SignedIn]);
    let sent = sent(&mut session);
    assert!(sent.contains("Action: CoreShowChannels\r\n"), "{sent}");
    assert!(sent.contains("Filter: !^Event: (VarSet|"), "{sent}");
}

#[test]
fn login_by_challenge() {
    let mut session = session(true);
    session.receive(BANNER, at(0));
    assert!(sent(&mut session).contains("Action: Challenge\r\n"));
    session.receive(b"Response: Success\r\nChallenge: 125065091\r\n\r\n", at(0));
    let login = sent(&mut session);
    assert!(
        login.contains("AuthType: MD5\r\nUsername: cti\r\nKey: "),
        "{login}"
    );
    assert!(!login.contains("geheim"));
}

#[test]
fn without_challenge_the_secret_is_sent() {
    let mut refused = session(true);
    refused.receive(BANNER, at(0));
    refused.take_output();
    refused.receive(
        b"Response: Error\r\nMessage: Invalid/unknown command\r\n\r\n",
        at(0),
    );
    assert!(sent(&mut refused).contains("Secret: geheim"));
    let mut silent = session(true);
    silent.receive(BANNER, at(0));
    silent.take_output();
    assert_eq!(silent.wake_at(), Some(at(3)));
    silent.poll(at(3));
    assert!(sent(&mut silent).contains("Secret: geheim"));
}

#[test]
fn everything_in_one_read() {
    let mut session = session(true);
    session.receive(
        &[BANNER, ACCEPTED, b"Event: FullyBooted\r\n\r\n"].concat(),
        at(0),
    );
    assert_eq!(told(&mut session), [Told::SignedIn]);
    assert_eq!(sent(&mut session).matches("CoreShowChannels").count(), 1);
}

#[test]
fn refused() {
    let mut session = session(true);
    let no = b"Response: Error\r\nMessage: Authentication failed\r\n\r\n";
    session.receive(&[BANNER, no].concat(), at(0));
    let why = "Authentication failed".to_owned();
    assert_eq!(told(&mut session), [Told::Unauthorized(why)]);
    session.poll(at(100));
    assert_eq!(told(&mut session), []);
}

#[test]
fn what_is_no_asterisk_is_hung_up() {
    for seen in [
        "SSH-2.0-OpenSSH\r\n",
        "Content-Type: auth/request\n\n",
        "\n",
    ] {
        let mut session = session(true);
        session.receive(seen.as_bytes(), at(0));
        let told = told(&mut session);
        assert!(
            matches!(&told[..], [Told::HangUp(why)] if why.contains(seen.trim())
            && why.contains("port")),
            "{told:?}"
        );
        assert_eq!(session.take_output(), None);
    }
}

#[test]
fn time_outs() {
    let mut mute = session(true);
    assert_eq!(mute.wake_at(), Some(at(10)));
    mute.poll(at(9));
    assert_eq!(told(&mut mute), []);
    mute.poll(at(10));
    assert!(matches!(&told(&mut mute)[..], [Told::HangUp(_)]));
    assert_eq!(mute.wake_at(), None);

    let mut silent = session(false);
    silent.receive(BANNER, at(1));
    silent.poll(at(11));
    assert!(matches!(&told(&mut silent)[..], [Told::HangUp(_)]));
}

#[test]
fn keep_alive() {
    let mut session = signed_in();
    assert_eq!(session.wake_at(), Some(at(30)));
    session.poll(at(30));
    assert!(sent(&mut session).starts_with("Action: Ping\r\n"));
    session.receive(b"Response: Success\r\nPing: Pong\r\n\r\n", at(31));
    assert_eq!(session.wake_at(), Some(at(61)));
    session.poll(at(61));
    assert!(sent(&mut session).contains("Ping"));
    session.poll(at(90));
    assert_eq!((told(&mut session), session.take_output()), (vec![], None));
    session.poll(at(91));
    assert!(matches!(&told(&mut session)[..], [Told::HangUp(_)]));
}

#[test]
fn a_young_asterisk_is_asked_again() {
    let mut session = signed_in();
    session.receive(b"Event: FullyBooted\r\n\r\n", at(4));
    assert!(sent(&mut session).contains("CoreShowChannels"));
}

#[test]
fn a_new_start_ends_everything_even_without_a_list() {
    for (uptime, told) in [(3600, vec![]), (10, vec!["open ".to_owned()])] {
        let mut session = signed_in();
        session.receive(LIST, at(1));
        session.poll(at(3));
        session.closed(at(4));
        session.opened(at(20));
        session.receive(&[BANNER, ACCEPTED].concat(), at(20));
        told_calls(&mut session);
        let booted = format!("Event: FullyBooted\r\nUptime: {uptime}\r\n\r\n");
        session.receive(booted.as_bytes(), at(20));
        assert_eq!(told_calls(&mut session), told, "{uptime}");
    }
}

#[test]
fn shutdown() {
    let mut session = signed_in();
    session.receive(
        b"Event: Shutdown\r\nRestart: True\r\n\r\nEvent: X\r\n\r\n",
        at(4),
    );
    assert!(matches!(&told(&mut session)[..], [Told::HangUp(_)]));
}

#[test]
fn missing_rights_are_noted_once() {
    let mut session = signed_in();
    for _ in 0..2 {
        session.receive(
            b"Response: Error\r\nActionID: offhook-channels\r\nMessage: Permission denied\r\n\r\n",
            at(1),
        );
    }
    assert!(matches!(&told(&mut session)[..], [Told::Note(text)] if text.contains("reporting")));
}

/// What a session tells after these events of five channels, and one more, `classes` for each.
fn heard_of_strangers(event: &str, classes: &str) -> Vec<Told> {
    let mut session = signed_in();
    for id in 0..10 {
        let id = id / 2;
        let said =
            format!("Event: {event}\r\nPrivilege: {classes},all\r\nUniqueid: 1.{id}\r\n\r\n");
        session.receive(said.as_bytes(), at(1));
    }
    told(&mut session)
}

#[test]
fn that_calls_may_not_be_read_is_noted() {
    for (event, classes) in [
        ("Newexten", "dialplan"),
        ("QueueCallerJoin", "agent"),
        ("Cdr", "cdr"),
    ] {
        let told = heard_of_strangers(event, classes);
        assert!(
            matches!(&told[..], [Told::Note(text)] if text.contains("read = call")),
            "{event}: {told:?}"
        );
    }
    // Who reads calls may hear of those first that began before.
    assert_eq!(heard_of_strangers("Newstate", "call"), []);
    assert_eq!(heard_of_strangers("ParkedCall", "call,agent"), []);
}

const LIST: &[u8] = b"Event: CoreShowChannel\r\nChannel: SIP/carrier-1\r\nChannelState: 6\r\n\
    CallerIDNum: 4917123456\r\nContext: ext-local\r\nExten: 101\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\n\
    Application: Dial\r\nApplicationData: SIP/101\r\nBridgeId: b\r\n\r\n\
    Event: CoreShowChannel\r\nChannel: SIP/101-2\r\nChannelState: 6\r\nCallerIDNum: 101\r\n\
    Context: from-internal\r\nExten: \r\nUniqueid: 1.2\r\nLinkedid: 1.1\r\nApplication: AppDial\r\n\
    ApplicationData: (Outgoing Line)\r\nBridgeId: b\r\n\r\n\
    Event: CoreShowChannelsComplete\r\nListItems: 2\r\n\r\n";

fn told_calls(session: &mut Session) -> Vec<String> {
    let text = |told: Told| match told {
        Told::Event(event) => match event.said {
            Said::NewCall(new) => format!("{} -> {}", new.from, new.to),
            Said::Answer { by, .. } => format!("answer {by}"),
            Said::LegRang(leg) => format!("ring {}", leg.number),
            Said::Hangup { cause, .. } => cause.as_str().to_owned(),
            other => format!("{other:?}"),
        },
        Told::StillOpen(ids) => format!("open {}", ids.join(" ")),
        other => format!("{other:?}"),
    };
    told(session).into_iter().map(text).collect()
}

#[test]
fn once_an_hour_it_is_asked_for_what_got_lost() {
    let mut session = signed_in();
    session.receive(b"Event: X\r\n\r\n", at(3599));
    session.poll(at(3600));
    assert!(sent(&mut session).contains("CoreShowChannels"));
}

#[test]
fn what_is_silent_for_a_day_is_forgotten() {
    let mut session = signed_in();
    session.receive(LIST, at(1));
    session.poll(at(3));
    told(&mut session);
    for hour in 1..=24 {
        session.receive(b"Event: X\r\n\r\n", at(hour * 3600));
        session.poll(at(hour * 3600));
    }
    assert_eq!((told(&mut session), session.followed() > 0), (vec![], true));
    session.receive(b"Event: X\r\n\r\n", at(90_000));
    session.poll(at(90_000));
    assert_eq!(
        (told_calls(&mut session), session.followed()),
        (vec!["open ".to_owned()], 0)
    );
}

#[test]
fn events_overtake_the_list() {
    let (list, end) = LIST.split_at(LIST.len() - 50);
    let mut session = signed_in();
    session.receive(list, at(1));
    session.receive(
        b"\r\n\r\nEvent: Hangup\r\nUniqueid: 1.1\r\nCause: 16\r\n\r\n",
        at(1),
    );
    session.receive(
        b"Event: Hangup\r\nUniqueid: 1.2\r\nCause: 16\r\n\r\n",
        at(1),
    );
    session.receive(b"Event: CoreShowChannelsComplete\r\n\r\n", at(1));
    assert!(end.ends_with(b"\r\n\r\n"));
    assert_eq!(
        (told_calls(&mut session), session.followed()),
        (vec!["open ".to_owned()], 0)
    );
}

#[test]
fn the_secret_is_never_shown() {
    assert!(!format!("{:?}", session(false)).contains("geheim"));
}

/// Events that are well formed and make no sense.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let event = prop::sample::select(vec![
        "Newchannel",
        "Newstate",
        "DialBegin",
        "DialEnd",
        "BridgeEnter",
        "BridgeLeave",
        "Hangup",
        "HangupRequest",
        "LocalBridge",
        "AttendedTransfer",
        "BlindTransfer",
        "Newexten",
        "Cdr",
        "CoreShowChannel",
        "CoreShowChannelsComplete",
        "QueueCallerJoin",
        "Dial",
        "Bridge",
    ]);
    let channel = prop::sample::select(vec![
        "SIP/carrier-1",
        "SIP/101-2",
        "SIP/102-3",
        "Local/1@a-0;1",
        "Local/1@a-0;2",
        "x",
    ]);
    let prefix = prop::sample::select(vec![
        "",
        "",
        "",
        "Dest",
        "Dest",
        "LocalOne",
        "LocalTwo",
        "OrigTransferer",
        "Transferee",
    ]);
    let one = (prefix, channel, 0..8_u8, 0..8_u8, 0..8_u8).prop_map(|(prefix, name, id, link, state)| {
        format!(
            "{prefix}Channel: {name}\r\n{prefix}Uniqueid: {id}\r\n{prefix}Linkedid: {link}\r\n\
             {prefix}ChannelState: {state}\r\n{prefix}Exten: 4930{id}\r\n{prefix}CallerIDNum: 10{id}\r\n"
        )
    });
    let rest = (0..4_u8, 0..4_u8, 0..30_u8).prop_map(|(bridge, status, cause)| {
        let status = ["ANSWER", "CANCEL", "BUSY", ""].get(usize::from(status)).copied();
        format!(
            "BridgeUniqueid: {bridge}\r\nBridgeId: {bridge}\r\nSwapUniqueid: {cause}\r\n\
             DialStatus: {}\r\nCause: {cause}\r\nDialString: carrier/{cause}23\r\n\
             SubEvent: Begin\r\nUniqueID: {bridge}\r\nDestUniqueID: {cause}\r\nUniqueid1: {bridge}\r\n\
             Uniqueid2: {cause}\r\nApplication: VoiceMail\r\nLastApplication: VoiceMail\r\nQueue: q\r\n",
            status.unwrap_or_default()
        )
    });
    let message =
        (event, prop::collection::vec(one, 0..4), rest).prop_map(|(event, channels, rest)| {
            format!("Event: {event}\r\n{}{rest}\r\n", channels.concat())
        });
    prop::collection::vec(message, 0..150).prop_map(|messages| messages.concat().into_bytes())
}

/// The order of [`Said`] holds whatever comes: a new call first, one hangup last.
fn in_order(told: &[Told]) -> Result<(), TestCaseError> {
    let mut open = std::collections::HashMap::new();
    for told in told {
        let Told::Event(event) = told else { continue };
        let call: &mut (bool, bool, Vec<&str>) = open.entry(&event.call).or_default();
        match &event.said {
            Said::NewCall(_) => call.0 = true,
            Said::Hangup { .. } => {
                prop_assert!(call.2.is_empty(), "{} ends with legs", event.call);
                open.remove(&event.call);
                continue;
            }
            Said::Answer { by, .. } if by != "voicemail" => {
                prop_assert!(!call.1, "{} is answered twice", event.call);
                call.1 = true;
            }
            Said::LegRang(leg) => call.2.push(&leg.id),
            Said::LegEnded { leg, .. } => {
                prop_assert!(call.2.contains(&leg.as_str()), "{leg} ends twice");
                call.2.retain(|other| other != leg);
            }
            _ => {}
        }
        prop_assert!(call.0, "{} has no beginning: {:?}", event.call, event.said);
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_events_are_a_problem(soup in soup(), cut in 1_usize..400) {
        let mut session = signed_in();
        let mut all = Vec::new();
        for (place, piece) in soup.chunks(cut).enumerate() {
            session.receive(piece, at(i64::try_from(place).unwrap()));
            all.extend(told(&mut session));
        }
        in_order(&all)?;
        prop_assert!(session.followed() < 100);
        // With every channel hung up, nothing stays.
        let hang = |id: u8| format!("\r\n\r\nEvent: Hangup\r\nUniqueid: {id}\r\nCause: 16\r\n\r\n");
        session.receive((0..40).map(hang).collect::<String>().as_bytes(), at(5000));
        session.poll(at(6000));
        all.extend(told(&mut session));
        in_order(&all)?;
        prop_assert_eq!(session.followed(), 0, "{:?}", session.tracker);
    }

    #[test]
    fn no_bytes_are_a_problem(bytes: Vec<u8>) {
        let mut session = signed_in();
        session.receive(&bytes, at(1));
        session.poll(at(2));
    }
}
